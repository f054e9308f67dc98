package io.ringway.testkit;

import static io.ringway.testkit.SegmentSpec.ack;
import static io.ringway.testkit.SegmentSpec.rst;
import static io.ringway.testkit.SegmentSpec.segment;
import static io.ringway.testkit.SegmentSpec.syn;

import io.ringway.memory.Counter;
import io.ringway.tcp.CloseReason;
import io.ringway.tcp.TcpState;
import io.ringway.wire.TcpHeader;

import org.junit.jupiter.api.Test;

/**
 * RSTs, SYNs and ACKs that are mistakes or attacks: RFC 9293 §3.10.7.4, RFC 5961, and the RSTs that
 * we send ourselves.
 */
class TcpResetTest {
    private static final long FAR = 10_000_000;

    private interface Harness {
        TcpHarness make();
    }

    private static TcpHarness finWait1() {
        TcpHarness tcp = TcpHarness.established();
        return tcp.shutdownOutput().expect(segment().fin()).expectState(TcpState.FIN_WAIT_1);
    }

    private static TcpHarness finWait2() {
        return finWait1().receive(ack(2)).expectState(TcpState.FIN_WAIT_2);
    }

    private static TcpHarness closing() {
        TcpHarness tcp = finWait1().receive(segment().seq(1).withAck(1).fin()).expect(ack(2));
        return tcp.expectState(TcpState.CLOSING);
    }

    private static TcpHarness closeWait() {
        TcpHarness tcp = TcpHarness.established();
        tcp.receive(segment().seq(1).fin()).expect(ack(2));
        return tcp.expectState(TcpState.CLOSE_WAIT);
    }

    private static TcpHarness lastAck() {
        return closeWait().shutdownOutput().expect(segment().fin()).expectState(TcpState.LAST_ACK);
    }

    /** RFC 5961 §3.2: exact → reset; in the window → challenge ACK; outside → nothing. */
    private static void checkReset(Harness harness, long next, CloseReason reason) {
        try (TcpHarness tcp = harness.make()) {
            tcp.receive(rst(next + FAR)).expectNothing();
            tcp.receive(rst(next - 1)).expectNothing();
            tcp.receive(rst(next + 10)).expect(ack(next));
            tcp.expectOpen();
            tcp.receive(rst(next)).expectNothing().expectClosed(reason);
            tcp.expectCount(Counter.TCP_RESETS_RECEIVED, 1);
        }
    }

    @Test
    void resetInEstablished() {
        checkReset(TcpHarness::established, 1, CloseReason.RESET_BY_PEER);
    }

    @Test
    void resetInEstablishedOverIpv6() {
        checkReset(() -> TcpHarness.with().ipv6().established(), 1, CloseReason.RESET_BY_PEER);
    }

    @Test
    void resetInFinWait1() {
        checkReset(TcpResetTest::finWait1, 1, CloseReason.RESET_BY_PEER);
    }

    @Test
    void resetInFinWait2() {
        checkReset(TcpResetTest::finWait2, 1, CloseReason.RESET_BY_PEER);
    }

    @Test
    void resetInCloseWait() {
        checkReset(TcpResetTest::closeWait, 2, CloseReason.RESET_BY_PEER);
    }

    // RFC 9293 §3.10.7.4, second: in CLOSING and LAST-ACK a RST merely ends what was ending.
    @Test
    void resetInClosing() {
        checkReset(TcpResetTest::closing, 2, CloseReason.CLOSED);
    }

    @Test
    void resetInLastAck() {
        checkReset(TcpResetTest::lastAck, 2, CloseReason.CLOSED);
    }

    // RFC 5961 §3.2, with a closed window: RCV.NXT itself is still believed.
    @Test
    void resetWithAClosedWindow() {
        try (var tcp =
                TcpHarness.with().notReading().tcp(t -> t.receiveBufferBytes(2048)).established()) {
            tcp.receive(segment().seq(1).length(1024)).skip();
            tcp.receive(segment().seq(1025).length(1024)).expect(ack(2049).window(0));
            tcp.receive(rst(2050)).expectNothing().expectOpen();
            tcp.receive(rst(2049)).expectNothing().expectClosed(CloseReason.RESET_BY_PEER);
        }
    }

    // RFC 5961 §4.2: a SYN in a synchronised state is challenged, whatever its number.
    @Test
    void synInEstablishedIsChallenged() {
        try (var tcp = TcpHarness.established()) {
            tcp.receive(syn().seq(1)).expect(ack(1).seq(1));
            tcp.receive(syn().seq(100)).expect(ack(1).seq(1));
            tcp.receive(syn().seq(FAR)).expect(ack(1).seq(1));
            tcp.receive(syn().seq(0)).expect(ack(1).seq(1));
            tcp.expectOpen();
        }
    }

    @Test
    void synInFinWait2IsChallenged() {
        try (var tcp = finWait2()) {
            tcp.receive(syn().seq(1)).expect(ack(1).seq(2)).expectState(TcpState.FIN_WAIT_2);
        }
    }

    // RFC 5961 §7: challenge ACKs are limited.
    @Test
    void challengeAcksAreLimited() {
        try (var tcp = TcpHarness.with().tcp(t -> t.challengeAcksPerSecond(5)).established()) {
            int answered = 0;
            for (int i = 0; i < 100; i++) {
                tcp.receive(syn().seq(100));
                answered += tcp.poll() == null ? 0 : 1;
            }
            if (answered < 1 || answered > 10) {
                throw new AssertionError(answered + " challenge ACKs; expected about 5");
            }
            tcp.expectCount(Counter.TCP_CHALLENGE_LIMITED, 100 - answered);
            tcp.expectOpen();
        }
    }

    // RFC 9293 §3.10.7.4, fifth: an ACK of what was not sent is answered, and the segment dropped.
    @Test
    void ackOfUnsentDataIsAnsweredAndDropped() {
        try (var tcp = TcpHarness.established()) {
            tcp.receive(segment().seq(1).withAck(2).length(10)).expect(ack(1).seq(1));
            tcp.expectReceived(0).expectOpen();
            tcp.write(10).expect(segment().seq(1).length(10));
            tcp.receive(segment().seq(1).withAck(12)).expect(ack(1));
            tcp.receive(segment().seq(1).withAck(11)).expectNothing();
        }
    }

    // RFC 5961 §5.2: an ACK more than a window behind SND.UNA.
    @Test
    void ackFarBehindIsChallengedAndDropped() {
        try (var tcp = TcpHarness.established()) {
            tcp.receive(segment().seq(1).withAck(-90_000).length(10)).expect(ack(1).seq(1));
            tcp.expectReceived(0).expectOpen();
        }
    }

    // RFC 9293 §3.10.7.4, fifth: a duplicate ACK is ignored, but its text is taken.
    @Test
    void oldAckIsIgnoredButItsTextTaken() {
        try (var tcp = TcpHarness.established()) {
            tcp.write(100).expect(segment().length(100));
            tcp.receive(ack(101)).expectNothing();
            tcp.receive(segment().seq(1).withAck(50).length(10)).expect(ack(11));
            tcp.expectReceived(10);
        }
    }

    // RFC 9293 §3.10.7.4, fifth: without the ACK bit a segment is dropped.
    @Test
    void segmentWithoutAckIsDropped() {
        try (var tcp = TcpHarness.established()) {
            tcp.receive(segment().seq(1).withoutAck().length(10)).expectNothing();
            tcp.expectReceived(0).expectCount(Counter.TCP_NO_ACK, 1);
        }
    }

    // RFC 9293 §3.10.7.4, first: outside the window → an ACK, and dropped.
    @Test
    void textOutsideTheWindowIsAnsweredAndDropped() {
        try (var tcp = TcpHarness.established()) {
            tcp.receive(segment().seq(FAR).length(10)).expect(ack(1).seq(1));
            tcp.receive(segment().seq(-100).length(10)).expect(ack(1).seq(1));
            tcp.expectReceived(0);
        }
    }

    // RFC 9293 §3.10.5: ABORT sends a RST from every synchronised state.
    @Test
    void abortSendsReset() {
        try (var tcp = TcpHarness.established()) {
            tcp.abort().expect(rst(1).flags(TcpHeader.RST | TcpHeader.ACK).withAck(1));
            tcp.expectClosed(CloseReason.ABORTED);
            tcp.receive(segment().seq(1).length(5).withAck(1)).expect(rst(1));
        }
    }

    @Test
    void abortDropsWhatIsQueued() {
        try (var tcp = TcpHarness.with().window(1000).established()) {
            tcp.write(5000).expect(segment().seq(1).length(1000));
            tcp.abort().expect(rst(1001).flags(TcpHeader.RST | TcpHeader.ACK).withAck(1));
            tcp.expectClosed(CloseReason.ABORTED).expectNothingFor(10_000);
        }
    }

    // A linger time of zero: close() is an abort.
    @Test
    void lingerOfZeroMakesCloseAReset() {
        try (var tcp = TcpHarness.established()) {
            tcp.run(() -> tcp.connection().resetOnClose(true));
            tcp.closeConnection().expect(rst(1).flags(TcpHeader.RST | TcpHeader.ACK).withAck(1));
            tcp.expectClosed(CloseReason.ABORTED);
        }
    }

    // RFC 9293 §3.6.1 (SHLD-3): close() with unread data tells the peer that it is lost.
    @Test
    void closeWithUnreadDataSendsReset() {
        try (var tcp = TcpHarness.with().notReading().established()) {
            tcp.receive(segment().seq(1).length(100)).expect(ack(101));
            tcp.closeConnection().expect(rst(1).flags(TcpHeader.RST | TcpHeader.ACK).withAck(101));
            tcp.expectClosed(CloseReason.CLOSED_WITH_DATA);
        }
    }

    // RFC 9293 §3.6.1 (MAY-1): data that comes after close() is answered with a RST.
    @Test
    void dataAfterCloseIsAnsweredWithReset() {
        try (var tcp = TcpHarness.established()) {
            tcp.closeConnection().expect(segment().seq(1).fin());
            tcp.receive(segment().seq(1).withAck(2).length(100))
                    .expect(rst(2).flags(TcpHeader.RST | TcpHeader.ACK));
            tcp.expectClosed(CloseReason.CLOSED_WITH_DATA);
        }
    }

    // RFC 9293 §3.5.2: no answer to a RST, whatever it carries, where there is no connection.
    @Test
    void noAnswerToAReset() {
        try (var tcp = TcpHarness.listening()) {
            tcp.receive(rst(5).withAck(5).length(10)).expectNothing();
            tcp.receive(rst(5).withSyn()).expectNothing();
            tcp.receive(rst(5).fin()).expectNothing();
        }
    }

    // RSTs for no connection are limited as well.
    @Test
    void resetsAreLimited() {
        try (var tcp = TcpHarness.with().tcp(t -> t.resetsPerSecond(5)).listening()) {
            int answered = 0;
            for (int i = 0; i < 100; i++) {
                tcp.receive(segment().seq(5).withAck(5));
                answered += tcp.poll() == null ? 0 : 1;
            }
            if (answered < 1 || answered > 10) {
                throw new AssertionError(answered + " RSTs; expected about 5");
            }
        }
    }

    // RFC 9293 §3.1 (MUST-2, MUST-3): a segment with a wrong checksum is as if it had never come.
    @Test
    void wrongChecksumIsDropped() {
        try (var tcp = TcpHarness.established()) {
            tcp.receive(segment().seq(1).length(10).wrongChecksum()).expectNothing();
            tcp.receive(rst(1).wrongChecksum()).expectNothing().expectOpen();
            tcp.expectCount(Counter.TCP_BAD_CHECKSUM, 2).expectReceived(0);
        }
    }
}
