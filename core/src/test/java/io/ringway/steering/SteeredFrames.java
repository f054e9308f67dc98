package io.ringway.steering;

import io.ringway.memory.FramePool;
import io.ringway.wire.IpAddress;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;

/** Frames as octets, built independently of the code under test. */
final class SteeredFrames {
    static final IpAddress OURS = IpAddress.parse("198.18.0.1");
    static final IpAddress PEER = IpAddress.parse("198.18.7.9");
    static final IpAddress OURS6 = IpAddress.parse("2001:2::1");
    static final IpAddress PEER6 = IpAddress.parse("2001:2:5::77");

    private SteeredFrames() {}

    static byte[] ports(int source, int destination) {
        return ByteBuffer.allocate(20)
                .putShort((short) source)
                .putShort((short) destination)
                .array();
    }

    static byte[] ipv4(IpAddress from, IpAddress to, int protocol, int fragment, byte[] payload) {
        return ipv4(from, to, protocol, fragment, 0, payload);
    }

    static byte[] ipv4(
            IpAddress from, IpAddress to, int protocol, int fragment, int options, byte[] payload) {
        ByteBuffer packet = ByteBuffer.allocate(20 + options + payload.length);
        packet.put((byte) (0x40 | (20 + options) / 4)).put((byte) 0);
        packet.putShort((short) packet.capacity()).putShort((short) 1).putShort((short) fragment);
        packet.put((byte) 64).put((byte) protocol).putShort((short) 0);
        packet.putInt((int) from.low()).putInt((int) to.low());
        return packet.position(20 + options).put(payload).array();
    }

    static byte[] ipv6(IpAddress from, IpAddress to, int next, byte[] payload) {
        ByteBuffer packet = ByteBuffer.allocate(40 + payload.length);
        packet.putInt(6 << 28).putShort((short) payload.length).put((byte) next).put((byte) 64);
        packet.putLong(from.high()).putLong(from.low()).putLong(to.high()).putLong(to.low());
        return packet.put(payload).array();
    }

    static byte[] icmp(int type, byte[] rest) {
        return ByteBuffer.allocate(8 + rest.length).put((byte) type).position(8).put(rest).array();
    }

    static byte[] ethernet(int type, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(14 + payload.length);
        return frame.position(12).putShort((short) type).put(payload).array();
    }

    /** The packet in a frame, in a VLAN if its number is not 0. */
    static byte[] frame(int vlan, byte[] packet) {
        int type = packet[0] >>> 4 == 4 ? 0x0800 : 0x86dd;
        if (vlan == 0) {
            return ethernet(type, packet);
        }
        ByteBuffer tagged = ByteBuffer.allocate(4 + packet.length);
        tagged.putShort((short) vlan).putShort((short) type).put(packet);
        return ethernet(0x8100, tagged.array());
    }

    static int allocate(FramePool frames, byte[] octets) {
        int frame = frames.allocate();
        frames.range(frame, FramePool.RECEIVE_START, octets.length);
        MemorySegment.copy(
                octets,
                0,
                frames.memory(),
                ValueLayout.JAVA_BYTE,
                frames.data(frame),
                octets.length);
        return frame;
    }
}
