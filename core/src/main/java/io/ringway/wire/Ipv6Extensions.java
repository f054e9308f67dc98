package io.ringway.wire;

import io.ringway.memory.Octets;

import java.lang.foreign.MemorySegment;

/**
 * Walks the extension headers of an IPv6 packet (RFC 8200 §4) up to the transport, and says what a
 * host must answer if one of them is wrong. Used over and over; positions count from the first
 * octet of the IPv6 header, like the pointer of an ICMPv6 parameter problem.
 *
 * <p>The walk ends at a fragment header whose packet is not whole: what follows is for after the
 * reassembly.
 */
public final class Ipv6Extensions {
    /** Headers in one packet; more are taken for an attack (RFC 8504 §5.3 allows such limits). */
    public static final int MAX_HEADERS = 8;

    /** Options in one header, padding included (RFC 8504 §5.3). */
    public static final int MAX_OPTIONS = 16;

    /** What is wrong with the chain. */
    public enum Problem {
        NONE,
        /** A header or an option reaches past its end: drop. */
        TRUNCATED,
        /** More headers or options than we walk: drop. */
        TOO_MANY,
        /**
         * An option that we do not know and that asks for a drop in silence (RFC 8200 §4.2, 01).
         */
        OPTION_DROP,
        /** The same, and a parameter problem of code 2 is asked for (10). */
        OPTION_ANSWER,
        /** The same, unless the destination was a multicast address (11). */
        OPTION_ANSWER_UNICAST,
        /**
         * A routing header with segments left: parameter problem of code 0 (RFC 8200 §4.4, RFC
         * 5095).
         */
        ROUTING,
        /**
         * Hop-by-hop options elsewhere than in front: parameter problem of code 1 (RFC 8200 §4.1).
         */
        UNKNOWN_NEXT_HEADER
    }

    private static final int NEXT_HEADER = 6;
    private static final int PAD1 = 0;
    private static final int PADN = 1;
    private static final int ROUTER_ALERT = 5;

    private Problem problem = Problem.NONE;
    private int problemPosition;
    private int protocol;
    private int nextHeaderPosition;
    private int headerLength;
    private boolean isFragment;
    private boolean hasRouterAlert;

    /**
     * Walks the headers of a packet whose IPv6 header is valid.
     *
     * @param length octets of the packet, its IPv6 header included
     * @return whether there is no {@link #problem()}
     */
    public boolean parse(MemorySegment memory, long offset, int length) {
        problem = Problem.NONE;
        problemPosition = 0;
        isFragment = false;
        hasRouterAlert = false;
        nextHeaderPosition = NEXT_HEADER;
        headerLength = Ipv6Header.LENGTH;
        protocol = Octets.u8(memory, offset + NEXT_HEADER);
        return !isExtension(protocol) || parseEach(memory, offset, length);
    }

    /** Whether the number is that of an extension header that is walked. */
    public static boolean isExtension(int nextHeader) {
        return switch (nextHeader) {
            case IpProtocol.HOP_BY_HOP,
                    IpProtocol.ROUTING,
                    IpProtocol.FRAGMENT,
                    IpProtocol.DESTINATION_OPTIONS ->
                    true;
            default -> false;
        };
    }

    private boolean parseEach(MemorySegment memory, long offset, int length) {
        for (int count = 0; isExtension(protocol); count++) {
            if (count == MAX_HEADERS) {
                return fail(Problem.TOO_MANY, headerLength);
            }
            if (protocol == IpProtocol.HOP_BY_HOP && count > 0) {
                return fail(Problem.UNKNOWN_NEXT_HEADER, nextHeaderPosition);
            }
            int left = length - headerLength;
            if (left < 8) {
                return fail(Problem.TRUNCATED, headerLength);
            }
            int octets = 8;
            if (protocol == IpProtocol.FRAGMENT) {
                if ((Octets.u16(memory, offset + headerLength + 2) & 0xfff9) != 0) {
                    isFragment = true;
                    return true;
                }
            } else {
                octets = 8 + 8 * Octets.u8(memory, offset + headerLength + 1);
                if (octets > left) {
                    return fail(Problem.TRUNCATED, headerLength + 1);
                }
                if (!isAcceptable(memory, offset, octets)) {
                    return false;
                }
            }
            nextHeaderPosition = headerLength;
            protocol = Octets.u8(memory, offset + headerLength);
            headerLength += octets;
        }
        return true;
    }

    private boolean isAcceptable(MemorySegment memory, long offset, int octets) {
        if (protocol == IpProtocol.ROUTING) {
            boolean isThere = Octets.u8(memory, offset + headerLength + 3) == 0;
            return isThere || fail(Problem.ROUTING, headerLength + 2);
        }
        return walkOptions(memory, offset, headerLength + 2, headerLength + octets);
    }

    private boolean walkOptions(MemorySegment memory, long offset, int from, int end) {
        int position = from;
        for (int count = 0; position < end; count++) {
            if (count == MAX_OPTIONS) {
                return fail(Problem.TOO_MANY, position);
            }
            int kind = Octets.u8(memory, offset + position);
            if (kind == PAD1) {
                position++;
                continue;
            }
            if (position + 2 > end) {
                return fail(Problem.TRUNCATED, position);
            }
            int octets = 2 + Octets.u8(memory, offset + position + 1);
            if (position + octets > end) {
                return fail(Problem.TRUNCATED, position + 1);
            }
            if (kind == ROUTER_ALERT) {
                hasRouterAlert = true;
            } else if (kind != PADN && !isIgnorable(kind, position)) {
                return false;
            }
            position += octets;
        }
        return true;
    }

    /** RFC 8200 §4.2: the upper two bits of an unknown option say what to do. */
    private boolean isIgnorable(int kind, int position) {
        return switch (kind >>> 6) {
            case 0 -> true;
            case 1 -> fail(Problem.OPTION_DROP, position);
            case 2 -> fail(Problem.OPTION_ANSWER, position);
            default -> fail(Problem.OPTION_ANSWER_UNICAST, position);
        };
    }

    private boolean fail(Problem what, int position) {
        problem = what;
        problemPosition = position;
        return false;
    }

    public Problem problem() {
        return problem;
    }

    /** The octet that is wrong, if {@link #problem()} says so. */
    public int problemPosition() {
        return problemPosition;
    }

    /** The transport's number, or {@link IpProtocol#FRAGMENT} if {@link #isFragment()}. */
    public int protocol() {
        return protocol;
    }

    /** Where {@link #protocol()} was read, for a parameter problem of code 1. */
    public int nextHeaderPosition() {
        return nextHeaderPosition;
    }

    /**
     * Octets before the transport's header, or before the fragment header if {@link #isFragment()}.
     */
    public int headerLength() {
        return headerLength;
    }

    /**
     * Whether the packet is a piece that has to be reassembled; a whole packet with a fragment
     * header is none.
     */
    public boolean isFragment() {
        return isFragment;
    }

    public boolean hasRouterAlert() {
        return hasRouterAlert;
    }
}
