package io.ringway.testkit;

import static io.ringway.testkit.SegmentSpec.ack;
import static io.ringway.testkit.SegmentSpec.rst;
import static io.ringway.testkit.SegmentSpec.segment;
import static io.ringway.testkit.SegmentSpec.syn;
import static io.ringway.testkit.SegmentSpec.synAck;

import io.ringway.tcp.CloseReason;
import io.ringway.tcp.TcpState;
import io.ringway.wire.TcpHeader;

import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

/**
 * How connections end in good order: RFC 9293 §3.6 and §3.10.4, TIME-WAIT with RFC 1337 and 6191.
 */
class TcpCloseTest {
    private static final int TIME_WAIT_MS = 60_000;

    // RFC 9293 §3.6, figure 12: this side first.
    @Test
    void activeClose() {
        try (var tcp = TcpHarness.established()) {
            tcp.closeConnection().expect(segment().seq(1).fin().withAck(1));
            tcp.expectState(TcpState.FIN_WAIT_1);
            tcp.receive(ack(2).seq(1)).expectNothing().expectState(TcpState.FIN_WAIT_2);
            tcp.receive(segment().seq(1).withAck(2).fin()).expect(ack(2).seq(2));
            tcp.expectClosed(CloseReason.CLOSED);
        }
    }

    @Test
    void activeCloseOverIpv6() {
        try (var tcp = TcpHarness.with().ipv6().established()) {
            tcp.closeConnection().expect(segment().seq(1).fin());
            tcp.receive(segment().seq(1).withAck(2).fin()).expect(ack(2).seq(2));
            tcp.expectClosed(CloseReason.CLOSED);
            tcp.receive(segment().seq(1).withAck(2).fin()).expect(ack(2).seq(2));
        }
    }

    // RFC 9293 §3.6, figure 12: the other side first.
    @Test
    void passiveClose() {
        try (var tcp = TcpHarness.established()) {
            tcp.receive(segment().seq(1).fin()).expect(ack(2).seq(1));
            tcp.expectState(TcpState.CLOSE_WAIT).expectEndOfStream();
            tcp.closeConnection().expect(segment().seq(1).fin().withAck(2));
            tcp.expectState(TcpState.LAST_ACK);
            tcp.receive(ack(2)).expectNothing().expectClosed(CloseReason.CLOSED);
            // No TIME-WAIT on this side: what comes now is for no connection.
            tcp.receive(ack(2).seq(2)).expect(rst(2));
        }
    }

    // RFC 9293 §3.6, figure 13: both at the same time.
    @Test
    void simultaneousClose() {
        try (var tcp = TcpHarness.established()) {
            tcp.closeConnection().expect(segment().seq(1).fin().withAck(1));
            tcp.receive(segment().seq(1).withAck(1).fin()).expect(ack(2).seq(2));
            tcp.expectState(TcpState.CLOSING);
            tcp.receive(ack(2).seq(2)).expectNothing().expectClosed(CloseReason.CLOSED);
            // TIME-WAIT: the FIN again is acknowledged again.
            tcp.receive(segment().seq(1).withAck(2).fin()).expect(ack(2).seq(2));
        }
    }

    // RFC 9293 §3.6: after its FIN this side still receives.
    @Test
    void halfCloseThenReceiving() {
        try (var tcp = TcpHarness.established()) {
            tcp.shutdownOutput().expect(segment().seq(1).fin());
            tcp.receive(ack(2)).expectState(TcpState.FIN_WAIT_2);
            tcp.receive(segment().seq(1).length(1000)).expect(ack(1001)).expectReceived(1000);
            tcp.expectNothingFor(300_000).expectState(TcpState.FIN_WAIT_2);
            tcp.receive(segment().seq(1001).length(500).fin()).expect(ack(1502));
            tcp.expectReceived(1500).expectEndOfStream().expectClosed(CloseReason.CLOSED);
        }
    }

    // RFC 9293 §3.6: after the peer's FIN this side still sends.
    @Test
    void halfCloseThenSending() {
        try (var tcp = TcpHarness.established()) {
            tcp.receive(segment().seq(1).fin()).expect(ack(2)).expectState(TcpState.CLOSE_WAIT);
            tcp.write(1000).expect(segment().seq(1).length(1000).withAck(2));
            tcp.receive(ack(1001)).expectNothing();
            tcp.write(10).expect(segment().seq(1001).length(10));
            tcp.shutdownOutput().expect(segment().seq(1011).fin());
            tcp.receive(ack(1012)).expectClosed(CloseReason.CLOSED);
        }
    }

    // RFC 9293 §3.10.4: the FIN follows all that was written, and goes with the last of it.
    @Test
    void finFollowsTheData() {
        try (var tcp = TcpHarness.with().window(1000).established()) {
            tcp.write(1500).expect(segment().seq(1).length(1000));
            tcp.shutdownOutput().expectNothing().expectState(TcpState.FIN_WAIT_1);
            tcp.receive(ack(1001)).expect(segment().seq(1001).length(500).fin());
            tcp.receive(ack(1502)).expectState(TcpState.FIN_WAIT_2);
        }
    }

    // RFC 9293 §3.10.7.4, eighth, with §3.4: a FIN counts once everything before it is here.
    @Test
    void finOutOfOrderWaitsForItsTurn() {
        try (var tcp = TcpHarness.established()) {
            tcp.receive(segment().seq(101).fin()).expect(ack(1)).expectState(TcpState.ESTABLISHED);
            tcp.receive(segment().seq(1).length(100)).expect(ack(102));
            tcp.expectReceived(100).expectState(TcpState.CLOSE_WAIT).expectEndOfStream();
        }
    }

    @Test
    void finOutOfOrderWithTextWaitsForItsTurn() {
        try (var tcp = TcpHarness.established()) {
            tcp.receive(segment().seq(101).length(50).fin()).expect(ack(1));
            tcp.receive(segment().seq(1).length(100)).expect(ack(152));
            tcp.expectReceived(150).expectState(TcpState.CLOSE_WAIT).expectEndOfStream();
        }
    }

    // RFC 9293 §3.10.7.4: what comes behind a FIN is no text.
    @Test
    void textBehindTheFinIsIgnored() {
        try (var tcp = TcpHarness.established()) {
            tcp.receive(segment().seq(1).length(10).fin()).expect(ack(12));
            tcp.receive(segment().seq(12).length(10)).skip();
            tcp.expectReceived(10).expectState(TcpState.CLOSE_WAIT);
        }
    }

    // A FIN is repeated like data (RFC 9293 §3.8.1).
    @Test
    void finIsRepeated() {
        try (var tcp = TcpHarness.with().tcp(t -> t.minRtoNs(1_000_000_000L)).established()) {
            tcp.closeConnection().expect(segment().seq(1).fin());
            tcp.expectAfter(1000, segment().seq(1).fin());
            tcp.expectAfter(2000, segment().seq(1).fin());
            tcp.receive(ack(2)).expectNothing().expectState(TcpState.FIN_WAIT_2);
        }
    }

    @Test
    void finIsRepeatedTogetherWithTheLastText() {
        try (var tcp = TcpHarness.with().tcp(t -> t.minRtoNs(1_000_000_000L)).established()) {
            tcp.write(100).expect(segment().seq(1).length(100));
            tcp.closeConnection().expect(segment().seq(101).fin());
            tcp.expectAfter(1000, segment().seq(1).length(100).fin());
            tcp.receive(ack(102)).expectNothing().expectState(TcpState.FIN_WAIT_2);
        }
    }

    @Test
    void repeatedFinInCloseWaitIsAcknowledgedAgain() {
        try (var tcp = TcpHarness.established()) {
            tcp.receive(segment().seq(1).fin()).expect(ack(2));
            tcp.receive(segment().seq(1).fin()).expect(ack(2)).expectState(TcpState.CLOSE_WAIT);
        }
    }

    // Not in RFC 9293: a connection nobody waits for does not stay in FIN-WAIT-2 for ever.
    @Test
    void finWait2EndsWhenNobodyReadsAnyMore() {
        try (var tcp = TcpHarness.established()) {
            tcp.closeConnection().expect(segment().seq(1).fin());
            tcp.receive(ack(2)).expectState(TcpState.FIN_WAIT_2);
            tcp.expectNothingFor(59_000).expectState(TcpState.FIN_WAIT_2);
            tcp.expectNothingFor(2000).expectState(TcpState.CLOSED);
            tcp.expectClosed(CloseReason.CLOSED);
        }
    }

    @Test
    void whatWasReceivedBeforeTheEndCanStillBeRead() {
        try (var tcp = TcpHarness.with().notReading().established()) {
            tcp.receive(segment().seq(1).length(100).fin()).expect(ack(102));
            tcp.shutdownOutput().expect(segment().seq(1).fin());
            tcp.receive(ack(2)).expectNothing();
            Assertions.assertThat(tcp.events()).doesNotContain("closed CLOSED");
            Assertions.assertThat(tcp.read(1000)).isEqualTo(100);
            tcp.expectClosed(CloseReason.CLOSED);
        }
    }

    // --- TIME-WAIT ---

    private static TcpHarness timeWait(TcpHarness tcp) {
        tcp.closeConnection().expect(segment().seq(1).fin());
        tcp.receive(segment().seq(1).withAck(2).fin()).expect(ack(2).seq(2));
        return tcp.expectClosed(CloseReason.CLOSED);
    }

    // RFC 9293 §3.10.7.4, eighth: the FIN again means that our ACK was lost.
    @Test
    void timeWaitAcknowledgesARepeatedFinAndBeginsAnew() {
        try (var tcp = timeWait(TcpHarness.established())) {
            tcp.expectNothingFor(TIME_WAIT_MS - 1000);
            tcp.receive(segment().seq(1).withAck(2).fin()).expect(ack(2).seq(2));
            tcp.expectNothingFor(TIME_WAIT_MS - 1000);
            tcp.receive(segment().seq(1).withAck(2).fin()).expect(ack(2).seq(2));
        }
    }

    // RFC 9293 §3.4.2: 2 MSL, and then the connection has never been.
    @Test
    void timeWaitEnds() {
        try (var tcp = timeWait(TcpHarness.established())) {
            tcp.expectNothingFor(TIME_WAIT_MS + 1000);
            tcp.receive(segment().seq(1).withAck(2).fin()).expect(rst(2));
        }
    }

    // RFC 1337 §2.1: a RST does not cut TIME-WAIT short.
    @Test
    void timeWaitIgnoresReset() {
        try (var tcp = timeWait(TcpHarness.established())) {
            tcp.receive(rst(2)).expectNothing();
            tcp.receive(segment().seq(1).withAck(2).fin()).expect(ack(2).seq(2));
        }
    }

    // RFC 9293 §3.10.7.4, first: old text is answered with an ACK.
    @Test
    void timeWaitAnswersOldText() {
        try (var tcp = timeWait(TcpHarness.established())) {
            tcp.receive(segment().seq(1).withAck(2).length(5)).expect(ack(2).seq(2));
            tcp.receive(segment().seq(2).withAck(2)).expectNothing();
        }
    }

    // RFC 9293 §3.6.1 (MAY-2): a SYN with a greater number opens a new connection.
    @Test
    void timeWaitIsReopenedByANewerSyn() {
        try (var tcp = timeWait(TcpHarness.established())) {
            tcp.receive(syn().seq(70_000));
            SentSegment answer = tcp.poll();
            Assertions.assertThat(answer).isNotNull();
            Assertions.assertThat(answer.flags()).isEqualTo(TcpHeader.SYN | TcpHeader.ACK);
            Assertions.assertThat(answer.ack()).isEqualTo(70_001);
            // Its ISS lies beyond all that the old connection used.
            Assertions.assertThat(answer.seq()).isGreaterThan(2);
        }
    }

    @Test
    void timeWaitIsNotReopenedByAnOlderSyn() {
        try (var tcp = timeWait(TcpHarness.established())) {
            tcp.receive(syn().seq(0)).expect(ack(2).seq(2));
            tcp.receive(syn().seq(1)).expect(ack(2).seq(2));
        }
    }

    // RFC 6191 §2: with time stamps the newer stamp decides, whatever the number.
    @Test
    void timeWaitIsReopenedByASynWithANewerTimestamp() {
        try (var tcp = timeWait(TcpHarness.with().timestamps().established())) {
            tcp.receive(syn().seq(0).timestamps(tcp.peerTimestamp() - 500, 0)).skip();
            tcp.advance(10);
            tcp.receive(syn().seq(-5000).timestamps(tcp.peerTimestamp(), 0));
            SentSegment answer = tcp.poll();
            Assertions.assertThat(answer).isNotNull();
            Assertions.assertThat(answer.flags()).isEqualTo(TcpHeader.SYN | TcpHeader.ACK);
        }
    }

    // RFC 9293 §3.10.4: nothing can be written after the close.
    @Test
    void writeAfterShutdownTakesNothing() {
        try (var tcp = TcpHarness.established()) {
            tcp.shutdownOutput().expect(segment().seq(1).fin());
            Assertions.assertThat(tcp.tryWrite(100)).isZero();
            tcp.expectNothingFor(10).receive(ack(2)).expectNothingFor(1000);
        }
    }

    @Test
    void closeInSynReceivedSendsTheFinOnceEstablished() {
        try (var tcp = TcpHarness.with().connecting()) {
            tcp.expect(syn());
            tcp.receive(syn()).expect(synAck());
            tcp.run(() -> tcp.stack().lane(0).abortAll()).skip();
            tcp.expectClosed(CloseReason.ABORTED);
        }
    }
}
