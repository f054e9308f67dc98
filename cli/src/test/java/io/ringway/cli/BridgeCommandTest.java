package io.ringway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.testkit.Privileged;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Two kernels with ping, curl and iperf3, and our path between them. */
@Privileged
final class BridgeCommandTest {
    @TempDir private Path directory;

    private int status;

    /** Runs a shell line in namespace a and returns what it printed. */
    private String run(List<String> options, String line) throws IOException {
        Path printed = directory.resolve("printed");
        List<String> arguments = new ArrayList<>(List.of("bridge"));
        arguments.addAll(options);
        arguments.addAll(List.of("sh", "-c", "(" + line + ") > " + printed + " 2>&1"));
        status = new Shell().run(arguments.toArray(String[]::new));
        return Files.readString(printed, StandardCharsets.UTF_8);
    }

    private static double number(String pattern, String text) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertThat(matcher.find()).as(text).isTrue();
        return Double.parseDouble(matcher.group(1));
    }

    @Test
    void pingSeesTheDelayOfBothDirections() throws IOException {
        Tool.require("ping");
        for (String address : List.of("$RINGWAY_B", "2001:2::2")) {
            String said =
                    run(
                            List.of("--impair-up", "delay=10ms", "--impair-down", "delay=5ms"),
                            "ping -c 5 -i 0.02 " + address);
            assertThat(status).as(said).isZero();
            assertThat(number("rtt min/avg/max/mdev = ([0-9.]+)/", said)).isBetween(15.0, 100.0);
        }
    }

    @Test
    void aboutAsMuchIsLostAsAsked() throws IOException {
        Tool.require("ping");
        String said =
                run(
                        List.of("--impair", "loss=10%,seed=7", "--pcap", directory + "/a.pcapng"),
                        "ping -f -c 1000 $RINGWAY_B");
        // Each way: a reply comes for 81 of 100.
        assertThat(number("([0-9]+) received", said)).isBetween(740.0, 880.0);
        assertThat(directory.resolve("a.pcapng")).isNotEmptyFile();
    }

    @Test
    void curlGetsAFileWholeOverABadPath() throws IOException {
        Tool.require("curl");
        Tool.require("python3");
        byte[] content = new byte[2 << 20];
        new SplittableRandom(7).nextBytes(content);
        Files.write(directory.resolve("file"), content);
        String bad = "loss=1%,reorder=3%,duplicate=1%,corrupt=0.1%,delay=2ms,jitter=1ms,seed=";
        for (boolean isOffloading : new boolean[] {false, true}) {
            List<String> options =
                    new ArrayList<>(
                            List.of(
                                    "--impair-up",
                                    bad + 1,
                                    "--impair-down",
                                    bad + 2,
                                    "--server",
                                    "cd " + directory + "; exec python3 -m http.server 8080"));
            if (isOffloading) {
                options.addFirst("--offload");
            }
            String said =
                    run(options, "curl -sS http://$RINGWAY_B:8080/file -o " + directory + "/got");
            assertThat(status).as(said).isZero();
            byte[] got = Files.readAllBytes(directory.resolve("got"));
            assertThat(HexFormat.of().formatHex(DemoFile.sha256().digest(got)))
                    .isEqualTo(HexFormat.of().formatHex(DemoFile.sha256().digest(content)));
        }
    }

    @Test
    void iperfGetsTheRateAndNoMore() throws IOException {
        Tool.require("iperf3");
        String said =
                run(
                        List.of(
                                "--impair-up",
                                "rate=20mbit,queue=50,delay=2ms",
                                "--server",
                                "iperf3 -s"),
                        "iperf3 -c $RINGWAY_B -t 2 -f k");
        assertThat(status).as(said).isZero();
        assertThat(number("([0-9.]+) Kbits/sec +receiver", said)).isBetween(8_000.0, 20_100.0);
    }

    @Test
    void theCommandsStatusIsOursAndNothingIsLeft() throws IOException {
        String name = "ringway-bridge-test-" + ProcessHandle.current().pid();
        run(List.of("--netns-a", name), "test -e /run/netns/" + name + " && exit 42");
        assertThat(status).isEqualTo(42);
        assertThat(Path.of("/run/netns", name)).doesNotExist();
    }

    @Test
    void aServerThatEndsAtOnceIsToldWithItsWords() {
        Shell shell = new Shell();
        int failed = shell.run("bridge", "--server", "echo no such luck; exit 3", "true");
        assertThat(failed).isEqualTo(ExitStatus.FAILED);
        assertThat(shell.errorLine()).contains("ended at once, with status 3: no such luck");
    }

    @Test
    void aProgramThatIsNotThereIsTold() {
        Shell shell = new Shell();
        assertThat(shell.run("bridge", "no-such-program")).isEqualTo(ExitStatus.FAILED);
        assertThat(shell.errorLine()).contains("is no-such-program installed?");
    }

    @Test
    void itEndsAfterItsDuration() {
        Shell shell = new Shell();
        assertThat(shell.run("bridge", "--duration", "100ms", "sleep", "1000"))
                .isEqualTo(ExitStatus.TIMED_OUT);
        assertThat(shell.errorLine()).contains("sleep did not end within --duration");
        Shell waiting = new Shell();
        assertThat(waiting.run("bridge", "--duration", "100ms")).isEqualTo(ExitStatus.OK);
        assertThat(waiting.out()).contains("nsenter --net=/proc/").contains("iperf3 -c 198.18.0.2");
    }
}
