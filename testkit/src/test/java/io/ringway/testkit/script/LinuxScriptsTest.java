package io.ringway.testkit.script;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.testkit.script.ScriptResult.Outcome;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where Linux does otherwise and its scripts show it, and how far that is taken for the same. */
final class LinuxScriptsTest {
    private static final String SERVER =
            """
             0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
            +0 bind(3, ..., ...) = 0
            +0 listen(3, 1) = 0
            +0 < S 0:0(0) win 32792 <mss 1000>
            +0 > S. 0:0(0) ack 1 <...>
            +.1 < . 1:1(0) ack 1 win 32792
            +0 accept(3, ..., ...) = 4
            """;

    private static void gives(Outcome outcome, String rest) {
        ScriptResult result = new ScriptRunner(RunOptions.DEFAULT).run("test.pkt", SERVER + rest);

        assertThat(result.outcome()).as(result.message()).isEqualTo(outcome);
    }

    @Test
    void theFileOfSettingsBesideTheScriptCounts(@TempDir Path folder) throws IOException {
        Path script = folder.resolve("no-sack.pkt");
        Files.writeString(folder.resolve("defaults.sh"), "# sack=1\nsysctl net.ipv4.tcp_sack=0\n");
        Files.writeString(
                script,
                """
                `./defaults.sh
                ./set_sysctls.py /proc/sys/net/ipv4/tcp_timestamps=0 \\
                                 /proc/sys/net/ipv4/tcp_window_scaling=0`
                 0 socket(..., SOCK_STREAM|SOCK_NONBLOCK, IPPROTO_TCP) = 3
                +0 connect(3, ..., ...) = -1 EINPROGRESS (Operation now in progress)
                +0 > S 0:0(0) <mss 1460>
                """);

        ScriptResult result = new ScriptRunner(RunOptions.DEFAULT).run(script);

        assertThat(result.message()).isEmpty();
        assertThat(result.outcome()).isEqualTo(Outcome.PASSED);
    }

    @Test
    void theAckOfAFinMayComeBeforeLinuxs() {
        gives(Outcome.PASSED, "+1 < F. 1:1(0) ack 1 win 32792\n+.04 > . 1:1(0) ack 2\n");
        gives(Outcome.FAILED, "+1 < . 1:101(100) ack 1 win 32792\n+.04 > . 1:1(0) ack 101\n");
    }

    @Test
    void theLastOctetsMayBePushed() {
        gives(Outcome.PASSED, "+0 write(4, ..., 100) = 100\n+0 > . 1:101(100) ack 1\n");
        gives(Outcome.FAILED, "+0 write(4, ..., 100) = 100\n+0 > F. 1:101(100) ack 1\n");
    }

    @Test
    void aProbeOfAClosedWindowMayHaveAnOctet() {
        String closed =
                """
                +0 write(4, ..., 1000) = 1000
                +0 > P. 1:1001(1000) ack 1
                +.1 < . 1:1(0) ack 1001 win 0
                +0 write(4, ..., 100) = 100
                """;

        gives(Outcome.PASSED, closed + "* > . 1000:1000(0) ack 1\n");
        gives(Outcome.FAILED, closed + "* > . 999:999(0) ack 1\n");
        gives(Outcome.FAILED, closed + "* > . 1000:1000(0) ack 2\n");
    }

    @Test
    void theWindowOfAResetMeansNothing() {
        String reset =
                """
                +0 setsockopt(4, SOL_SOCKET, SO_LINGER, {onoff=1, linger=0}, 8) = 0
                +0 close(4) = 0
                """;

        gives(Outcome.PASSED, reset + "+0 > R. 1:1(0) ack 1 win 500\n");
        gives(Outcome.FAILED, reset + "+0 > R. 1:1(0) ack 2 win 500\n");
    }

    @Test
    void aNullPointerIsAFault() {
        gives(
                Outcome.PASSED,
                """
                +0 write(4, NULL, 10) = -1 EFAULT (Bad address)
                +0 < P. 1:11(10) ack 1 win 32792
                +0 > . 1:1(0) ack 11
                +0 recv(4, NULL, 10, 0) = -1 EFAULT (Bad address)
                +0 read(4, ..., 10) = 10
                """);
    }

    @Test
    void octetsComeFromAFile() {
        gives(
                Outcome.PASSED,
                """
                +0 open("/tmp/some file", O_RDONLY) = 5
                +0 sendfile(4, 5, [0], 700) = 700
                +0 > P. 1:701(700) ack 1
                """);
    }

    @Test
    void whatMoreHoldsBackGoesWithTheNextSegmentThatComes() {
        gives(
                Outcome.PASSED,
                """
                +0 setsockopt(4, SOL_TCP, TCP_NODELAY, [1], 4) = 0
                +0 send(4, ..., 1100, MSG_MORE) = 1100
                +0 > . 1:1001(1000) ack 1
                +.05 < . 1:1(0) ack 1001 win 32792
                +0 > . 1001:1101(100) ack 1
                """);
    }

    @Test
    void noDelayPushesThroughACork() {
        String corked =
                """
                +0 setsockopt(4, SOL_TCP, TCP_CORK, [1], 4) = 0
                +0 write(4, ..., 100) = 100
                +.05 setsockopt(4, SOL_TCP, TCP_NODELAY, [1], 4) = 0
                +0 > P. 1:101(100) ack 1
                +0 write(4, ..., 100) = 100
                """;

        gives(Outcome.PASSED, corked + "+.05 < . 1:1(0) ack 101 win 32792\n+.1 close(4) = 0\n");
        gives(Outcome.FAILED, corked + "+0 > P. 101:201(100) ack 1\n");
    }

    @Test
    void aDescriptorIsOnlyAName() {
        gives(
                Outcome.PASSED,
                """
                +0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 4
                +0 fcntl(4, F_SETFL, O_RDWR|O_NONBLOCK) = 0
                +0 connect(4, ..., ...) = -1 EINPROGRESS (Operation now in progress)
                +0 %{ assert tcpi_state == TCP_SYN_SENT, tcpi_state }%
                """);
    }

    @Test
    void aCookieThatTheScriptTakesForTheStacksOwnIsTheStacksOwn() {
        ScriptResult result =
                new ScriptRunner(RunOptions.DEFAULT)
                        .run(
                                "test.pkt",
                                """
                                `../common/defaults.sh`
                                 0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
                                +0 bind(3, ..., ...) = 0
                                +0 listen(3, 1) = 0
                                +0 < S 0:10(10) win 32792 <mss 1000,FO 00112233445566aa,nop,nop>
                                +0 > S. 0:0(0) ack 11 <mss 1460>
                                +0 accept(3, ..., ...) = 4
                                +0 read(4, ..., 10) = 10
                                """);

        assertThat(result.message()).isEmpty();
        assertThat(result.outcome()).isEqualTo(Outcome.PASSED);
    }

    @Test
    void fastOpenCanBeSwitchedOffForClientsAtAnyTime() {
        gives(
                Outcome.PASSED,
                """
                +0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 5
                +0 `sysctl -q net.ipv4.tcp_fastopen=0`
                +0 sendto(5, ..., 10, MSG_FASTOPEN, ..., ...) = -1 EOPNOTSUPP (Not supported)
                """);
    }
}
