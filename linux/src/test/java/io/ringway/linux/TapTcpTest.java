package io.ringway.linux;

import static io.ringway.linux.TapFixture.TCP;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.memory.FramePool;
import io.ringway.memory.Octets;
import io.ringway.testkit.Privileged;
import io.ringway.wire.TcpHeader;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/**
 * Super-frames of TCP with a socket of the kernel: a handshake by hand, then one large write each
 * way.
 */
@Privileged
class TapTcpTest {
    private static final int OUR_PORT = 4_000;
    private static final int OUR_ISS = 1_000_000;
    private static final int MSS = 1_460;
    private static final int WINDOW = 65_535;

    private final TcpHeader tcp = new TcpHeader();

    @Test
    void superFramesPassBothWays() throws IOException {
        try (var tap = new TapFixture(TapOffloads.ALL, 1500);
                var server =
                        tap.inside(() ->
                                new ServerSocket(0, 1, InetAddress.getByName("198.18.0.1")))) {
            int port = server.getLocalPort();
            send(tap, port, TcpHeader.SYN, OUR_ISS, 0, new byte[0]);
            int synAck = tap.receive(TCP);
            tcp.wrap(tap.pool.memory(), tap.transport(synAck));
            assertThat(tcp.flags()).isEqualTo(TcpHeader.SYN | TcpHeader.ACK);
            int kernelNext = tcp.sequence() + 1;
            tap.pool.release(synAck);

            byte[] ours = new byte[20 * MSS + 7];
            ours[ours.length - 1] = 77;
            send(tap, port, TcpHeader.ACK, OUR_ISS + 1, kernelNext, ours);
            try (var socket = server.accept()) {
                byte[] taken = socket.getInputStream().readNBytes(ours.length);
                assertThat(taken).isEqualTo(ours);

                // The initial window is ten segments, so the kernel sends at least that at once.
                socket.getOutputStream().write(new byte[10 * MSS]);
                int frame = tap.receive(candidate -> isLarge(tap, candidate));
                assertThat(tap.pool.segmentation(frame)).isEqualTo(FramePool.SEGMENTATION_TCPV4);
                assertThat(tap.pool.segmentSize(frame)).isLessThanOrEqualTo(MSS);
                assertThat(tap.pool.checksum(frame)).isEqualTo(FramePool.CHECKSUM_NEEDED);
                assertThat(tap.pool.checksumOffset(frame)).isEqualTo(TcpHeader.CHECKSUM);
                assertThat(tap.pool.isLarge(frame)).isTrue();
                tcp.wrap(tap.pool.memory(), tap.transport(frame));
                assertThat(tcp.sequence()).isEqualTo(kernelNext);
                assertThat(tcp.acknowledgment()).isEqualTo(OUR_ISS + 1 + ours.length);
                tap.pool.release(frame);
            }
        }
    }

    private static boolean isLarge(TapFixture tap, int frame) {
        return tap.isToUs(frame, TCP) && tap.pool.length(frame) > TapQueue.SMALL_ROOM;
    }

    private void send(
            TapFixture tap, int port, int flags, int sequence, int acknowledgment, byte[] payload) {
        int options = (flags & TcpHeader.SYN) != 0 ? 4 : 0;
        int header = TcpHeader.MIN_LENGTH + options;
        int frame = tap.frame(payload, header);
        var memory = tap.pool.memory();
        long at = tap.pool.data(frame);
        tcp.wrap(memory, at)
                .set(OUR_PORT << 16 | port, sequence, acknowledgment, header, flags, WINDOW);
        if (options > 0) {
            Octets.put32(memory, at + TcpHeader.MIN_LENGTH, 0x0204_0000 | MSS);
        }
        tcp.checksum(TapFixture.pseudo(TCP, header + payload.length));
        if (payload.length > MSS) {
            tap.pool.segmentation(frame, FramePool.SEGMENTATION_TCPV4, MSS);
        }
        tap.send(frame, TCP, TcpHeader.CHECKSUM);
    }
}
