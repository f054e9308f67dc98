package io.ringway.testkit;

import static io.ringway.testkit.SegmentSpec.ack;
import static io.ringway.testkit.SegmentSpec.rst;
import static io.ringway.testkit.SegmentSpec.segment;
import static io.ringway.testkit.SegmentSpec.synAck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringway.memory.Counter;
import io.ringway.tcp.CloseReason;
import io.ringway.tcp.TcpState;

import org.junit.jupiter.api.Test;

class TcpHarnessTest {
    @Test
    void opensReadsWritesAndCloses() {
        try (var tcp = TcpHarness.listening()) {
            tcp.receive(tcp.peerSyn()).expect(synAck().mss(1460));
            tcp.receive(ack(1)).expectState(TcpState.ESTABLISHED);
            tcp.receive(segment().seq(1).length(100)).expect(ack(101));
            tcp.expectReceived(100);
            tcp.write(10).expect(segment().seq(1).length(10));
            tcp.receive(ack(11));
            tcp.receive(segment().fin()).expect(ack(102)).expectEndOfStream();
            tcp.closeConnection().expect(segment().seq(11).fin());
            tcp.receive(ack(12)).expectClosed(CloseReason.CLOSED);
        }
    }

    @Test
    void opensActively() {
        try (var tcp = TcpHarness.with().timestamps().sack().windowScale(7).connecting()) {
            tcp.expect(SegmentSpec.syn().mss(1460).sackPermitted().timestamps());
            tcp.receive(tcp.peerSyn().withAck(1)).expect(ack(1).seq(1).timestamps());
            assertThat(tcp.events()).containsExactly("open");
        }
    }

    @Test
    void opensOverIpv6() {
        try (var tcp = TcpHarness.with().ipv6().mss(1440).established()) {
            tcp.write(2000).expect(segment().seq(1).length(1440));
            tcp.expect(segment().seq(1441).length(560));
        }
    }

    // RFC 9293 §3.10.7.1: a segment for no connection is answered with a RST.
    @Test
    void noConnectionIsAnsweredWithAReset() {
        try (var tcp = TcpHarness.listening()) {
            tcp.receive(segment().seq(5).withAck(77)).expect(rst(77));
        }
    }

    // RFC 6298 §5.4 to 5.6: the earliest segment goes again, and the time-out doubles.
    @Test
    void theTimeoutSendsAgain() {
        try (var tcp = TcpHarness.established()) {
            tcp.write(100).expect(segment().seq(1).length(100));
            tcp.expectAfter(200, segment().seq(1).length(100));
            tcp.expectAfter(400, segment().seq(1).length(100));
            tcp.receive(ack(101)).expectNothingFor(10_000);
            tcp.expectCount(Counter.TCP_TIMEOUTS, 2);
        }
    }

    @Test
    void aWrongChecksumIsCounted() {
        try (var tcp = TcpHarness.established()) {
            tcp.receive(segment().seq(1).length(10).wrongChecksum()).expectNothing();
            tcp.expectCount(Counter.TCP_BAD_CHECKSUM, 1).expectReceived(0);
        }
    }

    @Test
    void aSegmentThatNobodyExpectedFails() {
        var tcp = TcpHarness.established();
        tcp.write(100);
        assertThatThrownBy(() -> tcp.receive(ack(101)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("got: Flags [P.], seq 1:101, ack 1, win")
                .hasMessageContaining("trace:")
                .hasMessageContaining("write 100");
    }

    @Test
    void aDifferenceIsNamed() {
        var tcp = TcpHarness.established();
        tcp.write(100);
        assertThatThrownBy(() -> tcp.expect(segment().seq(1).length(99)))
                .hasMessageContaining("the length differs")
                .hasMessageContaining("expected: Flags [.], seq 1:100, length 99");
    }
}
