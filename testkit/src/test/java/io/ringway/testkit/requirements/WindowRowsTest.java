package io.ringway.testkit.requirements;

import static io.ringway.testkit.SegmentSpec.ack;
import static io.ringway.testkit.SegmentSpec.rst;
import static io.ringway.testkit.SegmentSpec.segment;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.tcp.CloseReason;
import io.ringway.tcp.TcpState;
import io.ringway.testkit.SentSegment;
import io.ringway.testkit.TcpHarness;
import io.ringway.testkit.TcpHarnessBuilder;
import io.ringway.wire.TcpHeader;

import org.junit.jupiter.api.Test;

import java.time.Duration;

/** RFC 9293, appendix B: push and windows. */
@SuppressWarnings("MethodName") // The names are the RFC's labels.
class WindowRowsTest {
    private static final int MSS = TcpHarness.MSS;

    private static TcpHarnessBuilder slow() {
        return TcpHarness.with().tcp(t -> t.minRtoNs(1_000_000_000L).congestionControl("newreno"));
    }

    private static boolean isPushed(SentSegment sent) {
        return (sent.flags() & TcpHeader.PSH) != 0;
    }

    @Test
    void MAY_16_smallWritesLeaveTogether() {
        try (var tcp = TcpHarness.established()) {
            tcp.write(10).expect(segment().seq(1).length(10));
            tcp.write(20).write(30).write(40).expectNothing();
            tcp.receive(ack(11)).expect(segment().seq(11).length(90));
        }
    }

    @Test
    void SHLD_27_onePushForWritesThatLeaveTogether() {
        try (var tcp = TcpHarness.established()) {
            tcp.write(10).skip();
            tcp.write(20).write(30).receive(ack(11));
            assertThat(isPushed(tcp.poll())).isTrue();
            tcp.expectNothing();
        }
    }

    @Test
    void MUST_60_aSmallWriteLeavesAtOnceWhenNothingIsOutstanding() {
        try (var tcp = TcpHarness.established()) {
            tcp.write(1).expect(segment().seq(1).length(1));
        }
    }

    @Test
    void MUST_61_theLastSegmentOfWhatIsQueuedIsPushed() {
        try (var tcp = TcpHarness.established()) {
            tcp.write(2 * MSS + 100);
            assertThat(isPushed(tcp.poll())).isFalse();
            assertThat(isPushed(tcp.poll())).isFalse();
            assertThat(isPushed(tcp.poll())).isTrue();
        }
    }

    @Test
    void SHLD_28_segmentsAreFullWhereTheDataAllows() {
        try (var tcp = TcpHarness.with().established()) {
            tcp.run(() -> tcp.connection().noDelay(true));
            tcp.write(3 * MSS + 7);
            for (int i = 0; i < 3; i++) {
                tcp.expect(segment().seq(1 + (long) i * MSS).length(MSS));
            }
            tcp.expect(segment().length(7));
        }
    }

    @Test
    void MUST_1_aWindowAboveHalfTheFieldIsTakenForWhatItIs() {
        var large = TcpHarness.with().tcp(t -> t.initialWindowSegments(100));
        try (var tcp = large.window(65_535).established()) {
            tcp.run(() -> tcp.connection().noDelay(true));
            tcp.write(65_536);
            long octets = 0;
            for (SentSegment sent = tcp.poll(); sent != null; sent = tcp.poll()) {
                octets += sent.payload().length;
            }
            assertThat(octets).isEqualTo(44 * MSS);
        }
    }

    @Test
    void REC_1_aScaledWindowIsUsedBeyond16Bits() {
        var large = TcpHarness.with().tcp(t -> t.initialWindowSegments(100)).smallFrames(2048);
        try (var tcp = large.windowScale(2).window(65_535).established()) {
            tcp.receive(ack(1).window(40_000));
            tcp.run(() -> tcp.connection().sendBuffer(1 << 20)).write(100 * MSS);
            long octets = 0;
            for (SentSegment sent = tcp.poll(); sent != null; sent = tcp.poll()) {
                octets += sent.payload().length;
            }
            assertThat(octets).isGreaterThan(131_072);
        }
    }

    @Test
    void SHLD_14_theRightEdgeNeverMovesBack() {
        try (var tcp =
                TcpHarness.with().notReading().tcp(t -> t.receiveBufferBytes(8000)).established()) {
            long edge = 1 + 8000;
            long at = 1;
            for (int length : new int[] {1000, 1, 500, 1460, 1460, 3, 1460}) {
                tcp.receive(segment().seq(at).length(length));
                at += length;
                SentSegment answer = tcp.poll();
                if (answer == null) {
                    tcp.advance(50);
                    answer = tcp.poll();
                }
                assertThat(answer.ack() + answer.window()).isGreaterThanOrEqualTo(edge);
                edge = answer.ack() + answer.window();
            }
        }
    }

    private static TcpHarness shrunk() {
        TcpHarness tcp = slow().established();
        tcp.write(3 * MSS);
        for (int i = 0; i < 3; i++) {
            tcp.expect(segment().seq(1 + (long) i * MSS).length(MSS));
        }
        // One segment is acknowledged, and the window now ends in the middle of the second.
        return tcp.receive(ack(1 + MSS).window(MSS / 2)).expectNothing();
    }

    @Test
    void SHLD_15_nothingNewLeavesBeyondAShrunkWindow() {
        try (var tcp = shrunk()) {
            tcp.write(100).expectNothing();
            tcp.receive(ack(1 + 3 * MSS).window(MSS))
                    .expect(segment().seq(1 + 3 * MSS).length(100));
        }
    }

    @Test
    void SHLD_16_whatLiesWithinAShrunkWindowIsSentAgain() {
        try (var tcp = shrunk()) {
            tcp.advance(3000);
            SentSegment again = tcp.poll();
            assertThat(again.seq()).isEqualTo(1 + MSS);
            tcp.skip();
            tcp.receive(ack(1 + 3 * MSS)).expectNothing();
        }
    }

    @Test
    void SHLD_17_aShrunkWindowDoesNotEndTheConnection() {
        try (var tcp = shrunk()) {
            // The window opens and closes, and stays less than what was sent.
            for (int i = 0; i < 300; i++) {
                tcp.receive(ack(1 + MSS).window(MSS / 2)).skip();
                tcp.advance(2000).skip();
                tcp.receive(ack(1 + MSS).window(0)).skip();
                tcp.advance(2000).skip();
            }
            tcp.expectOpen().receive(ack(1 + 3 * MSS)).skip();
        }
    }

    @Test
    void MUST_34_aShrunkWindowDoesNoHarm() {
        try (var tcp = shrunk()) {
            tcp.receive(ack(1 + 3 * MSS)).expectNothing();
            tcp.write(10).expect(segment().seq(1 + 3 * MSS).length(10));
            tcp.expectState(TcpState.ESTABLISHED);
        }
    }

    @Test
    void MAY_7_whatIsOutstandingIsSentAgainBeyondTheWindow() {
        try (var tcp = slow().established()) {
            tcp.write(2 * MSS).expect(segment().length(MSS)).expect(segment().length(MSS));
            // The second lies beyond the window now, and is lost.
            tcp.receive(ack(1 + MSS).window(MSS - 1)).expectNothing();
            tcp.expectAfter(1000, segment().seq(1 + MSS).length(MSS));
            tcp.receive(ack(1 + 2 * MSS)).expectNothing();
        }
    }

    @Test
    void MAY_8_ourWindowStaysClosedWhileNobodyReads() {
        try (var tcp =
                TcpHarness.with().notReading().tcp(t -> t.receiveBufferBytes(2048)).established()) {
            tcp.receive(segment().seq(1).length(1024)).skip();
            tcp.receive(segment().seq(1025).length(1024)).expect(ack(2049).window(0));
            for (int i = 0; i < 100; i++) {
                tcp.advance(Duration.ofMinutes(1));
                tcp.receive(segment().seq(2049).length(1)).expect(ack(2049).window(0));
            }
            tcp.expectOpen();
        }
    }

    /** The window closed, with octets that wait for it to open. */
    private static TcpHarness closed() {
        TcpHarness tcp = slow().established();
        tcp.write(100).expect(segment().seq(1).length(100));
        tcp.receive(ack(101).window(0)).expectNothing();
        return tcp.write(50).expectNothing();
    }

    @Test
    void MUST_35_aProbeIsOneOctetThatTheAnswerTellsTheWindowOf() {
        try (var tcp = closed()) {
            tcp.expectAfter(1000, segment().seq(101).length(1));
            tcp.receive(ack(101).window(1000)).expect(segment().seq(101).length(50));
        }
    }

    @Test
    void MUST_36_aClosedWindowIsProbed() {
        try (var tcp = closed()) {
            tcp.expectAfter(1000, segment().seq(101).length(1));
            tcp.receive(ack(102).window(1000)).expect(segment().seq(102).length(49));
        }
    }

    @Test
    void SHLD_29_theFirstProbeLeavesAfterATimeOut() {
        try (var tcp = closed()) {
            tcp.expectNothingFor(980);
            tcp.expectAfter(20, segment().seq(101).length(1));
        }
    }

    @Test
    void SHLD_30_probesLeaveAtGrowingIntervals() {
        try (var tcp = closed()) {
            for (int seconds : new int[] {1, 2, 4, 8, 16, 32, 60, 60}) {
                tcp.expectAfter(seconds * 1000L, segment().seq(101).length(1));
            }
        }
    }

    @Test
    void MUST_37_probesThatAreAnsweredKeepTheConnectionForHours() {
        try (var tcp = closed()) {
            for (int i = 0; i < 200; i++) {
                tcp.advance(Duration.ofMinutes(1)).skip();
                tcp.receive(ack(101).window(0)).skip();
            }
            tcp.expectOpen();
        }
    }

    @Test
    void MUST_66_resetAndUrgentAreHeardThoughOurWindowIsClosed() {
        try (var tcp =
                TcpHarness.with().notReading().tcp(t -> t.receiveBufferBytes(2048)).established()) {
            tcp.receive(segment().seq(1).length(1024)).skip();
            tcp.receive(segment().seq(1025).length(1024)).expect(ack(2049).window(0));
            tcp.receive(segment().seq(2049).urgent(5)).skip();
            assertThat(tcp.events()).contains("urgent 2053");
            tcp.receive(rst(2049)).expectNothing().expectClosed(CloseReason.RESET_BY_PEER);
        }
    }
}
