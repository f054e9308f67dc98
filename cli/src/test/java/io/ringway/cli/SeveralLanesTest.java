package io.ringway.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringway.Stack;
import io.ringway.cli.http.ByteRange;
import io.ringway.cli.show.Progress;
import io.ringway.cli.show.Terminal;
import io.ringway.linux.Affinity;
import io.ringway.memory.Counter;
import io.ringway.port.PortException;
import io.ringway.testkit.Privileged;
import io.ringway.wire.IpAddress;

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
import java.util.concurrent.TimeUnit;

/** What a user sees of {@code --lanes} and {@code --cores}: real programs at the other end. */
@Privileged
final class SeveralLanesTest {
    private static final long SIZE = 8 << 20;
    private static final String URL = "http://198.18.0.2/file";

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

    private static List<String> curl(String url) {
        return List.of("curl", "-sS", "--fail", "--globoff", "--max-time", "60", url);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2", "3"})
    void curlsAreServedByAllLanes(String lanes) throws Exception {
        try (var network = new TestNetwork("--lanes", lanes);
                ExecutorService clients =
                        Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
            network.serve(file.directory());
            List<Future<String>> hashes = new ArrayList<>();
            for (int i = 0; i < 36; i++) {
                String url = i % 4 == 0 ? "http://[2001:2::2]/file" : URL;
                hashes.add(clients.submit(() -> network.hash(curl(url))));
            }
            for (Future<String> one : hashes) {
                assertThat(one.get()).isEqualTo(hash);
            }
            Stack stack = network.running().stack();
            assertThat(stack.laneCount()).isEqualTo(Integer.parseInt(lanes));
            for (int i = 0; i < stack.laneCount(); i++) {
                assertThat(stack.lane(i).counters().get(Counter.TCP_RECEIVED)).isPositive();
            }
            assertThat(stack.counter(Counter.TCP_RECEIVED)).isGreaterThan(36);
            assertThat(stack.counter(Counter.LANE_RING_FULL)).isZero();
        }
    }

    @Test
    void pingsGoBothWays() throws Exception {
        Tool.require("ping");
        try (var network = new TestNetwork("--lanes", "3")) {
            for (String host : List.of("198.18.0.2", "2001:2::2")) {
                var kernel = network.run(List.of("ping", "-c", "2", "-i", "0.01", "-q", host));
                assertThat(kernel.status()).as(kernel.output() + kernel.errors()).isZero();
            }
            for (String host : List.of("198.18.0.1", "2001:2::1")) {
                var pinger = new Pinger(network.running().lane(), IpAddress.parse(host), 7);
                var summary = pinger.run(3, 56, 1_000_000, TimeUnit.SECONDS.toNanos(10), _ -> {});
                assertThat(summary.isAllAnswered()).isTrue();
            }
        }
    }

    @Test
    void lanesStayOnTheirCores() throws Exception {
        int core = Affinity.allowed().nextSetBit(0);
        try (var network = new TestNetwork("--cores", core + "," + core)) {
            Stack stack = network.running().stack();
            assertThat(stack.laneCount()).isEqualTo(2);
            for (int i = 0; i < 2; i++) {
                assertThat(stack.lane(i).submit(Affinity::allowed).join().stream())
                        .containsExactly(core);
            }
        }
    }

    @Test
    void aCoreThatIsNotThereIsNamedAndEverythingIsClosed() {
        assertThatThrownBy(() -> new TestNetwork("--cores", "8000"))
                .isInstanceOf(PortException.class)
                .hasMessageContainingAll("8000", Affinity.allowed().toString());
    }
}
