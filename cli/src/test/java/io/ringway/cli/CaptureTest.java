package io.ringway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.testkit.Privileged;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;

/** What tshark thinks of our frames: it looks at every header and checksum of a capture. */
@Privileged
final class CaptureTest {
    private static final int SIZE = 8 << 20;
    private static final String BAD_CHECKSUM =
            "ip.checksum.status == 0 || tcp.checksum.status == 0 || udp.checksum.status == 0"
                    + " || icmp.checksum.status == 0 || icmpv6.checksum.status == 0";
    private static final String SENT_AGAIN =
            "tcp.analysis.retransmission || tcp.analysis.fast_retransmission"
                    + " || tcp.analysis.lost_segment || tcp.analysis.out_of_order";

    private static final String OURS = "(ip.src == 198.18.0.2 || ipv6.src == 2001:2::2)";

    @TempDir private static Path directory;

    @BeforeAll
    static void make() throws IOException {
        Tool.require("curl");
        Tool.require("tshark");
        byte[] content = new byte[SIZE];
        new SplittableRandom(1).nextBytes(content);
        Files.write(directory.resolve("file"), content);
    }

    @Test
    void aCleanWireShowsNoMalformedFrameNoBadChecksumAndNothingSentAgain()
            throws IOException, InterruptedException {
        Path capture = directory.resolve("clean.pcapng");
        record("--pcap", capture.toString());
        assertThat(frames(capture, "tcp.port == 80")).isNotEmpty();
        assertThat(frames(capture, "_ws.malformed || " + BAD_CHECKSUM)).isEmpty();
        // The kernel's client sends its last segment again (a tail loss probe) whenever a busy
        // machine keeps our lane waiting for some milliseconds; what we send, nothing excuses.
        assertThat(frames(capture, OURS + " && (" + SENT_AGAIN + ")")).isEmpty();
    }

    @Test
    void whatWeSendOverABadWireIsWellFormedToo() throws IOException, InterruptedException {
        Path capture = directory.resolve("bad.pcapng");
        record("--pcap", capture.toString(), "--impair", "loss=1%,reorder=5%,duplicate=1%,seed=7");
        assertThat(frames(capture, SENT_AGAIN)).isNotEmpty();
        assertThat(frames(capture, "_ws.malformed || " + BAD_CHECKSUM)).isEmpty();
    }

    private static void record(String... options) throws IOException, InterruptedException {
        try (var network = new TestNetwork(options)) {
            network.serve(directory);
            network.run(List.of("ping", "-c", "2", "-i", "0.2", "-s", "3000", "198.18.0.2"));
            network.run(List.of("ping", "-c", "2", "-i", "0.2", "-s", "3000", "2001:2::2"));
            for (String host : List.of("198.18.0.2", "[2001:2::2]")) {
                String url = "http://" + host + "/file";
                network.run(List.of("curl", "-sS", "-g", "-o", "/dev/null", url));
                network.run(
                        List.of(
                                "curl",
                                "-sS",
                                "-g",
                                "-T",
                                directory.resolve("file").toString(),
                                url));
            }
        }
    }

    private static List<String> frames(Path capture, String filter) {
        String text =
                Programs.run(
                        "tshark",
                        "-n",
                        "-r",
                        capture.toString(),
                        "-o",
                        "ip.check_checksum:TRUE",
                        "-o",
                        "tcp.check_checksum:TRUE",
                        "-o",
                        "udp.check_checksum:TRUE",
                        // The headers are judged, not the octets they carry: where a segment of the
                        // random file comes out of order, tshark reads it as a header of HTTP and
                        // calls that malformed.
                        "-d",
                        "tcp.port==80,data",
                        "-Y",
                        filter);
        // As root tshark warns about that first.
        return text.lines()
                .filter(line -> !line.isBlank() && !line.startsWith("Running as"))
                .toList();
    }
}
