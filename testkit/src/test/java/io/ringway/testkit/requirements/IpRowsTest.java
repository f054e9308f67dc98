package io.ringway.testkit.requirements;

import static io.ringway.testkit.SegmentSpec.ack;
import static io.ringway.testkit.SegmentSpec.rst;
import static io.ringway.testkit.SegmentSpec.segment;
import static io.ringway.testkit.SegmentSpec.syn;
import static io.ringway.testkit.SegmentSpec.synAck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringway.tcp.Ecn;
import io.ringway.tcp.TcpState;
import io.ringway.testkit.SentSegment;
import io.ringway.testkit.TcpHarness;
import io.ringway.testkit.TcpHarnessBuilder;
import io.ringway.wire.Endpoint;
import io.ringway.wire.IpAddress;
import io.ringway.wire.TcpHeader;

import org.junit.jupiter.api.Test;

/** RFC 9293, appendix B: what TCP has to do with IP and ICMP, and what the application is told. */
@SuppressWarnings("MethodName") // The names are the RFC's labels.
class IpRowsTest {
    private static final int MSS = TcpHarness.MSS;
    private static final int UNREACHABLE = 3;
    private static final int SOURCE_QUENCH = 4;
    private static final int TIME_EXCEEDED = 11;
    private static final int PARAMETER_PROBLEM = 12;

    /** A connection with 100 octets outstanding, and a time-out of a second. */
    private static TcpHarness outstanding() {
        TcpHarness tcp = TcpHarness.with().tcp(t -> t.minRtoNs(1_000_000_000L)).established();
        tcp.write(100).expect(segment().seq(1).length(100));
        return tcp;
    }

    private static void error(TcpHarness tcp, int type, int code) {
        tcp.receiveFrame(Frames.icmpError(tcp.lastFrame(), type, code)).expectNothing();
    }

    private static int diffserv(TcpHarness tcp) {
        return (tcp.lastFrame()[15] & 0xff) >> 2;
    }

    private static int ecn(TcpHarness tcp) {
        return tcp.lastFrame()[15] & 3;
    }

    @Test
    void MUST_50_unknownIpOptionsAreSkipped() {
        int peer = 0xc612_0002;
        int ours = 0xc612_0001;
        byte[] unknown = {94, 4, 1, 2};
        byte[] timestamp = {68, 8, 5, 0, 0, 0, 0, 0};
        byte[] recordRoute = {7, 7, 4, 0, 0, 0, 0, 0};
        for (byte[] options : new byte[][] {unknown, timestamp, recordRoute}) {
            try (var tcp = TcpHarness.listening()) {
                byte[] plain = Frames.syn(peer, ours, 40_000);
                tcp.receiveFrame(Frames.withIpOptions(plain, options));
                SentSegment answer = tcp.poll();
                assertThat(answer).isNotNull();
                assertThat(answer.flags()).isEqualTo(TcpHeader.SYN | TcpHeader.ACK);
            }
        }
    }

    @Test
    void MUST_54_icmpErrorsAreHeardOfAndOnlyThoseOfOurs() {
        try (var tcp = outstanding()) {
            byte[] error = Frames.icmpError(tcp.lastFrame(), UNREACHABLE, 1);
            // The sequence number that it quotes was never sent.
            int sequence = 14 + 20 + 8 + 20 + 4;
            error[sequence] = (byte) (error[sequence] ^ 1);
            Frames.sum(zeroed(error, 36), 36, 34, error.length - 34);
            tcp.receiveFrame(error).expectNothing();
            assertThat(tcp.events()).doesNotContain("trouble UNREACHABLE");
            error(tcp, UNREACHABLE, 1);
            assertThat(tcp.events()).contains("trouble UNREACHABLE");
        }
    }

    private static byte[] zeroed(byte[] frame, int at) {
        frame[at] = 0;
        frame[at + 1] = 0;
        return frame;
    }

    @Test
    void SHLD_25_unreachableIsTold() {
        for (int code : new int[] {0, 1, 5}) {
            try (var tcp = outstanding()) {
                error(tcp, UNREACHABLE, code);
                assertThat(tcp.events()).as("code %d", code).contains("trouble UNREACHABLE");
            }
        }
    }

    @Test
    void MUST_56_unreachable_endsNothing() {
        try (var tcp = outstanding()) {
            for (int code : new int[] {0, 1, 5}) {
                error(tcp, UNREACHABLE, code);
            }
            tcp.expectOpen().expectAfter(1000, segment().seq(1).length(100));
            tcp.receive(ack(101)).expectState(TcpState.ESTABLISHED);
        }
    }

    @Test
    void MUST_55_sourceQuenchChangesNothing() {
        try (var tcp = outstanding()) {
            error(tcp, SOURCE_QUENCH, 0);
            assertThat(tcp.events()).containsExactly("open");
            // Neither cwnd nor the time-out.
            tcp.receive(ack(101)).write(20 * MSS);
            int segments = 0;
            while (tcp.poll() != null) {
                segments++;
            }
            assertThat(segments).isEqualTo(10);
        }
    }

    @Test
    void MUST_56_exceeded_endsNothing() {
        try (var tcp = outstanding()) {
            error(tcp, TIME_EXCEEDED, 0);
            error(tcp, TIME_EXCEEDED, 1);
            tcp.expectOpen().expectAfter(1000, segment().seq(1).length(100));
            assertThat(tcp.events()).contains("trouble DROPPED");
            tcp.receive(ack(101)).expectState(TcpState.ESTABLISHED);
        }
    }

    @Test
    void MUST_56_parameter_endsNothing() {
        try (var tcp = outstanding()) {
            error(tcp, PARAMETER_PROBLEM, 0);
            tcp.expectOpen().expectAfter(1000, segment().seq(1).length(100));
            assertThat(tcp.events()).contains("trouble DROPPED");
            tcp.receive(ack(101)).expectState(TcpState.ESTABLISHED);
        }
    }

    @Test
    void MUST_47_softErrorsAreReported() {
        try (var tcp = outstanding()) {
            error(tcp, UNREACHABLE, 0);
            error(tcp, TIME_EXCEEDED, 0);
            tcp.advance(10_000).skip();
            assertThat(tcp.events())
                    .contains("trouble UNREACHABLE", "trouble DROPPED", "trouble UNANSWERED");
        }
    }

    // Whose handler does not override onTrouble has it turned off.
    @Test
    void SHLD_20_whoDoesNotCareIsNotTold() {
        int[] calls = {0};
        try (var tcp = TcpHarness.with().connecting()) {
            tcp.expect(syn()).receive(synAck()).skip();
            Endpoint remote = new Endpoint(IpAddress.parse("198.18.0.2"), 81);
            tcp.run(() -> tcp.stack().lane(0).connect(remote, _ -> calls[0]++)).skip();
            byte[] syn = tcp.lastFrame();
            tcp.receiveFrame(Frames.answer(syn, TcpHeader.SYN | TcpHeader.ACK)).skip();
            assertThat(calls[0]).isZero();
            assertThat(tcp.stack().lane(0).tcp().connectionCount()).isEqualTo(2);
        }
    }

    @Test
    void MUST_48_theApplicationSetsTheDiffservField() {
        try (var tcp = TcpHarness.established()) {
            tcp.run(() -> tcp.connection().diffserv(46));
            tcp.write(100).skip();
            assertThat(diffserv(tcp)).isEqualTo(46);
            tcp.receive(segment().withAck(101).length(2 * MSS)).skip();
            assertThat(diffserv(tcp)).as("an ACK").isEqualTo(46);
            assertThatThrownBy(() -> tcp.connection().diffserv(64))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void SHLD_22_itGoesToIpUnchanged() {
        for (boolean isIpv6 : new boolean[] {false, true}) {
            for (int codePoint = 0; codePoint < 64; codePoint++) {
                int value = codePoint;
                var builder = isIpv6 ? TcpHarness.with().ipv6() : TcpHarness.with();
                try (var tcp = builder.established()) {
                    tcp.run(() -> tcp.connection().diffserv(value)).write(10).skip();
                    byte[] frame = tcp.lastFrame();
                    int trafficClass =
                            isIpv6
                                    ? (frame[14] & 15) << 4 | (frame[15] & 0xff) >> 4
                                    : frame[15] & 0xff;
                    assertThat(trafficClass).isEqualTo(value << 2);
                }
            }
        }
    }

    @Test
    void SHLD_21_andCanBeChangedLater() {
        try (var tcp = outstanding()) {
            assertThat(diffserv(tcp)).isZero();
            tcp.run(() -> tcp.connection().diffserv(10));
            tcp.expectAfter(1000, segment().seq(1).length(100));
            assertThat(diffserv(tcp)).isEqualTo(10);
            tcp.receive(ack(101)).run(() -> tcp.connection().diffserv(0));
            tcp.write(10).skip();
            assertThat(diffserv(tcp)).isZero();
        }
    }

    @Test
    void SHLD_23_ofItselfItStaysAsItIs() {
        try (var tcp = outstanding()) {
            tcp.run(() -> tcp.connection().diffserv(12));
            for (int i = 0; i < 3; i++) {
                tcp.advance(10_000).skip();
                assertThat(diffserv(tcp)).isEqualTo(12);
            }
        }
    }

    // --- later additions ---

    @Test
    void MAY_12_aResetAtAnotherNumberIsChallenged() {
        try (var tcp = TcpHarness.established()) {
            tcp.receive(rst(2)).expect(ack(1)).expectOpen();
            tcp.receive(syn().seq(5)).expect(ack(1)).expectOpen();
            tcp.receive(segment().withAck(-2_000_000_000L).length(5)).expect(ack(1));
            tcp.expectReceived(0).receive(rst(1)).expectNothing().expectState(TcpState.CLOSED);
        }
    }

    private static TcpHarnessBuilder marking(Ecn mode) {
        return TcpHarness.with().tcp(t -> t.congestion(c -> c.withEcn(mode)));
    }

    @Test
    void SHLD_8_congestionMarksAreNegotiatedEchoedAndHeeded() {
        try (var tcp = marking(Ecn.ON).connecting()) {
            tcp.expect(syn().flags(TcpHeader.SYN | TcpHeader.ECE | TcpHeader.CWR));
            tcp.receive(synAck().flags(TcpHeader.SYN | TcpHeader.ACK | TcpHeader.ECE)).skip();
            tcp.receive(segment().length(10).ecn(3));
            assertThat(tcp.poll().flags() & TcpHeader.ECE).isNotZero();
            tcp.write(100).skip();
            assertThat(ecn(tcp)).isEqualTo(2);
            tcp.receive(segment().withAck(101).flags(TcpHeader.ACK | TcpHeader.ECE)).skip();
            tcp.write(100);
            assertThat(tcp.poll().flags() & TcpHeader.CWR).isNotZero();
        }
    }

    @Test
    void MAY_18_thereIsMoreThanOneCongestionControl() {
        for (String name : new String[] {"newreno", "cubic", "bbr", "dctcp"}) {
            try (var tcp = TcpHarness.with().tcp(t -> t.congestionControl(name)).established()) {
                assertThat(tcp.connection().congestionControl()).isEqualTo(name);
                tcp.write(3 * MSS).skip();
                tcp.advance(100).skip();
                tcp.receive(ack(1 + 3 * MSS)).expectNothingFor(5000);
            }
        }
    }
}
