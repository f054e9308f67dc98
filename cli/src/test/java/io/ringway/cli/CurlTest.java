package io.ringway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.cli.http.ByteRange;
import io.ringway.cli.show.Progress;
import io.ringway.cli.show.Terminal;
import io.ringway.cli.show.Units;
import io.ringway.testkit.Privileged;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A real curl against our stack, through a TAP. How much it moves is set for CI; the full run is
 *
 * <pre>
 * ./mvnw -pl cli -am test -Dtest=CurlTest -Dsurefire.failIfNoSpecifiedTests=false
 *     -Dringway.it.size=1GiB -Dringway.it.impaired=64MiB
 * </pre>
 */
@Privileged
final class CurlTest {
    private static final long SIZE =
            Units.parseSize(System.getProperty("ringway.it.size", "256MiB"));
    private static final long IMPAIRED =
            Units.parseSize(System.getProperty("ringway.it.impaired", "16MiB"));
    private static final String BAD = "loss=1%,reorder=5%,duplicate=1%,corrupt=0.1%,seed=";
    private static final String FILE = "/file";

    /** curl gives up when less than an octet a second arrives or leaves for three seconds. */
    private static final List<String> NO_STALL = List.of("--speed-limit", "1", "--speed-time", "3");

    private static DemoFile file;
    private static String hash;

    @BeforeAll
    static void make() throws IOException {
        Tool.require("curl");
        PrintStream nowhere =
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        Terminal quiet = new Terminal(nowhere, false, false);
        file = DemoFile.make(SIZE, new Progress(quiet, "file", SIZE, System.nanoTime()));
        hash = file.sha256(new ByteRange(0, SIZE));
    }

    @AfterAll
    static void remove() throws IOException {
        if (file != null) {
            file.close();
        }
    }

    private static List<String> curl(String... arguments) {
        List<String> command = new ArrayList<>(List.of("curl", "-sS", "--fail", "--globoff"));
        command.addAll(NO_STALL);
        command.addAll(List.of(arguments));
        return command;
    }

    @ParameterizedTest
    @ValueSource(strings = {"198.18.0.2", "[2001:2::2]"})
    void downloadsAndUploadsArriveWhole(String host) throws IOException, InterruptedException {
        try (var network = new TestNetwork()) {
            network.serve(file.directory());
            assertThat(network.hash(curl("http://" + host + FILE))).isEqualTo(hash);
            var upload = network.run(curl("-T", file.path().toString(), "http://" + host + "/up"));
            assertThat(upload.output()).as(upload.errors()).isEqualTo(hash + "  up\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"198.18.0.2", "[2001:2::2]"})
    void aBadWireLosesNothingAndNeverStalls(String host) throws IOException, InterruptedException {
        ByteRange part = new ByteRange(0, Math.min(IMPAIRED, SIZE));
        String expected = file.sha256(part);
        try (var network = new TestNetwork("--impair", BAD + host.length())) {
            network.serve(file.directory());
            String range = "0-" + (part.length() - 1);
            assertThat(network.hash(curl("-r", range, "http://" + host + FILE)))
                    .isEqualTo(expected);
            String head = "head -c " + part.length() + " " + file.path() + " | ";
            var upload =
                    network.run(
                            List.of(
                                    "sh",
                                    "-c",
                                    head
                                            + String.join(
                                                    " ",
                                                    curl("-T", "-", "'http://" + host + "/up'"))));
            assertThat(upload.output()).as(upload.errors()).isEqualTo(expected + "  up\n");
        }
    }

    @Test
    void twoHundredCurlsAtOnceAreAllServed() throws Exception {
        ByteRange part = new ByteRange(0, 256 * 1024);
        String expected = file.sha256(part);
        try (var network = new TestNetwork();
                ExecutorService clients =
                        Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
            network.serve(file.directory());
            List<Future<String>> hashes = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                hashes.add(
                        clients.submit(() ->
                                network.hash(
                                        List.of(
                                                "curl",
                                                "-sS",
                                                "-r",
                                                "0-" + (part.length() - 1),
                                                "--max-time",
                                                "60",
                                                "http://198.18.0.2" + FILE))));
            }
            for (Future<String> one : hashes) {
                assertThat(one.get()).isEqualTo(expected);
            }
        }
    }

    @Test
    void oneConnectionServesSeveralRequests() throws IOException, InterruptedException {
        try (var network = new TestNetwork()) {
            network.serve(file.directory());
            String url = "http://198.18.0.2" + FILE;
            var result =
                    network.run(
                            List.of(
                                    "curl",
                                    "-sS",
                                    "-r",
                                    "0-9",
                                    "-o",
                                    "/dev/null",
                                    "-o",
                                    "/dev/null",
                                    "-w",
                                    "%{http_code} %{num_connects};",
                                    url,
                                    url));
            assertThat(result.output()).as(result.errors()).isEqualTo("206 1;206 0;");
        }
    }
}
