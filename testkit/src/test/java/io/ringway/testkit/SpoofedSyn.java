package io.ringway.testkit;

import io.ringway.wire.Checksum;
import io.ringway.wire.IpAddress;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * SYNs that nobody means, or another one than the harness's peer, to the listener of a {@link
 * TcpHarness}.
 */
final class SpoofedSyn {
    private static final int ETHERNET = 14;
    private static final int TCP = ETHERNET + 20;
    private static final int SYN = 2;
    private static final int RST = 4;
    private static final int ACK = 16;

    private SpoofedSyn() {}

    /** An Ethernet frame with a SYN from another port of the peer's host. */
    static byte[] frame(int port, int sequence) {
        return frame(port, sequence, new byte[0]);
    }

    /** The same with options, a multiple of four octets. */
    static byte[] frame(int port, int sequence, byte[] options) {
        return frame(port, sequence, 0, SYN, options);
    }

    /**
     * The ACK that completes the handshake of the SYN from {@code port}.
     *
     * @param synAck the frame that answered the SYN
     */
    static byte[] ack(int port, int sequence, byte[] synAck) {
        int iss = ByteBuffer.wrap(synAck).getInt(TCP + 4);
        return frame(port, sequence + 1, iss + 1, ACK, new byte[0]);
    }

    /** A RST behind the handshake of the SYN from {@code port}. */
    static byte[] reset(int port, int sequence) {
        return frame(port, sequence + 1, 0, RST, new byte[0]);
    }

    private static byte[] frame(
            int port, int sequence, int acknowledgment, int flags, byte[] options) {
        int length = 20 + options.length;
        int source = 0xc6120002;
        int destination = 0xc6120001;
        byte[] frame = new byte[TCP + length];
        ByteBuffer out = ByteBuffer.wrap(frame);
        out.putShort((short) 0x0200).putInt(1).putShort((short) 0x0200).putInt(2);
        out.putShort((short) 0x0800);
        out.putShort((short) 0x4500).putShort((short) (20 + length)).putInt(0);
        out.put((byte) 64).put((byte) 6).putShort((short) 0).putInt(source).putInt(destination);
        out.putShort((short) port).putShort((short) TcpHarness.PORT);
        out.putInt(sequence)
                .putInt(acknowledgment)
                .putShort((short) ((length / 4) << 12 | flags))
                .putShort((short) 1000);
        out.putInt(0).put(options);
        MemorySegment memory = MemorySegment.ofArray(frame);
        out.putShort(ETHERNET + 10, (short) Checksum.finish(Checksum.sum(memory, ETHERNET, 20, 0)));
        long from = IpAddress.ipv4Low(source);
        long sum = Checksum.pseudoHeader(0, from, 0, IpAddress.ipv4Low(destination), 6, length);
        out.putShort(TCP + 16, (short) Checksum.finish(Checksum.sum(memory, TCP, length, sum)));
        return frame;
    }
}
