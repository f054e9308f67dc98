package io.ringway.testkit.port;

import io.ringway.memory.FramePool;
import io.ringway.memory.Octets;
import io.ringway.port.Segmentation;
import io.ringway.wire.Checksum;
import io.ringway.wire.EthernetHeader;
import io.ringway.wire.IpProtocol;
import io.ringway.wire.Ipv4Header;
import io.ringway.wire.Ipv6Header;
import io.ringway.wire.TcpHeader;
import io.ringway.wire.UdpHeader;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** Frames of the contract's tests: made, put into a pool, and looked at. */
final class ContractFrames {
    /** The far end's link address. */
    static final long FAR = 0x0200_0000_00fbL;

    static final int ETHERNET = EthernetHeader.LENGTH;

    // IEEE 802: set aside for experiments, so that nobody takes such a frame.
    private static final int EXPERIMENTAL = 0x88b5;
    private static final int NUMBER = ETHERNET;
    private static final int PATTERN = NUMBER + 4;
    private static final long MAPPED = 0xffff_0000_0000L;
    private static final int OURS = 0xc612_0002;
    private static final int THEIRS = 0xc612_0001;
    private static final long HIGH = 0x2001_0002_0000_0000L;
    private static final int FLOW = 7 << 16 | 4_321;

    private ContractFrames() {}

    /** A frame of no known protocol that carries a number, and a pattern which follows from it. */
    static WireFrame numbered(long to, long from, int number, int length) {
        byte[] octets = new byte[length];
        MemorySegment memory = MemorySegment.ofArray(octets);
        new EthernetHeader().wrap(memory, 0).set(to, from, EXPERIMENTAL);
        Octets.put32(memory, NUMBER, number);
        for (int i = PATTERN; i < length; i++) {
            octets[i] = (byte) (number * 31 + i);
        }
        return WireFrame.whole(octets);
    }

    /** The number of such a frame. */
    static int number(WireFrame frame) {
        return Octets.u32(MemorySegment.ofArray(frame.octets()), NUMBER);
    }

    static boolean isNumbered(WireFrame frame) {
        return type(frame) == EXPERIMENTAL;
    }

    static boolean isTo(WireFrame frame, long mac) {
        return Octets.u64(MemorySegment.ofArray(frame.octets()), 0) >>> 16 == mac;
    }

    private static int type(WireFrame frame) {
        return Octets.u16(MemorySegment.ofArray(frame.octets()), 12);
    }

    /** The same with a tag of VLAN {@code id} behind the link addresses. */
    static WireFrame tagged(WireFrame frame, int id) {
        byte[] octets = new byte[frame.octets().length + 4];
        System.arraycopy(frame.octets(), 0, octets, 0, 12);
        System.arraycopy(frame.octets(), 12, octets, 16, frame.octets().length - 12);
        MemorySegment memory = MemorySegment.ofArray(octets);
        Octets.put16(memory, 12, EthernetHeader.TYPE_VLAN);
        Octets.put16(memory, 14, id);
        return WireFrame.whole(octets);
    }

    /**
     * A TCP segment (or a UDP datagram) over IPv4 or IPv6 whose checksum is left to the receiver;
     * longer than {@code segmentSize}, it is a super-frame, unless that is 0.
     */
    static WireFrame transport(
            long to, long from, boolean isIpv4, boolean isTcp, int payload, int segmentSize) {
        int network = isIpv4 ? Ipv4Header.MIN_LENGTH : Ipv6Header.LENGTH;
        int transport = ETHERNET + network;
        int header = isTcp ? TcpHeader.MIN_LENGTH : UdpHeader.LENGTH;
        int protocol = isTcp ? IpProtocol.TCP : IpProtocol.UDP;
        int length = header + payload;
        byte[] octets = new byte[transport + length];
        MemorySegment memory = MemorySegment.ofArray(octets);
        for (int i = 0; i < payload; i++) {
            octets[transport + header + i] = (byte) (i * 7 + (i >> 8));
        }
        int type = isIpv4 ? EthernetHeader.TYPE_IPV4 : EthernetHeader.TYPE_IPV6;
        new EthernetHeader().wrap(memory, 0).set(to, from, type);
        if (isIpv4) {
            new Ipv4Header()
                    .wrap(memory, ETHERNET)
                    .set(0, network + length, 1, 0x4000, 64, protocol, THEIRS, OURS);
        } else {
            Ipv6Header ipv6 = new Ipv6Header().wrap(memory, ETHERNET);
            ipv6.set(0, 0, length, protocol, 64);
            ipv6.source(HIGH, 1);
            ipv6.destination(HIGH, 2);
        }
        int pseudo = Checksum.fold(pseudo(isIpv4, protocol, length));
        if (isTcp) {
            TcpHeader tcp = new TcpHeader().wrap(memory, transport);
            tcp.set(FLOW, 1_000, 7, TcpHeader.MIN_LENGTH, TcpHeader.ACK, 1_000);
            tcp.checksum(pseudo);
        } else {
            new UdpHeader().wrap(memory, transport).set(FLOW >>> 16, FLOW & 0xffff, length, pseudo);
        }
        int segmentation = FramePool.SEGMENTATION_NONE;
        if (segmentSize > 0) {
            int tcpType = isIpv4 ? FramePool.SEGMENTATION_TCPV4 : FramePool.SEGMENTATION_TCPV6;
            segmentation = isTcp ? tcpType : FramePool.SEGMENTATION_UDP;
        }
        return new WireFrame(
                octets,
                FramePool.CHECKSUM_NEEDED,
                transport,
                isTcp ? TcpHeader.CHECKSUM : UdpHeader.CHECKSUM,
                segmentation,
                segmentSize);
    }

    private static long pseudo(boolean isIpv4, int protocol, int length) {
        return isIpv4
                ? Checksum.pseudoHeader(
                        0,
                        MAPPED | Integer.toUnsignedLong(THEIRS),
                        0,
                        MAPPED | Integer.toUnsignedLong(OURS),
                        protocol,
                        length)
                : Checksum.pseudoHeader(HIGH, 1, HIGH, 2, protocol, length);
    }

    /** Completes the checksum, as a device does. */
    static WireFrame completed(WireFrame frame) {
        byte[] octets = frame.octets().clone();
        Segmentation.completeChecksum(
                MemorySegment.ofArray(octets),
                0,
                octets.length,
                frame.checksumStart(),
                frame.checksumOffset());
        return WireFrame.whole(octets);
    }

    static boolean isTransport(WireFrame frame) {
        int type = type(frame);
        if (type == EthernetHeader.TYPE_IPV4) {
            return Octets.u32(MemorySegment.ofArray(frame.octets()), ETHERNET + 12) == THEIRS;
        }
        return type == EthernetHeader.TYPE_IPV6
                && Octets.u64(MemorySegment.ofArray(frame.octets()), ETHERNET + 8) == HIGH;
    }

    private static int transportAt(WireFrame frame) {
        boolean isIpv4 = type(frame) == EthernetHeader.TYPE_IPV4;
        return ETHERNET + (isIpv4 ? Ipv4Header.MIN_LENGTH : Ipv6Header.LENGTH);
    }

    /** The octets behind the transport header. */
    static byte[] payload(WireFrame frame, boolean isTcp) {
        int at = transportAt(frame) + (isTcp ? TcpHeader.MIN_LENGTH : UdpHeader.LENGTH);
        return Arrays.copyOfRange(frame.octets(), at, frame.octets().length);
    }

    /** Whether a frame without anything left to the receiver has a right transport checksum. */
    static boolean isIntact(WireFrame frame, boolean isTcp) {
        int at = transportAt(frame);
        int length = frame.octets().length - at;
        long pseudo =
                pseudo(
                        type(frame) == EthernetHeader.TYPE_IPV4,
                        isTcp ? IpProtocol.TCP : IpProtocol.UDP,
                        length);
        long sum = Checksum.sum(MemorySegment.ofArray(frame.octets()), at, length, pseudo);
        return Checksum.isIntact(sum);
    }
}
