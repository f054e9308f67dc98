package io.ringway.testkit.script;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.testkit.script.ScriptResult.Outcome;

import org.junit.jupiter.api.Test;

/** What scripts for Linux and FreeBSD take for granted. */
final class ForeignScriptsTest {
    private static final String SERVER =
            """
             0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
            +0 setsockopt(3, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0
            +0 setsockopt(3, SOL_SOCKET, SO_ZEROCOPY, [1], 4) = 0
            +0 bind(3, ..., ...) = 0
            +0 listen(3, 1) = 0
            +0 < S 0:0(0) win 32792 <mss 1000,sackOK,nop,nop,nop,wscale 7>
            +0 > S. 0:0(0) ack 1 <mss 1460,nop,nop,sackOK,nop,wscale 8>
            +.1 < . 1:1(0) ack 1 win 257
            +0 accept(3, ..., ...) = 4
            """;

    private static ScriptResult run(String text) {
        return new ScriptRunner(RunOptions.DEFAULT).run("test.pkt", text);
    }

    private static void passes(String text) {
        ScriptResult result = run(text);

        assertThat(result.message()).isEmpty();
        assertThat(result.outcome()).isEqualTo(Outcome.PASSED);
    }

    @Test
    void theDefaultsScriptAndItsArithmeticAreKnown() {
        ScriptResult result =
                run(
                        """
                        `../common/defaults.sh
                        sysctl -q net.ipv4.tcp_rmem="4096 32768 $((32*1024*1024))"`
                        """
                                + SERVER.replace("wscale 8", "wscale 10"));

        assertThat(result.message()).isEmpty();
        assertThat(result.notes()).anyMatch(note -> note.startsWith("defaults.sh"));
    }

    @Test
    void whatTheStackLacksSkipsAScriptThatDiffersOnly() {
        String setting = "`sysctl -q net.ipv4.tcp_reordering=10`\n";

        passes(setting + SERVER);
        ScriptResult other = run(setting + SERVER + "+0 > . 1:1(0) ack 1\n");
        assertThat(other.outcome()).isEqualTo(Outcome.SKIPPED);
        assertThat(other.message()).contains("net.ipv4.tcp_reordering=10");
    }

    @Test
    void noticesSayWhichZeroCopyCallsAreAcknowledged() {
        passes(
                SERVER
                        + """
                        +0 send(4, ..., 400, MSG_ZEROCOPY) = 400
                        +0 > P. 1:401(400) ack 1
                        +0 recvmsg(4, {msg_name(...)=..., msg_iov(1)=[{..., 0}],
                                       msg_flags=MSG_ERRQUEUE, msg_control=[]},
                                   MSG_ERRQUEUE) = -1 EAGAIN
                        +.1 < . 1:1(0) ack 401 win 257
                        +0 recvmsg(4, {msg_name(...)=..., msg_iov(1)=[{..., 0}],
                                       msg_flags=MSG_ERRQUEUE,
                                       msg_control=[{cmsg_level=CMSG_LEVEL_IP,
                                            cmsg_type=CMSG_TYPE_RECVERR,
                                            cmsg_data={ee_errno=0,
                                                ee_origin=SO_EE_ORIGIN_ZEROCOPY,
                                                ee_type=0,
                                                ee_code=SO_EE_CODE_ZEROCOPY_COPIED,
                                                ee_info=0, ee_data=0}}]},
                                   MSG_ERRQUEUE) = 0
                        """);
    }

    @Test
    void theReceiveBufferOfFreeBsdIsOfWholeSegments() {
        passes(
                """
                0.00 `sysctl -w net.inet.tcp.ecn.enable=2`
                +0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
                +0 fcntl(3, F_SETFL, O_RDWR | O_NONBLOCK) = 0
                +0 getsockopt(3, SOL_SOCKET, SO_RCVBUF, [65536], [4]) = 0
                +0 connect(3, ..., ...) = -1 EINPROGRESS (Operation now in progress)
                +0 > S 0:0(0) win 65535 <mss 1460,nop,wscale 6,sackOK,TS val 100 ecr 0>
                +.1 < S. 0:0(0) ack 1 win 65535 <mss 1460,nop,wscale 6,sackOK,TS val 7 ecr 100>
                +0 > . 1:1(0) ack 1 win 1026 <nop,nop,TS val 200 ecr 7>
                +0 getsockopt(3, SOL_SOCKET, SO_RCVBUF, [65700], [4]) = 0
                """);
    }

    @Test
    void fastOpenKnowsTheCookieOfTheStack() {
        passes(
                """
                `./defaults.sh`
                 0 socket(..., SOCK_STREAM|SOCK_NONBLOCK, IPPROTO_TCP) = 3
                +0 bind(3, ..., ...) = 0
                +0 listen(3, 1) = 0
                +0 < S 0:10(10) win 32792 <mss 1460,sackOK,nop,nop,FO TFO_COOKIE,nop,nop>
                +0 > S. 0:0(0) ack 11 <...>
                +0 accept(3, ..., ...) = 4
                +0 %{ assert (tcpi_options & TCPI_OPT_SYN_DATA) != 0, tcpi_options }%
                +0 read(4, ..., 512) = 10
                """);
    }

    @Test
    void anIcmpErrorNamesItsPacketInFront() {
        passes(
                """
                0.00 `sysctl -w net.inet.tcp.icmp_may_rst=1`
                +0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
                +0 fcntl(3, F_SETFL, O_RDWR | O_NONBLOCK) = 0
                +0 connect(3, ..., ...) = -1 EINPROGRESS (Operation now in progress)
                +0 > S 0:0(0) win 65535 <...>
                +.1 < [1:1(0)] icmp unreachable port_unreachable
                +.1 getsockopt(3, SOL_SOCKET, SO_ERROR, [0], [4]) = 0
                +.1 < [0:0(0)] icmp unreachable port_unreachable
                +.1 getsockopt(3, SOL_SOCKET, SO_ERROR, [ECONNREFUSED], [4]) = 0
                """);
    }

    @Test
    void theTimeOutIsLinuxs() {
        passes(
                "`./defaults.sh`\n"
                        + SERVER
                        + """
                        +0 write(4, ..., 1000) = 1000
                        +0 > P. 1:1001(1000) ack 1
                        +.1 < . 1:1(0) ack 1001 win 257
                        +0 write(4, ..., 1000) = 1000
                        +0 > P. 1001:2001(1000) ack 1
                        +.3~+.303 > P. 1001:2001(1000) ack 1
                        """);
    }

    private static final String BSD_CLIENT =
            """
             0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
            +0 fcntl(3, F_SETFL, O_RDWR | O_NONBLOCK) = 0
            +0 connect(3, ..., ...) = -1 EINPROGRESS (Operation now in progress)
            +0 > S 0:0(0) win 65535 <mss 1460,nop,wscale 6,sackOK,TS val 100 ecr 0>
            """;

    @Test
    void theOrderOfOptionsTellsFreeBsd() {
        passes(BSD_CLIENT);
    }

    @Test
    void theSizeOfABufferTellsFreeBsd() {
        passes(
                """
                0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
                +0 getsockopt(3, SOL_SOCKET, SO_RCVBUF, [65536], [4]) = 0
                +0 getsockopt(3, IPPROTO_TCP, TCP_KEEPINIT, [75], [4]) = 0
                """);
    }

    @Test
    void linesOfTheOtherSystemDoNotCount() {
        passes(
                BSD_CLIENT
                        + """
                        +.1 < S. 0:0(0) ack 1 win 65535 <mss 1000>
                        #ifdef FreeBSD
                        +0 > . 1:1(0) ack 1
                        #else
                        +0 > R 1:1(0)
                        #endif
                        #ifndef FreeBSD
                        +0 > R 1:1(0)
                        #endif
                        `sysctl net.inet.tcp.msl=1000`
                        """);
    }

    @Test
    void aLineThatAppliesCounts() {
        ScriptResult result =
                run(
                        """
                        #ifdef STANDARD
                        nothing that anybody could read
                        #else
                        0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
                        +0 listen(3, 1) = 0
                        #endif
                        """);

        assertThat(result.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(result.message()).contains(":5: listen");
    }

    @Test
    void anIfWithoutItsEndIsSkipped() {
        assertThat(run("#ifdef STANDARD\n").outcome()).isEqualTo(Outcome.SKIPPED);
        assertThat(run("#ifdef A\n#endif\n#endif\n").message()).contains("#endif without");
    }

    @Test
    void hopLimitsAndAnySequenceNumberAreKnown() {
        passes(
                "--ip_version=ipv6\n"
                        + BSD_CLIENT.replace("> S", "> (hlim 64) S").replace("1460", "1440"));
        passes(
                SERVER.replace("> S. 0:0(0)", "> S. ...(0)")
                        + """
                        +0 write(4, ..., 10) = 10
                        +0 > P. ...(10) ack 1
                        """);
        assertThat(run(SERVER + "+0 write(4, ..., 9) = 9\n+0 > P. ...(8) ack 1\n").outcome())
                .isEqualTo(Outcome.FAILED);
    }

    @Test
    void aCounterOfAccurateEcnMayStandBeforeThePoint() {
        ScriptResult result = run(SERVER + "+0 write(4, ..., 9) = 9\n+0 > P5. 1:10(9) ack 1\n");

        assertThat(result.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(result.message()).contains("flags");
    }

    @Test
    void aConnectIsGivenUpInTime() {
        passes(
                """
                0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
                +0 setsockopt(3, IPPROTO_TCP, TCP_KEEPINIT, [2], 4) = 0
                0...2 connect(3, ..., ...) = -1 ETIMEDOUT (Operation timed out)
                +0 > S 0:0(0) win 65535 <...>
                +1 > S 0:0(0) win 65535 <...>
                """);
    }

    @Test
    void aSocketIsKnownByItsStateBeforeItIsOpen() {
        passes(BSD_CLIENT + "+0 %{ assert tcpi_state == TCPI_SYN_SENT, tcpi_state }%\n");
        passes(
                """
                0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
                +0 bind(3, ..., ...) = 0
                +0 listen(3, 1) = 0
                +0 %{ assert tcpi_state == TCPI_LISTEN, tcpi_state }%
                """);
    }

    @Test
    void theTypeOfServiceIsTheSocketsOwn() {
        passes(
                SERVER
                        + """
                        +0 setsockopt(4, IPPROTO_IP, IP_TOS, [IPTOS_DSCP_AF21], 4) = 0
                        +0 write(4, ..., 10) = 10
                        +0 > (tos 0x48) P. 1:11(10) ack 1
                        """);
    }

    @Test
    void sendingOpensFastAsFreeBsdDoes() {
        passes(
                """
                `sysctl net.inet.tcp.fastopen.client_enable=1`
                0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
                +0 setsockopt(3, IPPROTO_TCP, TCP_FASTOPEN, [1], 4) = 0
                +0 sendto(3, ..., 100, 0, ..., ...) = 100
                +0 > S 0:0(0) <mss 1460,nop,wscale 6,sackOK,TS val 1 ecr 0,FO,eol,eol>
                +.1 < S. 0:0(0) ack 1 win 65535 <mss 1000>
                +0 > P. 1:101(100) ack 1
                """);
    }

    @Test
    void lookingAtOctetsLeavesThemThere() {
        passes(
                SERVER
                        + """
                        +0 < P. 1:101(100) ack 1 win 257
                        +0 recv(4, ..., 1000, MSG_PEEK) = 100
                        +0 recv(4, ..., 10, MSG_PEEK) = 10
                        +0 recv(4, ..., 1000, 0) = 100
                        """);
    }

    @Test
    void freeBsdTellsOfAResetWhileClosing() {
        passes(
                BSD_CLIENT
                        + """
                        +.1 < S. 0:0(0) ack 1 win 65535 <mss 1000>
                        +0 > . 1:1(0) ack 1
                        +.1 < F. 1:1(0) ack 1 win 65535
                        +0 > . 1:1(0) ack 2
                        +0 shutdown(3, SHUT_WR) = 0
                        +0 > F. 1:1(0) ack 2
                        +.1 < R 2:2(0) win 0
                        +0 getsockopt(3, SOL_SOCKET, SO_ERROR, [ECONNRESET], [4]) = 0
                        """);
    }

    @Test
    void icmpThatIsNoErrorChangesNothing() {
        passes(
                "--ip_version=ipv4\n"
                        + SERVER
                        + """
                        +0 < icmp echo_request
                        +0 < icmp echo_reply
                        +0 < icmp timestamp_request
                        +0 < icmp type_255 code_7
                        +0 write(4, ..., 10) = 10
                        +0 > P. 1:11(10) ack 1
                        """);
    }

    @Test
    void aRoundTripForFreeBsdTakesSomeTime() {
        passes(
                BSD_CLIENT
                        + """
                        +0 < S. 0:0(0) ack 1 win 65535 <mss 1000,sackOK,eol,eol>
                        +0 > . 1:1(0) ack 1
                        +.1 write(3, ..., 4000) = 4000
                        +0 > . 1:1001(1000) ack 1
                        +0 > . 1001:2001(1000) ack 1
                        +0 > . 2001:3001(1000) ack 1
                        +0 > P. 3001:4001(1000) ack 1
                        +0 < . 1:1(0) ack 1 win 65535 <sack 1001:2001,eol,nop>
                        +0 < . 1:1(0) ack 1 win 65535 <sack 1001:3001,eol,nop>
                        +0 < . 1:1(0) ack 1 win 65535 <sack 1001:4001,eol,nop>
                        +0 > . 1:1001(1000) ack 1
                        +0 < . 1:1(0) ack 4001 win 65535
                        """);
    }

    @Test
    void aBufferFitsSegmentsWhenTheSynIsThere() {
        passes(
                "--ip_version=ipv4\n"
                        + BSD_CLIENT
                        + """
                        +0 getsockopt(3, SOL_SOCKET, SO_RCVBUF, [65536], [4]) = 0
                        +.1 < S 0:0(0) win 65535 <mss 1000,sackOK,eol,eol>
                        +0 > S. 0:0(0) ack 1 <mss 1460,sackOK,eol,eol>
                        +0 getsockopt(3, SOL_SOCKET, SO_RCVBUF, [66000], [4]) = 0
                        """);
    }

    @Test
    void absoluteTimesMayBeTheSameForFreeBsd() {
        passes(
                """
                `sysctl net.inet.tcp.msl=1000`
                0.0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
                0.0 getsockopt(3, IPPROTO_TCP, TCP_KEEPCNT, [8], [4]) = 0
                0.0 bind(3, ..., ...) = 0
                0.0 listen(3, 1) = 0
                0.1 < S 0:0(0) win 65535 <mss 1000,sackOK,eol,eol>
                0.1 > S. 0:0(0) ack 1 <...>
                0.1 < . 1:1(0) ack 1 win 65535
                0.1 accept(3, ..., ...) = 4
                """);
    }

    @Test
    void aSynBehindAResetBeginsAnew() {
        passes(
                """
                0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
                +0 bind(3, ..., ...) = 0
                +0 listen(3, 1) = 0
                +0 < S 0:0(0) win 65535 <mss 1000>
                +0 > S. 0:0(0) ack 1 <...>
                +.1 < R 1:1(0) win 0
                +.1 < S 7000:7000(0) win 65535 <mss 1000>
                +0 > S. 0:0(0) ack 7001 <...>
                +.1 < . 1:1(0) ack 1 win 65535
                +0 accept(3, ..., ...) = 4
                """);
    }

    @Test
    void freeBsdClosesInGoodOrderThoughOctetsAreUnread() {
        passes(
                BSD_CLIENT
                        + """
                        +.1 < S. 0:0(0) ack 1 win 65535 <mss 1000>
                        +0 > . 1:1(0) ack 1
                        +.1 < P. 1:101(100) ack 1 win 65535
                        +.04 > . 1:1(0) ack 101
                        +.1 close(3) = 0
                        +0 > F. 1:1(0) ack 101
                        """);
    }
}
