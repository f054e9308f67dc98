package io.ringway.testkit;

import static io.ringway.testkit.SegmentSpec.ack;
import static io.ringway.testkit.SegmentSpec.rst;
import static io.ringway.testkit.SegmentSpec.segment;
import static io.ringway.testkit.SegmentSpec.syn;
import static io.ringway.testkit.SegmentSpec.synAck;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.memory.Counter;
import io.ringway.tcp.CloseReason;
import io.ringway.tcp.TcpState;
import io.ringway.wire.TcpHeader;

import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

import java.time.Duration;

/**
 * When data is sent and when it is sent again for want of an ACK: RFC 6298, RFC 9293 §3.7.4, §3.8,
 * and the windows of RFC 5681 and RFC 6928.
 */
class TcpSendTest {
    private static final int MSS = TcpHarness.MSS;

    /** The RTO of RFC 6298 §2.4, so that the tests can count in seconds. */
    private static TcpHarnessBuilder harness() {
        return TcpHarness.with().tcp(t -> t.minRtoNs(1_000_000_000L).congestionControl("newreno"));
    }

    private static SegmentSpec part(int index) {
        return segment().seq(1 + (long) index * MSS).length(MSS);
    }

    private static void expectParts(TcpHarness tcp, int from, int to) {
        for (int i = from; i < to; i++) {
            tcp.expect(part(i));
        }
        tcp.expectNothing();
    }

    // --- RFC 6298 ---

    // §5.5: the RTO doubles with every expiry; §2.5: up to a limit.
    @Test
    void retransmissionBacksOff() {
        try (var tcp = harness().tcp(t -> t.maxRtoNs(4_000_000_000L)).established()) {
            tcp.write(100).expect(segment().seq(1).length(100));
            tcp.expectAfter(1000, segment().seq(1).length(100));
            tcp.expectAfter(2000, segment().seq(1).length(100));
            tcp.expectAfter(4000, segment().seq(1).length(100));
            tcp.expectAfter(4000, segment().seq(1).length(100));
            tcp.receive(ack(101)).expectNothingFor(20_000);
            tcp.expectCount(Counter.TCP_TIMEOUTS, 4);
        }
    }

    // §2.2, §2.3: the RTO follows the round trips that were measured.
    @Test
    void rtoFollowsTheRoundTrip() {
        try (var tcp = TcpHarness.with().connecting()) {
            tcp.expect(syn()).advance(600);
            // R = 600 ms: RTO = 600 + 4 * 300 ms.
            tcp.receive(synAck().mss(MSS)).expect(ack(1));
            tcp.write(10).expect(segment().seq(1).length(10));
            tcp.expectAfter(1800, segment().seq(1).length(10));
        }
    }

    // §3 (Karn): the round trip of what was sent twice is not measured, and §5.5 to §5.7 with RFC
    // 9293 §3.8.1 (MUST-19): the RTO stays backed off until a round trip was measured.
    @Test
    void backedOffRtoStaysUntilARoundTripIsMeasured() {
        try (var tcp = harness().established()) {
            tcp.write(100).expect(segment().seq(1).length(100));
            tcp.expectAfter(1000, segment().seq(1).length(100));
            tcp.run(() -> tcp.connection().noDelay(true));
            tcp.write(100).skip();
            tcp.advance(500).receive(ack(101)).skip();
            tcp.expectNothingFor(1400).skip();
        }
    }

    // §5.3: an ACK of something new begins the time-out anew.
    @Test
    void anAckRestartsTheTimer() {
        try (var tcp = harness().established()) {
            tcp.write(5 * MSS);
            expectParts(tcp, 0, 5);
            tcp.advance(800).receive(ack(1 + MSS)).expectNothing();
            tcp.expectAfter(1000, part(1));
        }
    }

    // RFC 7765 §4: with fewer than four segments outstanding it counts from when the first of them
    // was sent.
    @Test
    void anAckRestartsTheTimerFromTheSendingOfTheLast() {
        try (var tcp = harness().established()) {
            tcp.write(2 * MSS);
            expectParts(tcp, 0, 2);
            tcp.advance(800).receive(ack(1 + MSS)).expectNothing();
            tcp.expectAfter(200, part(1));
        }
    }

    // RFC 5681 §3.1: after a time-out the window is one segment, and all is sent again from the
    // oldest on, as the ACKs come.
    @Test
    void afterATimeoutTheWindowIsOneSegment() {
        try (var tcp = harness().established()) {
            tcp.write(6 * MSS);
            expectParts(tcp, 0, 6);
            tcp.expectAfter(1000, part(0)).expectNothing();
            tcp.receive(ack(1 + MSS)).expect(part(1)).expect(part(2)).expectNothing();
            tcp.receive(ack(1 + 3 * MSS)).expect(part(3)).expect(part(4)).skip();
            tcp.receive(ack(1 + 6 * MSS)).expectNothing();
        }
    }

    // RFC 9293 §3.8.3 (R2) and §3.9.1: the user time-out ends the connection, with a RST.
    @Test
    void userTimeoutEndsTheConnection() {
        try (var tcp = harness().established()) {
            tcp.run(() -> tcp.connection().userTimeout(Duration.ofSeconds(5)));
            tcp.write(100).expect(segment().seq(1).length(100));
            tcp.expectAfter(1000, segment().seq(1).length(100));
            tcp.expectAfter(2000, segment().seq(1).length(100));
            tcp.expectAfter(4000, rst(101).flags(TcpHeader.RST | TcpHeader.ACK));
            tcp.expectClosed(CloseReason.TIMED_OUT);
        }
    }

    // --- RFC 6928, RFC 5681 ---

    // RFC 6928 §2: ten segments, or 14,600 octets.
    @Test
    void initialWindowIsTenSegments() {
        try (var tcp = harness().established()) {
            tcp.write(20 * MSS);
            expectParts(tcp, 0, 10);
        }
    }

    @Test
    void initialWindowOfLargeSegmentsIsSmaller() {
        try (var tcp = harness().mtu(9000).mss(8960).established()) {
            tcp.write(6 * 8960);
            tcp.expect(segment().length(8960)).expect(segment().length(8960)).expectNothing();
        }
    }

    // RFC 9293 §3.10.7.4, fifth: SND.WL1 and SND.WL2 keep a late segment from setting the window.
    @Test
    void theWindowOfTheNewestSegmentCounts() {
        try (var tcp = harness().window(10 * MSS).established()) {
            tcp.receive(ack(1).seq(11).window(2 * MSS));
            tcp.receive(segment().seq(1).withAck(1).length(10).window(8 * MSS)).skip();
            tcp.write(6 * MSS).expect(part(0)).expect(part(1)).expectNothing();
        }
    }

    // RFC 5681 §3.1: in slow start every ACK opens the window by what it acknowledges.
    @Test
    void slowStartDoublesTheWindow() {
        try (var tcp = harness().windowScale(8).established()) {
            tcp.write(40 * MSS);
            expectParts(tcp, 0, 10);
            tcp.receive(ack(1 + 2 * MSS)).expect(part(10)).expect(part(11));
            tcp.expect(part(12)).expect(part(13)).expectNothing();
            tcp.receive(ack(1 + 10 * MSS));
            expectParts(tcp, 14, 30);
        }
    }

    // RFC 5681 §3.1: never more than the receiver's window.
    @Test
    void theReceiversWindowIsRespected() {
        try (var tcp = harness().window(3000).established()) {
            tcp.write(10_000);
            tcp.expect(part(0)).expect(part(1)).expectNothing();
            tcp.receive(ack(1 + MSS).window(3000)).expect(part(2)).expectNothing();
        }
    }

    // RFC 5681 §4.1: after an idle RTO the window begins anew with the initial one.
    @Test
    void idleConnectionBeginsWithTheInitialWindow() {
        try (var tcp = harness().windowScale(8).established()) {
            tcp.write(10 * MSS);
            expectParts(tcp, 0, 10);
            tcp.receive(ack(1 + 10 * MSS)).expectNothing();
            tcp.write(16 * MSS);
            expectParts(tcp, 10, 26);
            tcp.receive(ack(1 + 26 * MSS)).expectNothing();
            tcp.advance(5000);
            tcp.write(40 * MSS);
            expectParts(tcp, 26, 36);
        }
    }

    // --- Nagle, RFC 9293 §3.7.4 ---

    @Test
    void nagleHoldsASmallSegmentBackWhileDataIsOutstanding() {
        try (var tcp = harness().established()) {
            tcp.write(10).expect(segment().seq(1).length(10));
            tcp.write(10).expectNothing().write(20).expectNothing();
            tcp.receive(ack(11)).expect(segment().seq(11).length(30));
        }
    }

    @Test
    void nagleSendsAFullSegment() {
        try (var tcp = harness().established()) {
            tcp.write(10).expect(segment().seq(1).length(10));
            tcp.write(MSS + 5).expect(segment().seq(11).length(MSS)).expectNothing();
            tcp.receive(ack(11 + MSS)).expect(segment().seq(11 + MSS).length(5));
        }
    }

    // RFC 9293 §3.7.4 (MUST-17): an application can switch it off.
    @Test
    void noDelaySendsAtOnce() {
        try (var tcp = harness().established()) {
            tcp.run(() -> tcp.connection().noDelay(true));
            tcp.write(10).expect(segment().seq(1).length(10));
            tcp.write(10).expect(segment().seq(11).length(10));
        }
    }

    @Test
    void shutdownSendsWhatNagleHeldBack() {
        try (var tcp = harness().established()) {
            tcp.write(10).expect(segment().seq(1).length(10));
            tcp.write(10).expectNothing();
            tcp.shutdownOutput().expect(segment().seq(11).length(10).fin());
        }
    }

    // Many peers with small windows would otherwise hold the frames that others could use.
    @Test
    void noMoreIsQueuedThanSomeOfThePeersWindows() {
        var large = TcpHarness.with().tcp(t -> t.initialWindowSegments(64));
        try (var tcp = large.windowScale(2).window(50_000).established()) {
            tcp.write(1).skip();
            tcp.receive(ack(2).window(50_000));
            tcp.write(1).skip();
            assertThat(tcp.connection().writable()).isEqualTo(4 * 64 * MSS - 1);
            tcp.receive(ack(3).window(5_000));
            tcp.write(1).skip();
            assertThat(tcp.connection().writable()).isEqualTo(4 * 20_000 - 1);
            tcp.receive(ack(4).window(500));
            tcp.write(1).skip();
            assertThat(tcp.connection().writable()).isEqualTo(64 * 1024 - 1);
        }
    }

    // --- the sender's side of silly windows, RFC 9293 §3.8.6.2.1 ---

    @Test
    void aSillyWindowIsNotUsed() {
        try (var tcp = harness().window(2 * MSS).established()) {
            tcp.write(10_000).expect(part(0)).expect(part(1)).expectNothing();
            // 100 octets of window, less than a segment and than half the largest window.
            tcp.receive(ack(1 + 2 * MSS).window(100)).expectNothing();
            tcp.receive(ack(1 + 2 * MSS).window(2 * MSS)).expect(part(2)).expect(part(3));
        }
    }

    // The override time-out: a small window that stays is used in the end.
    @Test
    void aSmallWindowThatStaysIsUsedInTheEnd() {
        try (var tcp = harness().window(2 * MSS).established()) {
            tcp.write(10_000).expect(part(0)).expect(part(1)).expectNothing();
            tcp.receive(ack(1 + 2 * MSS).window(100)).expectNothing();
            tcp.expectAfter(1000, segment().seq(1 + 2 * MSS).length(100));
        }
    }

    // --- zero windows, RFC 9293 §3.8.6.1 ---

    @Test
    void zeroWindowIsProbedWithBackOff() {
        try (var tcp = harness().window(100).established()) {
            tcp.write(500).expect(segment().seq(1).length(100));
            tcp.receive(ack(101).window(0)).expectNothing();
            tcp.expectAfter(1000, segment().seq(101).length(1));
            tcp.receive(ack(101).window(0)).expectNothing();
            tcp.expectAfter(2000, segment().seq(101).length(1));
            tcp.receive(ack(101).window(0)).expectNothing();
            tcp.expectAfter(4000, segment().seq(101).length(1));
            tcp.expectCount(Counter.TCP_ZERO_WINDOW_PROBES, 3);
            // RFC 9293 §3.8.6.1 (MUST-37): as long as it is answered, the connection lives.
            tcp.receive(ack(101).window(1000)).expect(segment().seq(101).length(400));
            tcp.receive(ack(501)).expectNothingFor(5000);
        }
    }

    @Test
    void theOctetOfAProbeMayBeTaken() {
        try (var tcp = harness().window(100).established()) {
            tcp.write(500).expect(segment().seq(1).length(100));
            tcp.receive(ack(101).window(0)).expectNothing();
            tcp.expectAfter(1000, segment().seq(101).length(1));
            tcp.receive(ack(102).window(0)).expectNothing();
            tcp.expectAfter(1000, segment().seq(102).length(1)).skip();
            tcp.receive(ack(102).window(1000)).expect(segment().seq(102).length(399));
        }
    }

    @Test
    void answeredProbesKeepTheConnectionAliveForHours() {
        try (var tcp = harness().window(100).established()) {
            tcp.write(500).expect(segment().seq(1).length(100));
            tcp.receive(ack(101).window(0));
            for (int minutes = 0; minutes < 120; minutes++) {
                tcp.advance(Duration.ofMillis(0));
                while (true) {
                    SentSegment probe = tcp.poll();
                    if (probe == null) {
                        break;
                    }
                    Assertions.assertThat(probe.payload()).hasSize(1);
                }
                tcp.receive(ack(101).window(0)).expectNothing();
                advanceToNext(tcp);
            }
            tcp.skip().expectState(TcpState.ESTABLISHED);
            tcp.receive(ack(101).window(1000)).expect(segment().seq(101).length(400));
        }
    }

    private static void advanceToNext(TcpHarness tcp) {
        for (int i = 0; i < 70; i++) {
            SentSegment next = tcp.poll();
            if (next != null) {
                return;
            }
            tcp.advance(1000);
            if (tcp.poll() != null) {
                return;
            }
        }
        throw new AssertionError("no probe for 70 s\n" + tcp.trace());
    }

    // RFC 9293 §3.8.6.1 with §3.9.1: probes that nobody answers end the connection some time.
    @Test
    void unansweredProbesEndTheConnection() {
        try (var tcp = harness().window(100).established()) {
            tcp.run(() -> tcp.connection().userTimeout(Duration.ofSeconds(20)));
            tcp.write(500).expect(segment().seq(1).length(100));
            tcp.receive(ack(101).window(0)).expectNothing();
            for (int i = 0; i < 4; i++) {
                tcp.expectAfter(1000L << i, segment().seq(101).length(1));
            }
            tcp.expectAfter(16_000, rst(101).flags(TcpHeader.RST | TcpHeader.ACK));
            tcp.expectClosed(CloseReason.TIMED_OUT);
        }
    }

    // RFC 9293 §3.8.6 (MUST-34): a peer that shrinks its window makes nothing fail.
    @Test
    void aShrunkWindowIsHandled() {
        try (var tcp = harness().established()) {
            tcp.write(10 * MSS);
            expectParts(tcp, 0, 10);
            tcp.receive(ack(1 + MSS).window(1000)).expectNothing();
            tcp.expectAfter(1000, part(1));
            tcp.receive(ack(1 + 10 * MSS).window(1000)).expectNothing();
            tcp.write(500).expect(segment().seq(1 + 10L * MSS).length(500));
        }
    }

    // RFC 9293 §3.10.7.4, fifth: an older segment does not change the window.
    @Test
    void anOldSegmentDoesNotChangeTheWindow() {
        try (var tcp = harness().established()) {
            tcp.receive(segment().seq(1).length(10).window(5000)).expect(ack(11));
            tcp.receive(segment().seq(1).length(10).window(100)).skip();
            tcp.write(3000).expect(part(0)).expect(part(1)).skip();
        }
    }
}
