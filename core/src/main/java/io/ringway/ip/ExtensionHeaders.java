package io.ringway.ip;

import io.ringway.layer.PacketInfo;
import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.memory.FramePool;
import io.ringway.memory.Octets;
import io.ringway.wire.Icmpv6Header;
import io.ringway.wire.IpProtocol;

import java.lang.foreign.MemorySegment;

/**
 * Processes the extension headers of an IPv6 packet in their order (RFC 8200 §4), then delivers the
 * packet.
 *
 * <p>The frame's data begins at the header to be processed, and {@link
 * PacketInfo#networkHeaderLength} says how far in front of it the packet begins.
 */
final class ExtensionHeaders {
    private static final int UNIT = 8;
    private static final int NEXT_HEADER_AT = 6;
    private static final int PAD_1 = 0;
    private static final int OFFSET_MASK = 0xfff8;

    private final FramePool frames;
    private final Counters counters;
    private final Transports transports;
    private final Icmpv6 icmp;
    private final Reassembly reassembly;
    private final StrayPackets strays;
    private final int limit;
    private final Ipv6ChainWalk chain = new Ipv6ChainWalk();

    /**
     * Where the number of the header at hand stands, from the start of the packet: what an error
     * points at.
     */
    private int nextHeaderAt;

    private int count;
    private boolean isReassembled;

    ExtensionHeaders(
            FramePool frames,
            Counters counters,
            Transports transports,
            Icmpv6 icmp,
            Reassembly reassembly,
            StrayPackets strays,
            int limit) {
        this.frames = frames;
        this.counters = counters;
        this.transports = transports;
        this.icmp = icmp;
        this.reassembly = reassembly;
        this.strays = strays;
        this.limit = limit;
    }

    /**
     * Takes a packet whose first header behind the IPv6 header no transport takes; its hold passes.
     */
    void onPacket(int frame, PacketInfo info, long nowNs) {
        nextHeaderAt = NEXT_HEADER_AT;
        count = 0;
        isReassembled = false;
        int current = frame;
        while (current != FramePool.NONE
                && !strays.take(current, info)
                && !transports.deliver(current, info, nowNs)) {
            current = process(current, info, nowNs);
        }
    }

    /** Processes one header; returns the frame to go on with, or NONE when it is taken care of. */
    private int process(int frame, PacketInfo info, long nowNs) {
        switch (info.protocol) {
            case IpProtocol.ICMPV6 -> icmp.onPacket(frame, info, nowNs);
            case IpProtocol.NO_NEXT_HEADER -> drop(frame, Counter.IPV6_NO_NEXT_HEADER);
            case IpProtocol.HOP_BY_HOP -> {
                if (count == 0) {
                    return onOptions(frame, info, nowNs);
                }
                // RFC 8200 §4.1: anywhere but first, it is unknown.
                rejectHeader(frame, info, nowNs);
            }
            case IpProtocol.DESTINATION_OPTIONS -> {
                return onOptions(frame, info, nowNs);
            }
            case IpProtocol.ROUTING -> {
                return onRouting(frame, info, nowNs);
            }
            case IpProtocol.FRAGMENT -> {
                return onFragment(frame, info, nowNs);
            }
            default -> rejectHeader(frame, info, nowNs);
        }
        return FramePool.NONE;
    }

    private void rejectHeader(int frame, PacketInfo info, long nowNs) {
        reject(
                frame,
                info,
                Counter.IPV6_UNKNOWN_NEXT_HEADER,
                Icmpv6Header.UNKNOWN_NEXT_HEADER,
                nextHeaderAt,
                false,
                nowNs);
    }

    /**
     * Octets of the header at hand, or -1 after dropping a packet where it is cut short or one too
     * many.
     */
    private int headerLength(int frame) {
        int available = frames.length(frame);
        if (count == limit || available < UNIT) {
            drop(frame, Counter.IPV6_BAD_EXTENSION);
            return -1;
        }
        int length = (Octets.u8(frames.memory(), frames.data(frame) + 1) + 1) * UNIT;
        if (length > available) {
            drop(frame, Counter.IPV6_BAD_EXTENSION);
            return -1;
        }
        return length;
    }

    private int stepOver(int frame, PacketInfo info, int length) {
        info.protocol = Octets.u8(frames.memory(), frames.data(frame));
        nextHeaderAt = info.networkHeaderLength;
        info.networkHeaderLength += length;
        count++;
        frames.pull(frame, length);
        return frame;
    }

    /**
     * Hop-by-hop and destination options: none of them is for us, so only what their types say
     * counts (§4.2).
     */
    private int onOptions(int frame, PacketInfo info, long nowNs) {
        int length = headerLength(frame);
        if (length < 0) {
            return FramePool.NONE;
        }
        MemorySegment memory = frames.memory();
        long at = frames.data(frame);
        int position = 2;
        while (position < length) {
            int type = Octets.u8(memory, at + position);
            if (type == PAD_1) {
                position++;
                continue;
            }
            int octets = position + 1 < length ? Octets.u8(memory, at + position + 1) + 2 : length;
            if (position + octets > length) {
                drop(frame, Counter.IPV6_BAD_EXTENSION);
                return FramePool.NONE;
            }
            // The upper two bits: skip, drop, drop and tell, drop and tell unless it was sent to a
            // group.
            int action = type >>> 6;
            if (action == 1) {
                drop(frame, Counter.IPV6_BAD_OPTION);
                return FramePool.NONE;
            }
            if (action > 1) {
                reject(
                        frame,
                        info,
                        Counter.IPV6_BAD_OPTION,
                        Icmpv6Header.UNKNOWN_OPTION,
                        info.networkHeaderLength + position,
                        action == 2,
                        nowNs);
                return FramePool.NONE;
            }
            position += octets;
        }
        return stepOver(frame, info, length);
    }

    /**
     * We are nobody's waypoint: with segments left, the packet is refused (RFC 8200 §4.4, RFC 5095
     * §3).
     */
    private int onRouting(int frame, PacketInfo info, long nowNs) {
        int length = headerLength(frame);
        if (length < 0) {
            return FramePool.NONE;
        }
        int segmentsLeft = Octets.u8(frames.memory(), frames.data(frame) + 3);
        if (segmentsLeft == 0) {
            return stepOver(frame, info, length);
        }
        reject(
                frame,
                info,
                Counter.IPV6_BAD_EXTENSION,
                Icmpv6Header.ERRONEOUS_FIELD,
                info.networkHeaderLength + 2,
                false,
                nowNs);
        return FramePool.NONE;
    }

    private int onFragment(int frame, PacketInfo info, long nowNs) {
        if (count == limit || isReassembled || frames.length(frame) < UNIT) {
            drop(frame, Counter.IPV6_BAD_EXTENSION);
            return FramePool.NONE;
        }
        MemorySegment memory = frames.memory();
        long at = frames.data(frame);
        int word = Octets.u32(memory, at);
        int identification = Octets.u32(memory, at + 4);
        int offset = word & OFFSET_MASK;
        boolean hasMore = (word & 1) != 0;
        int pointer = nextHeaderAt;
        isReassembled = true;
        stepOver(frame, info, UNIT);
        if (offset == 0 && !hasMore) {
            // RFC 6946 §4: an atomic fragment is whole, whatever other fragments have its
            // identification.
            return frame;
        }
        if (hasMore && (frames.length(frame) & UNIT - 1) != 0) {
            reject(
                    frame,
                    info,
                    Counter.FRAGMENT_MALFORMED,
                    Icmpv6Header.ERRONEOUS_FIELD,
                    4,
                    false,
                    nowNs);
            return FramePool.NONE;
        }
        if (offset == 0 && !hasWholeChain(frame, info)) {
            drop(frame, Counter.FRAGMENT_MALFORMED);
            return FramePool.NONE;
        }
        int whole =
                reassembly.addIpv6(frame, info, identification, offset, hasMore, pointer, nowNs);
        nextHeaderAt = pointer;
        return whole;
    }

    /** RFC 7112 §5: the first fragment has every header, so that nobody hides one in the second. */
    private boolean hasWholeChain(int frame, PacketInfo info) {
        int length = frames.length(frame);
        return chain.walk(frames.memory(), frames.data(frame), length, info.protocol)
                && chain.transportOffset() + leastHeader(chain.protocol()) <= length;
    }

    private static int leastHeader(int protocol) {
        return switch (protocol) {
            case IpProtocol.TCP -> 20;
            case IpProtocol.UDP, IpProtocol.ICMPV6 -> 8;
            default -> 0;
        };
    }

    private void reject(
            int frame,
            PacketInfo info,
            Counter reason,
            int code,
            int pointer,
            boolean evenToGroup,
            long nowNs) {
        icmp.parameterProblem(
                info,
                code,
                pointer,
                frames.data(frame) - info.networkHeaderLength,
                frames.length(frame) + info.networkHeaderLength,
                evenToGroup,
                nowNs);
        drop(frame, reason);
    }

    private void drop(int frame, Counter reason) {
        counters.increment(reason);
        frames.release(frame);
    }
}
