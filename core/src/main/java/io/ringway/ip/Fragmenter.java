package io.ringway.ip;

import io.ringway.layer.PacketInfo;
import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.memory.FramePool;
import io.ringway.memory.Octets;
import io.ringway.wire.Checksum;

import java.lang.foreign.MemorySegment;

/**
 * Cuts a packet that is over the path MTU into fragments (RFC 791 §2.3, RFC 8200 §4.5), which go to
 * the pending frames.
 *
 * <p>All or nothing: a packet for whose fragments there is no room is dropped whole.
 */
final class Fragmenter {
    static final int IPV6_FRAGMENT_HEADER = 8;
    static final int NEXT_HEADER_FRAGMENT = 44;

    private static final int UNIT = 8;
    private static final int UDP_CHECKSUM_OFFSET = 6;

    /** What a small frame can hold behind the room for headers. */
    private static final int SMALL_CAPACITY = FramePool.SMALL_SLOT - FramePool.PAYLOAD_START;

    private final FramePool frames;
    private final Counters counters;
    private final Ipv4Output ipv4;
    private final Ipv6Output ipv6;
    private final Identifications identifications;
    private final PendingFrames pending;

    Fragmenter(
            FramePool frames,
            Counters counters,
            Ipv4Output ipv4,
            Ipv6Output ipv6,
            Identifications identifications,
            PendingFrames pending) {
        this.frames = frames;
        this.counters = counters;
        this.ipv4 = ipv4;
        this.ipv6 = ipv6;
        this.identifications = identifications;
        this.pending = pending;
    }

    /** Fragments a packet whose frame begins with the transport header; its hold passes. */
    void fragment(int frame, PacketInfo info, int mtu) {
        completeChecksum(frame);
        boolean isIpv4 = info.isDestinationIpv4();
        int headers = isIpv4 ? Ipv4Output.HEADER : Ipv6Output.HEADER + IPV6_FRAGMENT_HEADER;
        int most = Math.min(mtu - headers, SMALL_CAPACITY) / UNIT * UNIT;
        int length = frames.length(frame);
        int count = (length + most - 1) / most;
        if (count > frames.freeSmallCount()) {
            counters.increment(Counter.IP_NO_FRAME);
        } else if (count > pending.room()) {
            counters.increment(Counter.IP_OUTPUT_FULL);
        } else {
            int identification = isIpv4 ? identifications.next16() : identifications.next32();
            for (int offset = 0; offset < length; offset += most) {
                cut(frame, info, offset, Math.min(most, length - offset), identification);
            }
            counters.increment(isIpv4 ? Counter.IPV4_SENT : Counter.IPV6_SENT);
        }
        frames.release(frame);
    }

    private void cut(int frame, PacketInfo info, int offset, int octets, int identification) {
        MemorySegment memory = frames.memory();
        int fragment = frames.allocate();
        frames.length(fragment, octets);
        Octets.copy(memory, frames.data(frame) + offset, memory, frames.data(fragment), octets);
        boolean isLast = offset + octets == frames.length(frame);
        if (info.isDestinationIpv4()) {
            int flags = isLast ? 0 : Ipv4Output.MORE_FRAGMENTS;
            ipv4.write(
                    memory,
                    frames.push(fragment, Ipv4Output.HEADER),
                    info,
                    octets + Ipv4Output.HEADER,
                    identification << 16 | flags | offset / UNIT);
        } else {
            long fragmentHeader = frames.push(fragment, IPV6_FRAGMENT_HEADER);
            int more = isLast ? 0 : 1;
            Octets.put32(memory, fragmentHeader, info.protocol << 24 | offset | more);
            Octets.put32(memory, fragmentHeader + 4, identification);
            ipv6.write(
                    memory,
                    frames.push(fragment, Ipv6Output.HEADER),
                    info,
                    octets + IPV6_FRAGMENT_HEADER,
                    NEXT_HEADER_FRAGMENT,
                    frames.data(frame));
        }
        counters.increment(Counter.FRAGMENTS_SENT);
        pending.addPacket(fragment);
    }

    /** Completes in software what the port would have: it cannot sum over several frames. */
    private void completeChecksum(int frame) {
        if (frames.checksum(frame) != FramePool.CHECKSUM_NEEDED) {
            return;
        }
        int start = frames.checksumStart(frame);
        int offset = frames.checksumOffset(frame);
        long from = frames.data(frame) + start;
        // The field holds the sum of the pseudo-header, which so becomes part of the whole.
        long sum = Checksum.sum(frames.memory(), from, frames.length(frame) - start, 0);
        int checksum =
                offset == UDP_CHECKSUM_OFFSET ? Checksum.finishUdp(sum) : Checksum.finish(sum);
        Octets.put16(frames.memory(), from + offset, checksum);
        frames.checksum(frame, FramePool.CHECKSUM_NONE);
    }
}
