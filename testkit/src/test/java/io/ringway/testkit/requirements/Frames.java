package io.ringway.testkit.requirements;

import io.ringway.testkit.TcpHarness;
import io.ringway.wire.Checksum;
import io.ringway.wire.IpAddress;
import io.ringway.wire.TcpHeader;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** Whole Ethernet frames over IPv4, for what a harness's own peer would not send. */
final class Frames {
    private static final int IP = 14;
    private static final int TCP = IP + 20;

    private Frames() {}

    /** A SYN to the port of the harness. */
    static byte[] syn(int source, int destination, int port) {
        return tcp(source, destination, port, TcpHeader.SYN);
    }

    /** A segment without data to the port of the harness. */
    static byte[] tcp(int source, int destination, int port, int flags) {
        byte[] frame = new byte[TCP + 20];
        ByteBuffer out = ByteBuffer.wrap(frame);
        boolean isGroup = destination >>> 28 == 14 || (destination & 0xff) == 0xff;
        out.putShort((short) (isGroup ? 0xffff : 0x0200)).putInt(isGroup ? -1 : 1);
        out.putShort((short) 0x0200).putInt(2).putShort((short) 0x0800);
        out.putShort((short) 0x4500).putShort((short) 40).putInt(0);
        out.put((byte) 64).put((byte) 6).putShort((short) 0).putInt(source).putInt(destination);
        out.putShort((short) port).putShort((short) TcpHarness.PORT).putInt(7).putInt(1);
        out.putShort((short) (0x5000 | flags)).putShort((short) 1000);
        return summed(frame);
    }

    /** The peer's answer to a segment without data, which it acknowledges. */
    static byte[] answer(byte[] about, int flags) {
        ByteBuffer in = ByteBuffer.wrap(about);
        byte[] frame =
                tcp(in.getInt(IP + 16), in.getInt(IP + 12), in.getShort(TCP + 2) & 0xffff, flags);
        ByteBuffer out = ByteBuffer.wrap(frame);
        out.putInt(TCP + 4, in.getInt(TCP + 8)).putInt(TCP + 8, in.getInt(TCP + 4) + 1);
        out.putShort(TCP + 16, (short) 0);
        out.putShort(IP + 10, (short) 0);
        return summed(frame);
    }

    /** The same packet with these IP options, a multiple of four octets. */
    static byte[] withIpOptions(byte[] frame, byte... options) {
        byte[] longer = new byte[frame.length + options.length];
        System.arraycopy(frame, 0, longer, 0, TCP);
        System.arraycopy(options, 0, longer, TCP, options.length);
        System.arraycopy(frame, TCP, longer, TCP + options.length, frame.length - TCP);
        ByteBuffer out = ByteBuffer.wrap(longer);
        out.put(IP, (byte) (0x45 + options.length / 4));
        out.putShort(IP + 2, (short) (longer.length - IP)).putShort(IP + 10, (short) 0);
        sum(longer, IP + 10, IP, 20 + options.length);
        return longer;
    }

    private static byte[] summed(byte[] frame) {
        sum(frame, IP + 10, IP, 20);
        ByteBuffer in = ByteBuffer.wrap(frame);
        long pseudo =
                Checksum.pseudoHeader(
                        0,
                        IpAddress.ipv4Low(in.getInt(IP + 12)),
                        0,
                        IpAddress.ipv4Low(in.getInt(IP + 16)),
                        6,
                        frame.length - TCP);
        MemorySegment memory = MemorySegment.ofArray(frame);
        int checksum = Checksum.finish(Checksum.sum(memory, TCP, frame.length - TCP, pseudo));
        in.putShort(TCP + 16, (short) checksum);
        return frame;
    }

    static void sum(byte[] frame, int into, int from, int length) {
        MemorySegment memory = MemorySegment.ofArray(frame);
        int checksum = Checksum.finish(Checksum.sum(memory, from, length, 0));
        ByteBuffer.wrap(frame).putShort(into, (short) checksum);
    }

    /** An ICMP error of the peer about a frame that the stack sent. */
    static byte[] icmpError(byte[] about, int type, int code) {
        byte[] frame = new byte[IP + 20 + 8 + 28];
        ByteBuffer out = ByteBuffer.wrap(frame);
        out.put(about, 6, 6).put(about, 0, 6).putShort((short) 0x0800);
        out.putShort((short) 0x4500).putShort((short) (frame.length - IP)).putInt(0);
        out.put((byte) 64).put((byte) 1).putShort((short) 0);
        out.put(about, IP + 16, 4).put(about, IP + 12, 4);
        out.put((byte) type).put((byte) code).putShort((short) 0).putInt(0);
        out.put(about, IP, 28);
        sum(frame, IP + 10, IP, 20);
        sum(frame, TCP + 2, TCP, frame.length - TCP);
        return frame;
    }
}
