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

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Builds frames for tests and takes them apart. */
final class Frames {
    static final int ETHERNET = EthernetHeader.LENGTH;
    private static final long MAPPED = 0xffff_0000_0000L;
    private static final int SOURCE = 0xc6120001;
    private static final int DESTINATION = 0xc6120002;
    private static final long HIGH = 0x2001_0002_0000_0000L;

    private Frames() {}

    /** A frame of {@code length} octets of no known protocol, filled with {@code fill}. */
    static int plain(FramePool pool, int length, int fill) {
        int frame =
                FramePool.PAYLOAD_START + length > FramePool.SMALL_SLOT
                        ? pool.allocateLarge()
                        : pool.allocate();
        pool.length(frame, length);
        pool.memory().asSlice(pool.data(frame), length).fill((byte) fill);
        Octets.put16(pool.memory(), pool.data(frame) + 12, 0x88b5);
        return frame;
    }

    /** A TCP or UDP frame without options, its checksum left to the port. */
    static int transport(FramePool pool, boolean isIpv4, boolean isTcp, byte[] payload, int flags) {
        int frame = payload.length > 1500 ? pool.allocateLarge() : pool.allocate();
        int header = isTcp ? TcpHeader.MIN_LENGTH : UdpHeader.LENGTH;
        int length = header + payload.length;
        MemorySegment memory = pool.memory();
        pool.length(frame, payload.length);
        MemorySegment.copy(
                payload, 0, memory, ValueLayout.JAVA_BYTE, pool.data(frame), payload.length);
        long at = pool.push(frame, header);
        int protocol = isTcp ? IpProtocol.TCP : IpProtocol.UDP;
        if (isTcp) {
            new TcpHeader().wrap(memory, at).set(80 << 16 | 1234, 0xffff_ff00, 7, 20, flags, 1000);
            new TcpHeader().wrap(memory, at).checksum(pseudo(isIpv4, protocol, length));
        } else {
            new UdpHeader()
                    .wrap(memory, at)
                    .set(53, 1234, length, pseudo(isIpv4, protocol, length));
        }
        int network;
        if (isIpv4) {
            network = Ipv4Header.MIN_LENGTH;
            at = pool.push(frame, network);
            new Ipv4Header()
                    .wrap(memory, at)
                    .set(0, 20 + length, 0xfffe, 0x4000, 64, protocol, SOURCE, DESTINATION);
        } else {
            network = Ipv6Header.LENGTH;
            at = pool.push(frame, network);
            Ipv6Header ipv6 = new Ipv6Header().wrap(memory, at);
            ipv6.set(0, 0, length, protocol, 64);
            ipv6.source(HIGH, 1);
            ipv6.destination(HIGH, 2);
        }
        at = pool.push(frame, ETHERNET);
        new EthernetHeader()
                .wrap(memory, at)
                .set(
                        0x0200_0000_000bL,
                        0x0200_0000_000aL,
                        isIpv4 ? EthernetHeader.TYPE_IPV4 : EthernetHeader.TYPE_IPV6);
        pool.checksum(frame, FramePool.CHECKSUM_NEEDED);
        pool.checksumRange(
                frame, ETHERNET + network, isTcp ? TcpHeader.CHECKSUM : UdpHeader.CHECKSUM);
        return frame;
    }

    private static int pseudo(boolean isIpv4, int protocol, int length) {
        return Checksum.fold(
                isIpv4
                        ? Checksum.pseudoHeader(
                                0,
                                MAPPED | Integer.toUnsignedLong(SOURCE),
                                0,
                                MAPPED | Integer.toUnsignedLong(DESTINATION),
                                protocol,
                                length)
                        : Checksum.pseudoHeader(HIGH, 1, HIGH, 2, protocol, length));
    }

    /** The same as a super-frame to be cut every {@code segmentSize} octets. */
    static int superFrame(
            FramePool pool,
            boolean isIpv4,
            boolean isTcp,
            byte[] payload,
            int segmentSize,
            int flags) {
        int frame = transport(pool, isIpv4, isTcp, payload, flags);
        int type = FramePool.SEGMENTATION_UDP;
        if (isTcp) {
            type = isIpv4 ? FramePool.SEGMENTATION_TCPV4 : FramePool.SEGMENTATION_TCPV6;
        }
        pool.segmentation(frame, type, segmentSize);
        return frame;
    }

    /** Where the transport header of such a frame begins. */
    static int transportAt(MemorySegment memory, long at) {
        return Octets.u16(memory, at + 12) == EthernetHeader.TYPE_IPV4 ? 34 : 54;
    }

    /** Whether IP lengths, header checksum and transport checksum of such a frame are right. */
    static boolean isIntact(MemorySegment memory, long at, int length) {
        int transport = transportAt(memory, at);
        int octets = length - transport;
        long pseudo;
        if (transport == 34) {
            Ipv4Header ipv4 = new Ipv4Header().wrap(memory, at + ETHERNET);
            if (!ipv4.isValid(length - ETHERNET)
                    || !ipv4.isChecksumValid()
                    || ipv4.totalLength() != length - ETHERNET) {
                return false;
            }
            pseudo = pseudo(true, ipv4.protocol(), octets);
        } else {
            Ipv6Header ipv6 = new Ipv6Header().wrap(memory, at + ETHERNET);
            if (!ipv6.isValid(length - ETHERNET) || ipv6.payloadLength() != octets) {
                return false;
            }
            pseudo = pseudo(false, ipv6.nextHeader(), octets);
        }
        return Checksum.isIntact(Checksum.sum(memory, at + transport, octets, pseudo));
    }

    static boolean isIntact(FramePool pool, int frame) {
        return isIntact(pool.memory(), pool.data(frame), pool.length(frame));
    }

    /** The frame's octets. */
    static byte[] octets(FramePool pool, int frame) {
        return pool.memory()
                .asSlice(pool.data(frame), pool.length(frame))
                .toArray(ValueLayout.JAVA_BYTE);
    }
}
