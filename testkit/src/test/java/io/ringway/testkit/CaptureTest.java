package io.ringway.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.TcpConnection;
import io.ringway.TcpHandler;
import io.ringway.UdpHandler;
import io.ringway.port.PcapngPort;
import io.ringway.wire.Endpoint;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What tshark, which knows nothing of us, says of our packets: none malformed, no wrong checksum,
 * and on a clean link nothing sent twice.
 *
 * <p>Without tshark the tests are skipped; with {@code RINGWAY_REQUIRE_PRIVILEGED=true}, as in CI,
 * they fail.
 */
class CaptureTest {
    private static final String WRONG =
            "_ws.malformed || ip.checksum.status==0 || tcp.checksum.status==0"
                    + " || udp.checksum.status==0 || icmpv6.checksum.status==0"
                    + " || tcp.hdr_len < 20";
    private static final String REPEATED =
            "tcp.analysis.retransmission || tcp.analysis.fast_retransmission"
                    + " || tcp.analysis.spurious_retransmission || tcp.analysis.lost_segment"
                    + " || tcp.analysis.out_of_order || tcp.analysis.ack_lost_segment"
                    + " || tcp.analysis.window_full && tcp.len == 0";

    @TempDir Path folder;

    /** Sends back what comes, and closes when the other side does. */
    private static final class Echo implements TcpHandler {
        @Override
        public void onReadable(TcpConnection connection) {
            byte[] buffer = new byte[10_000];
            int writable = connection.writable();
            while (writable > 0) {
                int count = connection.read(buffer, 0, Math.min(buffer.length, writable));
                if (count <= 0) {
                    break;
                }
                connection.write(buffer, 0, count);
                writable -= count;
            }
            if (connection.isEndOfStream()) {
                connection.close();
            } else {
                connection.wantWritable();
            }
        }
    }

    private static final class Client implements TcpHandler {
        private final int length;
        private int sent;
        private int received;
        private boolean isClosed;

        Client(int length) {
            this.length = length;
        }

        @Override
        public void onOpen(TcpConnection connection) {
            onWritable(connection);
        }

        @Override
        public void onWritable(TcpConnection connection) {
            if (sent < length) {
                sent += connection.write(Pattern.range(sent + 1, length - sent));
            }
        }

        @Override
        public void onReadable(TcpConnection connection) {
            byte[] buffer = new byte[10_000];
            for (int count = connection.read(buffer, 0, buffer.length);
                    count > 0;
                    count = connection.read(buffer, 0, buffer.length)) {
                received += count;
            }
            if (received == length) {
                connection.close();
            }
        }

        @Override
        public void onClosed(TcpConnection connection, io.ringway.tcp.CloseReason reason) {
            isClosed = true;
        }
    }

    @Test
    void aCleanLinkHasNoRetransmission() throws Exception {
        Path file = capture("delay=5ms");
        assertThat(packets(file, WRONG)).isEmpty();
        assertThat(packets(file, REPEATED)).isEmpty();
        assertThat(packets(file, "tcp.len > 0")).isNotEmpty();
        assertThat(packets(file, "ipv6 && tcp")).isNotEmpty();
    }

    @Test
    void aBadLinkMakesNoPacketMalformed() throws Exception {
        // Recorded where stack a sends; what comes in has been corrupted on the way.
        Path file = capture("loss=5%,reorder=5%,duplicate=2%,delay=5ms");
        assertThat(packets(file, WRONG)).isEmpty();
        assertThat(packets(file, "tcp.analysis.retransmission")).isNotEmpty();
    }

    private Path capture(String impairment) {
        requireTshark();
        Path file = folder.resolve("run.pcapng");
        try (Pair pair =
                Pair.with()
                        .impairment(impairment)
                        .tap(port -> PcapngPort.toFile(port, file, 0))
                        .seed(11)
                        .build()) {
            pair.a().listen(7, new Echo());
            Client four = new Client(300_000);
            Client six = new Client(100_000);
            pair.b().lane(0).connect(pair.endpointA(7), four);
            pair.b().lane(0).connect(pair.endpointA6(7), six);
            UdpHandler ignore = (_, _) -> {};
            pair.a().bind(53, ignore);
            pair.runUntil(() -> four.isClosed && six.isClosed, Duration.ofMinutes(10));
            assertThat(four.received).isEqualTo(300_000);
            assertThat(six.received).isEqualTo(100_000);
            // And one that nobody accepts.
            Client refused = new Client(1);
            pair.b().lane(0).connect(new Endpoint(pair.endpointA(9).address(), 9), refused);
            pair.runUntil(() -> refused.isClosed, Duration.ofMinutes(10));
            pair.assertClean();
        }
        return file;
    }

    private static void requireTshark() {
        boolean isThere =
                java.util.Arrays.stream(System.getenv("PATH").split(":"))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "tshark")));
        if (!isThere && "true".equals(System.getenv("RINGWAY_REQUIRE_PRIVILEGED"))) {
            throw new AssertionError("tshark is not installed: apt-get install tshark");
        }
        Assumptions.assumeTrue(isThere, "tshark is not installed: apt-get install tshark");
    }

    /** The packets that tshark shows for a filter, a line for each. */
    private static String packets(Path file, String filter)
            throws IOException, InterruptedException {
        Process tshark =
                new ProcessBuilder(
                                "tshark",
                                "-n",
                                "-r",
                                file.toString(),
                                "-o",
                                "ip.check_checksum:TRUE",
                                "-o",
                                "tcp.check_checksum:TRUE",
                                "-o",
                                "udp.check_checksum:TRUE",
                                "-Y",
                                filter)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        String lines = new String(tshark.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(tshark.waitFor()).as("tshark's exit status for %s", filter).isZero();
        return lines;
    }
}
