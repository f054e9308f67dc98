package io.ringway.ip;

import io.ringway.wire.Checksum;
import io.ringway.wire.IpAddress;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** Builds frames as octets, independently of the code under test. */
final class Packets {
    static final long OUR_MAC = 0x0200_5e00_5301L;
    static final long PEER_MAC = 0x0200_5e00_5302L;
    static final long OTHER_MAC = 0x0200_5e00_5303L;
    static final long BROADCAST_MAC = 0xffff_ffff_ffffL;

    static final IpAddress OURS = IpAddress.parse("198.18.0.1");
    static final IpAddress PEER = IpAddress.parse("198.18.0.2");
    static final IpAddress GATEWAY = IpAddress.parse("198.18.0.254");
    static final IpAddress FAR = IpAddress.parse("192.0.2.9");
    static final IpAddress OURS6 = IpAddress.parse("2001:2::1");
    static final IpAddress PEER6 = IpAddress.parse("2001:2::2");
    static final IpAddress PEER_LINK_LOCAL = IpAddress.parse("fe80::5eff:fe00:5302");
    static final IpAddress ANY6 = IpAddress.ANY_IPV6;

    private Packets() {}

    static byte[] ethernet(long destination, long source, int type, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(14 + payload.length);
        putMac(frame, destination);
        putMac(frame, source);
        return frame.putShort((short) type).put(payload).array();
    }

    private static void putMac(ByteBuffer into, long mac) {
        into.putShort((short) (mac >>> 32)).putInt((int) mac);
    }

    static byte[] arp(
            int operation, long senderMac, IpAddress sender, long targetMac, IpAddress target) {
        ByteBuffer packet = ByteBuffer.allocate(28);
        packet.putShort((short) 1).putShort((short) 0x0800).put((byte) 6).put((byte) 4);
        packet.putShort((short) operation);
        putMac(packet, senderMac);
        packet.putInt((int) sender.low());
        putMac(packet, targetMac);
        return packet.putInt((int) target.low()).array();
    }

    /** An ARP request of the peer's, as broadcast. */
    static byte[] arpRequest(IpAddress sender, IpAddress target) {
        return ethernet(BROADCAST_MAC, PEER_MAC, 0x0806, arp(1, PEER_MAC, sender, 0, target));
    }

    /** An ARP reply of the peer's to us. */
    static byte[] arpReply(IpAddress sender) {
        return ethernet(OUR_MAC, PEER_MAC, 0x0806, arp(2, PEER_MAC, sender, OUR_MAC, OURS));
    }

    static byte[] ipv4(IpAddress source, IpAddress destination, int protocol, byte[] payload) {
        return ipv4(source, destination, protocol, 0x4000, 7, new byte[0], payload);
    }

    /**
     * An IPv4 packet.
     *
     * @param fragment flags and offset as in the header
     */
    static byte[] ipv4(
            IpAddress source,
            IpAddress destination,
            int protocol,
            int fragment,
            int identification,
            byte[] options,
            byte[] payload) {
        int header = 20 + options.length;
        ByteBuffer packet = ByteBuffer.allocate(header + payload.length);
        packet.put((byte) (0x40 | header / 4)).put((byte) 0);
        packet.putShort((short) (header + payload.length));
        packet.putShort((short) identification).putShort((short) fragment);
        packet.put((byte) 64).put((byte) protocol).putShort((short) 0);
        packet.putInt((int) source.low()).putInt((int) destination.low()).put(options);
        packet.putShort(10, (short) checksum(packet.array(), 0, header, 0));
        return packet.put(payload).array();
    }

    /** The packet in a frame of the peer's to us. */
    static byte[] toUs(byte[] packet) {
        return ethernet(OUR_MAC, PEER_MAC, packet[0] >>> 4 == 4 ? 0x0800 : 0x86dd, packet);
    }

    static byte[] ipv6(
            IpAddress source, IpAddress destination, int next, int hopLimit, byte[] payload) {
        ByteBuffer packet = ByteBuffer.allocate(40 + payload.length);
        packet.putInt(6 << 28).putShort((short) payload.length);
        packet.put((byte) next).put((byte) hopLimit);
        packet.putLong(source.high()).putLong(source.low());
        return packet.putLong(destination.high()).putLong(destination.low()).put(payload).array();
    }

    static byte[] icmp(int type, int code, int rest, byte[] data) {
        ByteBuffer message = ByteBuffer.allocate(8 + data.length);
        message.put((byte) type).put((byte) code).putShort((short) 0).putInt(rest).put(data);
        message.putShort(2, (short) checksum(message.array(), 0, message.capacity(), 0));
        return message.array();
    }

    static byte[] icmpv6(
            IpAddress source, IpAddress destination, int type, int code, int rest, byte[] data) {
        ByteBuffer message = ByteBuffer.allocate(8 + data.length);
        message.put((byte) type).put((byte) code).putShort((short) 0).putInt(rest).put(data);
        long pseudo =
                Checksum.pseudoHeader(
                        source.high(),
                        source.low(),
                        destination.high(),
                        destination.low(),
                        58,
                        message.capacity());
        message.putShort(2, (short) checksum(message.array(), 0, message.capacity(), pseudo));
        return message.array();
    }

    /** An ICMPv6 message in its packet. */
    static byte[] icmpv6Packet(
            IpAddress source,
            IpAddress destination,
            int hopLimit,
            int type,
            int rest,
            byte[] data) {
        return ipv6(
                source,
                destination,
                58,
                hopLimit,
                icmpv6(source, destination, type, 0, rest, data));
    }

    /** The body of a neighbour solicitation or advertisement behind its flags. */
    static byte[] ndpBody(IpAddress target, int option, long mac) {
        ByteBuffer body = ByteBuffer.allocate(16 + (option == 0 ? 0 : 8));
        body.putLong(target.high()).putLong(target.low());
        if (option != 0) {
            body.put((byte) option).put((byte) 1);
            putMac(body, mac);
        }
        return body.array();
    }

    static byte[] fragmentHeader(int next, int offset, boolean hasMore, int identification) {
        ByteBuffer header = ByteBuffer.allocate(8);
        header.put((byte) next).put((byte) 0);
        header.putShort((short) (offset | (hasMore ? 1 : 0)));
        return header.putInt(identification).array();
    }

    /** A UDP datagram whose checksum is left out: IP does not look at it. */
    static byte[] udp(int sourcePort, int destinationPort, byte[] data) {
        ByteBuffer datagram = ByteBuffer.allocate(8 + data.length);
        datagram.putShort((short) sourcePort).putShort((short) destinationPort);
        return datagram.putShort((short) (8 + data.length)).putShort((short) 0).put(data).array();
    }

    static byte[] join(byte[]... pieces) {
        int length = 0;
        for (byte[] piece : pieces) {
            length += piece.length;
        }
        ByteBuffer all = ByteBuffer.allocate(length);
        for (byte[] piece : pieces) {
            all.put(piece);
        }
        return all.array();
    }

    /** Octets that differ from place to place. */
    static byte[] data(int length) {
        byte[] data = new byte[length];
        for (int i = 0; i < length; i++) {
            data[i] = (byte) (i * 31 + (i >>> 8));
        }
        return data;
    }

    static byte[] slice(byte[] octets, int from, int length) {
        return java.util.Arrays.copyOfRange(octets, from, from + length);
    }

    static int checksum(byte[] octets, int from, int length, long initial) {
        return Checksum.finish(Checksum.sum(MemorySegment.ofArray(octets), from, length, initial));
    }
}
