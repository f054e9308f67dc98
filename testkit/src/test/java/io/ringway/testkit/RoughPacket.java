package io.ringway.testkit;

import io.ringway.memory.FramePool;
import io.ringway.memory.Octets;
import io.ringway.wire.Checksum;
import io.ringway.wire.EthernetHeader;
import io.ringway.wire.IpProtocol;
import io.ringway.wire.Ipv4Header;
import io.ringway.wire.Ipv6Header;
import io.ringway.wire.TcpHeader;

import java.lang.foreign.MemorySegment;

/** A frame as a device on the path sees it that marks packets and joins segments. */
final class RoughPacket {
    private static final int CE = 3;
    private static final int PLAIN_OPTIONS = 12;

    private final FramePool frames;
    private final MemorySegment memory;
    private final Ipv4Header ipv4 = new Ipv4Header();
    private final Ipv6Header ipv6 = new Ipv6Header();
    private final TcpHeader tcp = new TcpHeader();
    private int frame;
    private long at;
    private boolean isIpv4;
    private boolean isTcp;
    private int ipHeader;
    private int ipLength;

    RoughPacket(FramePool frames) {
        this.frames = frames;
        this.memory = frames.memory();
    }

    void wrap(int of) {
        frame = of;
        at = frames.data(of);
        isTcp = false;
        int type = new EthernetHeader().wrap(memory, at).type();
        long ip = at + EthernetHeader.LENGTH;
        int available = frames.length(of) - EthernetHeader.LENGTH;
        isIpv4 = type == EthernetHeader.TYPE_IPV4;
        if (isIpv4 && ipv4.wrap(memory, ip).isValid(available)) {
            ipHeader = ipv4.headerLength();
            ipLength = ipv4.totalLength();
            isTcp = ipv4.protocol() == IpProtocol.TCP && !ipv4.isFragment();
        } else if (type == EthernetHeader.TYPE_IPV6 && ipv6.wrap(memory, ip).isValid(available)) {
            ipHeader = Ipv6Header.LENGTH;
            ipLength = Ipv6Header.LENGTH + ipv6.payloadLength();
            isTcp = ipv6.nextHeader() == IpProtocol.TCP;
        }
        if (isTcp) {
            isTcp = tcp.wrap(memory, ip + ipHeader).isValid(ipLength - ipHeader);
        }
    }

    boolean isTcp() {
        return isTcp;
    }

    boolean isIpv4() {
        return isIpv4;
    }

    int frame() {
        return frame;
    }

    long ip() {
        return at + EthernetHeader.LENGTH;
    }

    /** Octets of the packet, or of those that a super-frame stands for. */
    int longestPacket() {
        if (frames.segmentation(frame) == FramePool.SEGMENTATION_NONE) {
            return ipLength;
        }
        return Math.min(ipLength, ipHeader + tcp.dataOffset() + frames.segmentSize(frame));
    }

    // --- marks ---

    private int trafficClass() {
        return isIpv4 ? ipv4.tos() : ipv6.trafficClass();
    }

    boolean isMarkable() {
        return (trafficClass() & CE) != 0;
    }

    void mark() {
        if (isIpv4) {
            boolean wasRight = ipv4.isChecksumValid();
            ipv4.tos(ipv4.tos() | CE);
            if (wasRight) {
                ipv4.updateChecksum();
            }
        } else {
            ipv6.trafficClassAndFlowLabel(ipv6.trafficClass() | CE, ipv6.flowLabel());
        }
    }

    // --- joining ---

    private int payload() {
        return ipLength - ipHeader - tcp.dataOffset();
    }

    private boolean isOfSameFlow(RoughPacket other) {
        int length = isIpv4 ? 8 : 32;
        int from = isIpv4 ? 12 : 8;
        return isIpv4 == other.isIpv4
                && tcp.ports() == other.tcp.ports()
                && MemorySegment.mismatch(
                                memory,
                                ip() + from,
                                ip() + from + length,
                                memory,
                                other.ip() + from,
                                other.ip() + from + length)
                        == -1;
    }

    /** Whether this ACK says all that the one before said. */
    boolean replaces(RoughPacket before) {
        return isBareAck()
                && before.isBareAck()
                && isOfSameFlow(before)
                && isIntact()
                && tcp.sequence() == before.tcp.sequence()
                && tcp.acknowledgment() - before.tcp.acknowledgment() > 0;
    }

    private boolean isBareAck() {
        return payload() == 0
                && tcp.flags() == TcpHeader.ACK
                && tcp.dataOffset() <= TcpHeader.MIN_LENGTH + PLAIN_OPTIONS;
    }

    /** Whether this segment goes on where the one before ends, and says nothing else. */
    boolean follows(RoughPacket before) {
        int header = tcp.dataOffset();
        return payload() > 0
                && before.payload() > 0
                && isOfSameFlow(before)
                && (tcp.flags() & ~TcpHeader.PSH) == TcpHeader.ACK
                && before.tcp.flags() == TcpHeader.ACK
                && header == before.tcp.dataOffset()
                && ipHeader == before.ipHeader
                && trafficClass() == before.trafficClass()
                && tcp.sequence() == before.tcp.sequence() + before.payload()
                && tcp.acknowledgment() == before.tcp.acknowledgment()
                && hasSameOptions(before, header)
                && ipLength + before.payload() <= 0xffff
                && isIntact()
                && before.isIntact();
    }

    private boolean hasSameOptions(RoughPacket other, int header) {
        long from = ip() + ipHeader;
        long otherFrom = other.ip() + other.ipHeader;
        return MemorySegment.mismatch(
                        memory,
                        from + TcpHeader.MIN_LENGTH,
                        from + header,
                        memory,
                        otherFrom + TcpHeader.MIN_LENGTH,
                        otherFrom + header)
                == -1;
    }

    private boolean isIntact() {
        if (isIpv4 && !ipv4.isChecksumValid()) {
            return false;
        }
        if (frames.checksum(frame) != FramePool.CHECKSUM_NONE) {
            return true;
        }
        int length = ipLength - ipHeader;
        return Checksum.finish(Checksum.sum(memory, ip() + ipHeader, length, pseudoHeader(length)))
                == 0;
    }

    private long pseudoHeader(int length) {
        if (isIpv4) {
            return Checksum.pseudoHeader(
                    0,
                    ipv4.source() & 0xffffffffL,
                    0,
                    ipv4.destination() & 0xffffffffL,
                    IpProtocol.TCP,
                    length);
        }
        return Checksum.pseudoHeader(
                ipv6.sourceHigh(),
                ipv6.sourceLow(),
                ipv6.destinationHigh(),
                ipv6.destinationLow(),
                IpProtocol.TCP,
                length);
    }

    /** A frame of the one before and this one, or NONE when the pool has none. */
    int join(RoughPacket before) {
        int headers = EthernetHeader.LENGTH + ipHeader + tcp.dataOffset();
        int joined = frames.allocateLarge();
        if (joined == FramePool.NONE) {
            return FramePool.NONE;
        }
        int first = before.payload();
        int length = headers + first + payload();
        frames.range(joined, FramePool.RECEIVE_START, length);
        long to = frames.data(joined);
        Octets.copy(memory, before.at, memory, to, headers + first);
        Octets.copy(memory, at + headers, memory, to + headers + first, payload());
        int size =
                frames.segmentation(before.frame) == FramePool.SEGMENTATION_NONE
                        ? first
                        : frames.segmentSize(before.frame);
        if (isIpv4) {
            ipv4.wrap(memory, to + EthernetHeader.LENGTH);
            ipv4.totalLength(length - EthernetHeader.LENGTH);
            ipv4.updateChecksum();
        } else {
            ipv6.wrap(memory, to + EthernetHeader.LENGTH);
            ipv6.payloadLength(length - EthernetHeader.LENGTH - Ipv6Header.LENGTH);
        }
        frames.stamp(joined, frames.stamp(before.frame));
        frames.segmentation(
                joined, isIpv4 ? FramePool.SEGMENTATION_TCPV4 : FramePool.SEGMENTATION_TCPV6, size);
        frames.checksum(joined, FramePool.CHECKSUM_VERIFIED);
        return joined;
    }
}
