package io.ringway.wire;

import io.ringway.memory.Octets;

import java.lang.foreign.MemorySegment;

/**
 * A message of neighbour discovery (RFC 4861 §4), from its ICMPv6 header on.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |     Type      |     Code      |           Checksum            |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |R S O: flags of a neighbour advertisement, or                  |
 * |   Hop limit   |M O (router)   |        Router lifetime        |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |  Target (16 octets), or reachable time, retransmission timer  |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |         Redirect: destination (16 octets); options            |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 */
public final class NdpMessage {
    /** The hop limit that every message must arrive with: it proves that no router forwarded it. */
    public static final int HOP_LIMIT = 255;

    /** Octets of a neighbour solicitation or advertisement without options. */
    public static final int NEIGHBOUR_LENGTH = 24;

    public static final int ROUTER_SOLICITATION_LENGTH = 8;
    public static final int ROUTER_ADVERTISEMENT_LENGTH = 16;
    public static final int REDIRECT_LENGTH = 40;

    /** Flags of a neighbour advertisement, uppermost in {@link #flags()}. */
    public static final int ROUTER = 0x8000_0000;

    public static final int SOLICITED = 0x4000_0000;
    public static final int OVERRIDE = 0x2000_0000;

    private static final int FLAGS = 4;
    private static final int CURRENT_HOP_LIMIT = 4;
    private static final int ROUTER_FLAGS = 5;
    private static final int ROUTER_LIFETIME = 6;
    private static final int TARGET = 8;
    private static final int REACHABLE_TIME = 8;
    private static final int RETRANSMISSION_TIMER = 12;
    private static final int DESTINATION = 24;

    private MemorySegment memory = MemorySegment.NULL;
    private long offset;

    /** Takes the offset of the ICMPv6 header. */
    public NdpMessage wrap(MemorySegment memory, long offset) {
        this.memory = memory;
        this.offset = offset;
        return this;
    }

    /** Whether it is one of the five messages, whole but for its options, of code 0. */
    public boolean isValid(int available) {
        return available >= Icmpv6Header.LENGTH
                && Octets.u8(memory, offset + 1) == 0
                && available >= optionsPosition();
    }

    public int type() {
        return Octets.u8(memory, offset);
    }

    /**
     * Octets before the options, by the type; {@link Integer#MAX_VALUE} for a type that is not
     * NDP's.
     */
    public int optionsPosition() {
        return switch (type()) {
            case Icmpv6Header.ROUTER_SOLICITATION -> ROUTER_SOLICITATION_LENGTH;
            case Icmpv6Header.ROUTER_ADVERTISEMENT -> ROUTER_ADVERTISEMENT_LENGTH;
            case Icmpv6Header.NEIGHBOUR_SOLICITATION, Icmpv6Header.NEIGHBOUR_ADVERTISEMENT ->
                    NEIGHBOUR_LENGTH;
            case Icmpv6Header.REDIRECT -> REDIRECT_LENGTH;
            default -> Integer.MAX_VALUE;
        };
    }

    /** Of a neighbour advertisement: {@link #ROUTER}, {@link #SOLICITED}, {@link #OVERRIDE}. */
    public int flags() {
        return Octets.u32(memory, offset + FLAGS);
    }

    /** Of a neighbour solicitation, advertisement or redirect. */
    public long targetHigh() {
        return Octets.u64(memory, offset + TARGET);
    }

    public long targetLow() {
        return Octets.u64(memory, offset + TARGET + 8);
    }

    /** Of a redirect. */
    public long destinationHigh() {
        return Octets.u64(memory, offset + DESTINATION);
    }

    public long destinationLow() {
        return Octets.u64(memory, offset + DESTINATION + 8);
    }

    /** Of a router advertisement: the hop limit to use, 0 if it does not say. */
    public int currentHopLimit() {
        return Octets.u8(memory, offset + CURRENT_HOP_LIMIT);
    }

    /** Of a router advertisement: whether addresses come by DHCPv6. */
    public boolean isManaged() {
        return (Octets.u8(memory, offset + ROUTER_FLAGS) & 0x80) != 0;
    }

    /** Of a router advertisement: seconds for which it is a default router, 0 for not at all. */
    public int routerLifetimeSeconds() {
        return Octets.u16(memory, offset + ROUTER_LIFETIME);
    }

    /** Of a router advertisement: 0 if it does not say. */
    public long reachableTimeMs() {
        return Octets.u32(memory, offset + REACHABLE_TIME) & 0xffff_ffffL;
    }

    /** Of a router advertisement: 0 if it does not say. */
    public long retransmissionTimerMs() {
        return Octets.u32(memory, offset + RETRANSMISSION_TIMER) & 0xffff_ffffL;
    }

    /**
     * Writes a neighbour solicitation or advertisement without options, its checksum 0.
     *
     * @param flags 0 in a solicitation
     */
    public void setNeighbour(int type, int flags, long targetHigh, long targetLow) {
        Octets.put64(memory, offset, (long) type << 56 | (flags & 0xffff_ffffL));
        Octets.put64(memory, offset + TARGET, targetHigh);
        Octets.put64(memory, offset + TARGET + 8, targetLow);
    }

    /** Writes a router solicitation without options, its checksum 0. */
    public void setRouterSolicitation() {
        Octets.put64(memory, offset, (long) Icmpv6Header.ROUTER_SOLICITATION << 56);
    }
}
