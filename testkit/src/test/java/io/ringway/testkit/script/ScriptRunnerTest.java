package io.ringway.testkit.script;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.testkit.script.ScriptResult.Outcome;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the runner passes, fails and skips, and what it says then. */
final class ScriptRunnerTest {
    private static final String OPENING =
            """
            0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
            +0 setsockopt(3, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0
            +0 bind(3, ..., ...) = 0
            +0 listen(3, 1) = 0
            +0 < S 0:0(0) win 32792 <mss 1000,sackOK,nop,nop,nop,wscale 7>
            +0 > S. 0:0(0) ack 1 <...>
            +.1 < . 1:1(0) ack 1 win 257
            +0 accept(3, ..., ...) = 4
            """;

    private static ScriptResult run(String rest) {
        return new ScriptRunner(RunOptions.DEFAULT).run("test.pkt", OPENING + rest);
    }

    @Test
    void whatTheScriptWritesAsOneSegmentMayComeInSeveral() {
        ScriptResult result =
                run(
                        """
                        +0 write(4, ..., 3000) = 3000
                        +0 > P. 1:3001(3000) ack 1
                        """);

        assertThat(result.message()).isEmpty();
        assertThat(result.outcome()).isEqualTo(Outcome.PASSED);
    }

    @Test
    void aPacketThatDiffersIsShownBesideTheExpectedOne() {
        ScriptResult result =
                run(
                        """
                        +0 write(4, ..., 100) = 100
                        +0 > P. 1:201(200) ack 1
                        """);

        assertThat(result.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(result.message())
                .startsWith("test.pkt:10: ")
                .contains("expected: P. 1:201(200) ack 1")
                .contains("P. 1:101(100) ack 1");
    }

    @Test
    void aPacketThatNobodyExpectsFails() {
        ScriptResult result =
                run(
                        """
                        +0 write(4, ..., 2000) = 2000
                        +0 > . 1:1001(1000) ack 1
                        +.01 < . 1:1(0) ack 2001 win 257
                        """);

        assertThat(result.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(result.message()).contains("a packet that the script does not have");
    }

    @Test
    void aTimerThatIsLateFails() {
        ScriptResult result =
                run(
                        """
                        +0 write(4, ..., 100) = 100
                        +0 > P. 1:101(100) ack 1
                        +.2 > P. 1:101(100) ack 1
                        """);

        assertThat(result.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(result.message()).contains("expected");
    }

    @Test
    void aCallThatBlocksReturnsWhenTheScriptSays() {
        ScriptResult result =
                run(
                        """
                        +0...0.200 read(4, ..., 1000) = 500
                        +.2 < P. 1:501(500) ack 1 win 257
                        +0 > . 1:1(0) ack 501
                        """);

        assertThat(result.message()).isEmpty();
    }

    @Test
    void aResultThatDiffersFails() {
        ScriptResult result = run("+0 read(4, ..., 1000) = -1 EBADF (Bad file descriptor)\n");

        assertThat(result.outcome()).isEqualTo(Outcome.FAILED);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    +0 splice(3, ..., 4, ..., 1, 0) = 0          | splice
                    +0 setsockopt(4, SOL_TCP, TCP_MD5SIG, [1], 4) = 0 | TCP_MD5SIG
                    +0 < . 1:1(0) ack 1 win 257 <frob 1>         | frob
                    +0 send(4, ..., 10, MSG_FROB) = 10           | MSG_FROB
                    +0 > mpls (label 1, tc 2, ttl 3): . 1:1(0) ack 1 | mpls
                    frobnicate                                   | a time
                    """)
    void whatIsNotKnownIsSkippedWithTheReason(String line, String reason) {
        ScriptResult result = run(line + "\n");

        assertThat(result.outcome()).isEqualTo(Outcome.SKIPPED);
        assertThat(result.message()).contains("test.pkt:9: ").contains(reason);
    }

    @Test
    void commandsAreNotRunAndNoted() {
        ScriptResult result =
                new ScriptRunner(RunOptions.DEFAULT)
                        .run(
                                "test.pkt",
                                "`../common/defaults.sh\n../common/set_sysctls.py"
                                        + " /proc/sys/net/ipv4/tcp_sack=0`\n"
                                        + OPENING.replace("<...>", "<mss 1460,nop,wscale 8>"));

        assertThat(result.message()).isEmpty();
    }

    @Test
    void initialSequenceNumbersMayBeAny() {
        ScriptResult result =
                new ScriptRunner(RunOptions.DEFAULT)
                        .run(
                                "test.pkt",
                                OPENING.replace("S 0:0(0)", "S 123:123(0)")
                                        .replace("S. 0:0(0) ack 1", "S. 77:77(0) ack 124"));

        assertThat(result.message()).isEmpty();
    }
}
