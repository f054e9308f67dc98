package io.ringway.port;

import io.ringway.memory.FramePool;
import io.ringway.memory.Octets;
import io.ringway.wire.Checksum;
import io.ringway.wire.EthernetHeader;
import io.ringway.wire.IpProtocol;
import io.ringway.wire.Ipv4Header;
import io.ringway.wire.Ipv6Header;
import io.ringway.wire.TcpHeader;
import io.ringway.wire.UdpHeader;
import io.ringway.wire.VlanTag;

import java.lang.foreign.MemorySegment;

/**
 * Cuts a super-frame into the frames that a device with segmentation offload would put on the wire.
 *
 * <p>Each segment has the super-frame's headers with these changes: the lengths and the IPv4 header
 * checksum are its own, the IPv4 identification counts up, the sequence number is that of its first
 * octet, CWR is on the first only (RFC 3168 §6.1.2), FIN and PSH on the last only, and its checksum
 * is complete.
 *
 * <p>A cursor: {@link #wrap} it around a super-frame, then {@link #write} each segment. One thread
 * owns it, and it allocates nothing.
 */
public final class Segmentation {
    private static final long MAPPED = 0xffff_0000_0000L;

    private final Ipv4Header ipv4 = new Ipv4Header();
    private final Ipv6Header ipv6 = new Ipv6Header();
    private final TcpHeader tcp = new TcpHeader();
    private final UdpHeader udp = new UdpHeader();
    private MemorySegment memory = MemorySegment.NULL;
    private long offset;
    private int length;
    private boolean isTcp;
    private boolean isIpv4;
    // Where these begin, from the start of the frame.
    private int network;
    private int transport;
    private int payload;
    private int segmentSize;
    private int count;

    /** A cursor around nothing. */
    public Segmentation() {}

    /**
     * Looks at a super-frame.
     *
     * @return false if it is none, or if its headers are not those of its type; then no other
     *     method may be called
     */
    public boolean wrap(FramePool frames, int frame) {
        int type = frames.segmentation(frame);
        this.segmentSize = frames.segmentSize(frame);
        if (type == FramePool.SEGMENTATION_NONE || segmentSize == 0) {
            return false;
        }
        this.memory = frames.memory();
        this.offset = frames.data(frame);
        this.length = frames.length(frame);
        this.isTcp = type != FramePool.SEGMENTATION_UDP;
        if (!findNetwork() || (isTcp && isIpv4 != (type == FramePool.SEGMENTATION_TCPV4))) {
            return false;
        }
        boolean isKnown = frames.checksum(frame) == FramePool.CHECKSUM_NEEDED;
        if (!findTransport(isKnown ? frames.checksumStart(frame) : 0) || !findPayload()) {
            return false;
        }
        this.count = Math.max(1, (length - payload + segmentSize - 1) / segmentSize);
        return true;
    }

    private boolean findNetwork() {
        if (length < EthernetHeader.LENGTH + VlanTag.LENGTH) {
            return false;
        }
        int type = Octets.u16(memory, offset + EthernetHeader.LENGTH - 2);
        network = EthernetHeader.LENGTH;
        if (type == EthernetHeader.TYPE_VLAN) {
            network += VlanTag.LENGTH;
            type = Octets.u16(memory, offset + network - 2);
        }
        isIpv4 = type == EthernetHeader.TYPE_IPV4;
        return isIpv4
                ? length >= network + Ipv4Header.MIN_LENGTH
                : type == EthernetHeader.TYPE_IPV6 && length >= network + Ipv6Header.LENGTH;
    }

    /**
     * Whoever asks for a checksum knows where the transport header is ({@code known}), behind any
     * IPv6 extensions.
     */
    private boolean findTransport(int known) {
        int earliest = network + Ipv6Header.LENGTH;
        int protocol;
        if (isIpv4) {
            ipv4.wrap(memory, offset + network);
            earliest = network + Math.max(Ipv4Header.MIN_LENGTH, ipv4.headerLength());
            protocol = ipv4.protocol();
        } else {
            protocol = ipv6.wrap(memory, offset + network).nextHeader();
        }
        transport = known == 0 ? earliest : known;
        return transport >= earliest
                && (known != 0 || protocol == (isTcp ? IpProtocol.TCP : IpProtocol.UDP));
    }

    private boolean findPayload() {
        int least = transport + (isTcp ? TcpHeader.MIN_LENGTH : UdpHeader.LENGTH);
        if (length < least) {
            return false;
        }
        payload = isTcp ? transport + tcp.wrap(memory, offset + transport).dataOffset() : least;
        return payload >= least && payload <= length;
    }

    /** How many segments there are, at least 1. */
    public int count() {
        return count;
    }

    /** Octets of the frame of one segment, its Ethernet header included. */
    public int length(int index) {
        return payload + payloadLength(index);
    }

    /** Octets of the longest segment's IP packet: what must fit into an MTU. */
    public int packetLength() {
        return length(0) - network;
    }

    private int payloadLength(int index) {
        assert index >= 0 && index < count : index + " of " + count;
        return Math.min(segmentSize, length - payload - index * segmentSize);
    }

    /** Writes the frame of one segment, {@link #length(int)} octets. */
    public void write(int index, MemorySegment to, long at) {
        int octets = payloadLength(index);
        long from = offset + payload + (long) index * segmentSize;
        Octets.copy(memory, offset, to, at, payload);
        Octets.copy(memory, from, to, at + payload, octets);
        int transportLength = payload - transport + octets;
        long pseudoHeader =
                isIpv4
                        ? writeIpv4(index, to, at + network, transportLength)
                        : writeIpv6(to, at + network, transportLength);
        if (isTcp) {
            writeTcp(index, to, at + transport, transportLength, pseudoHeader);
        } else {
            writeUdp(to, at + transport, transportLength, pseudoHeader);
        }
    }

    private long writeIpv4(int index, MemorySegment to, long at, int transportLength) {
        ipv4.wrap(to, at);
        ipv4.totalLength(transport - network + transportLength);
        ipv4.identification(ipv4.identification() + index);
        ipv4.updateChecksum();
        return Checksum.pseudoHeader(
                0,
                MAPPED | Integer.toUnsignedLong(ipv4.source()),
                0,
                MAPPED | Integer.toUnsignedLong(ipv4.destination()),
                isTcp ? IpProtocol.TCP : IpProtocol.UDP,
                transportLength);
    }

    private long writeIpv6(MemorySegment to, long at, int transportLength) {
        ipv6.wrap(to, at);
        ipv6.payloadLength(transport - network - Ipv6Header.LENGTH + transportLength);
        return Checksum.pseudoHeader(
                ipv6.sourceHigh(),
                ipv6.sourceLow(),
                ipv6.destinationHigh(),
                ipv6.destinationLow(),
                isTcp ? IpProtocol.TCP : IpProtocol.UDP,
                transportLength);
    }

    private void writeTcp(int index, MemorySegment to, long at, int octets, long pseudoHeader) {
        tcp.wrap(to, at);
        tcp.sequence(tcp.sequence() + index * segmentSize);
        int flags = tcp.flags();
        if (index > 0) {
            flags &= ~TcpHeader.CWR;
        }
        if (index < count - 1) {
            flags &= ~(TcpHeader.FIN | TcpHeader.PSH);
        }
        tcp.flags(flags);
        tcp.checksum(0);
        tcp.checksum(Checksum.finish(Checksum.sum(to, at, octets, pseudoHeader)));
    }

    private void writeUdp(MemorySegment to, long at, int octets, long pseudoHeader) {
        udp.wrap(to, at);
        udp.length(octets);
        udp.checksum(0);
        udp.checksum(Checksum.finishUdp(Checksum.sum(to, at, octets, pseudoHeader)));
    }

    /**
     * Completes a checksum in whose field the pseudo-header's sum stands, as a device does for a
     * frame marked {@link FramePool#CHECKSUM_NEEDED}.
     *
     * @param at where the frame's octets begin
     * @param length how many there are
     * @param start where the checksum begins to count, from {@code at}
     * @param field where it is stored, from {@code start}
     * @return false if the range does not lie in the frame; then nothing is written
     */
    public static boolean completeChecksum(
            MemorySegment memory, long at, int length, int start, int field) {
        if (start + field + 2 > length) {
            return false;
        }
        long sum = Checksum.sum(memory, at + start, length - start, 0);
        boolean isUdp = field == UdpHeader.CHECKSUM;
        Octets.put16(
                memory, at + start + field, isUdp ? Checksum.finishUdp(sum) : Checksum.finish(sum));
        return true;
    }
}
