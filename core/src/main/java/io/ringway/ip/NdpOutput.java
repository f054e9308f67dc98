package io.ringway.ip;

import io.ringway.layer.PacketInfo;
import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.memory.FramePool;
import io.ringway.memory.Octets;
import io.ringway.wire.Checksum;
import io.ringway.wire.Icmpv6Header;
import io.ringway.wire.IpAddress;
import io.ringway.wire.IpProtocol;

import java.lang.foreign.MemorySegment;

/**
 * Makes neighbour solicitations and advertisements (RFC 4861 §4.3, §4.4) and notes them for the
 * output step.
 *
 * <pre>
 *  0        1        2        3
 * |  Type  |  Code  |    Checksum    |
 * |R|S|O|         Reserved           |
 * |     Target Address, 128 bits     |
 * |  2 or 1|    1   | link address   |
 * | link address                     |
 * </pre>
 */
final class NdpOutput {
    static final int MESSAGE = 24;
    static final int LINK_ADDRESS_OPTION = 8;
    static final int SOURCE_LINK_ADDRESS = 1;
    static final int TARGET_LINK_ADDRESS = 2;
    static final int SOLICITED_FLAG = 0x4000_0000;
    static final int OVERRIDE_FLAG = 0x2000_0000;

    /** Proof that a message comes from the link: no router lets it through (RFC 4861 §7.1). */
    static final int HOP_LIMIT = 255;

    private final FramePool frames;
    private final Counters counters;
    private final Ipv6Output ipv6;
    private final PendingFrames pending;
    private final long mac;
    private final boolean isSpeaker;
    private final PacketInfo info = new PacketInfo();

    /**
     * @param isSpeaker whether to answer and probe; another lane does when not
     */
    NdpOutput(
            FramePool frames,
            Counters counters,
            Ipv6Output ipv6,
            PendingFrames pending,
            long mac,
            boolean isSpeaker) {
        this.frames = frames;
        this.counters = counters;
        this.ipv6 = ipv6;
        this.pending = pending;
        this.mac = mac;
        this.isSpeaker = isSpeaker;
    }

    /**
     * Asks for a neighbour's link address: its group, or (a probe) itself.
     *
     * @param withLinkAddress whether to say ours; not while the source address is optimistic (RFC
     *     4429 §3.2)
     */
    void solicit(
            long sourceHigh,
            long sourceLow,
            long targetHigh,
            long targetLow,
            boolean toItself,
            boolean withLinkAddress) {
        info.sourceHigh = sourceHigh;
        info.sourceLow = sourceLow;
        info.destinationHigh = toItself ? targetHigh : IpAddress.solicitedNodeHigh();
        info.destinationLow = toItself ? targetLow : IpAddress.solicitedNodeLow(targetLow);
        int option = withLinkAddress ? SOURCE_LINK_ADDRESS : 0;
        send(Icmpv6Header.NEIGHBOUR_SOLICITATION, 0, targetHigh, targetLow, option);
    }

    /** Asks, without saying who asks, whether anybody has the address (RFC 4862 §5.4.2). */
    void probe(long targetHigh, long targetLow) {
        if (isSpeaker) {
            solicit(0, 0, targetHigh, targetLow, false, false);
        }
    }

    /**
     * Answers a solicitation for {@code target}, an address of ours (RFC 4861 §7.2.4).
     *
     * @param toHigh who asked; the unspecified address stands for all nodes
     */
    void advertise(long targetHigh, long targetLow, long toHigh, long toLow, boolean isOverride) {
        if (!isSpeaker) {
            return;
        }
        boolean toAll = IpAddress.isUnspecified(toHigh, toLow);
        info.sourceHigh = targetHigh;
        info.sourceLow = targetLow;
        info.destinationHigh = toAll ? IpAddress.ALL_NODES.high() : toHigh;
        info.destinationLow = toAll ? IpAddress.ALL_NODES.low() : toLow;
        int flags = (toAll ? 0 : SOLICITED_FLAG) | (isOverride ? OVERRIDE_FLAG : 0);
        send(
                Icmpv6Header.NEIGHBOUR_ADVERTISEMENT,
                flags,
                targetHigh,
                targetLow,
                TARGET_LINK_ADDRESS);
    }

    private void send(int type, int flags, long targetHigh, long targetLow, int option) {
        int frame = frames.allocate();
        if (frame == FramePool.NONE) {
            counters.increment(Counter.IP_NO_FRAME);
            return;
        }
        int length = MESSAGE + (option == 0 ? 0 : LINK_ADDRESS_OPTION);
        frames.length(frame, length);
        MemorySegment memory = frames.memory();
        long at = frames.data(frame);
        Octets.put64(memory, at, (long) type << 56 | (flags & 0xffff_ffffL));
        Octets.put64(memory, at + 8, targetHigh);
        Octets.put64(memory, at + 16, targetLow);
        if (option != 0) {
            Octets.put64(memory, at + MESSAGE, (long) option << 56 | 1L << 48 | mac);
        }
        info.protocol = IpProtocol.ICMPV6;
        info.hopLimit = HOP_LIMIT;
        long pseudoHeader = info.pseudoHeader(IpProtocol.ICMPV6, length);
        int checksum = Checksum.finish(Checksum.sum(memory, at, length, pseudoHeader));
        Octets.put16(memory, at + 2, checksum);
        long header = frames.push(frame, Ipv6Output.HEADER);
        ipv6.write(memory, header, info, length, IpProtocol.ICMPV6, at);
        counters.increment(Counter.ICMP_SENT);
        counters.increment(Counter.IPV6_SENT);
        pending.addPacket(frame);
    }
}
