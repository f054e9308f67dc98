package io.ringway.testkit.requirements;

import static io.ringway.testkit.SegmentSpec.ack;
import static io.ringway.testkit.SegmentSpec.rst;
import static io.ringway.testkit.SegmentSpec.segment;
import static io.ringway.testkit.SegmentSpec.syn;
import static io.ringway.testkit.SegmentSpec.synAck;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.memory.Counter;
import io.ringway.tcp.CloseReason;
import io.ringway.tcp.TcpConfig;
import io.ringway.tcp.TcpState;
import io.ringway.testkit.SentSegment;
import io.ringway.testkit.TcpHarness;
import io.ringway.testkit.TcpHarnessBuilder;
import io.ringway.wire.TcpHeader;

import org.junit.jupiter.api.Test;

import java.time.Duration;

/** RFC 9293, appendix B: sending, sending again, giving up, and keep-alive. */
@SuppressWarnings("MethodName") // The names are the RFC's labels.
class SendRowsTest {
    private static final int MSS = TcpHarness.MSS;
    private static final int RST_ACK = TcpHeader.RST | TcpHeader.ACK;

    private static TcpHarnessBuilder slow() {
        return TcpHarness.with().tcp(t -> t.minRtoNs(1_000_000_000L).congestionControl("newreno"));
    }

    // RFC 5681 §3.1 and RFC 6298 §5: the window doubles in slow start, is one segment after a
    // time-out, grows by a segment a round trip beyond ssthresh, and the time-out doubles.
    @Test
    void MUST_19_backOffSlowStartAndCongestionAvoidance() {
        try (var tcp = slow().windowScale(8).established()) {
            tcp.run(() -> tcp.connection().sendBuffer(1 << 20)).write(200 * MSS);
            var peer = new Acknowledging(tcp);
            assertThat(peer.taken()).isEqualTo(10);
            assertThat(peer.roundTrip()).isEqualTo(20);
            tcp.expectAfter(1000, segment().length(MSS)).expectNothing();
            tcp.expectAfter(2000, segment().length(MSS)).expectNothing();
            // The peer had all of it, so all is acknowledged by one ACK.
            tcp.receive(ack(peer.end));
            peer.acked = peer.end;
            assertThat(peer.taken()).isEqualTo(2);
            assertThat(peer.roundTrip()).isEqualTo(4);
            assertThat(peer.roundTrip()).isEqualTo(8);
            // ssthresh is half of the 20 that were out: from there on one segment a round trip.
            assertThat(peer.roundTrip()).isBetween(10, 12);
            int before = peer.roundTrip();
            assertThat(peer.roundTrip()).isEqualTo(before + 1);
            tcp.receive(ack(peer.end)).skip();
        }
    }

    /** Acknowledges what comes, each segment by itself, and counts it. */
    private static final class Acknowledging {
        private final TcpHarness tcp;
        private long acked = 1;
        private long end = 1;

        Acknowledging(TcpHarness tcp) {
            this.tcp = tcp;
        }

        /** Segments that have been sent by now. */
        int taken() {
            int count = 0;
            for (SentSegment sent = tcp.poll(); sent != null; sent = tcp.poll()) {
                end = Math.max(end, sent.end());
                count++;
            }
            return count;
        }

        /** A round trip passes; returns how many segments the ACKs let out. */
        int roundTrip() {
            tcp.advance(50);
            int count = 0;
            for (long last = end; acked < last; ) {
                acked += MSS;
                tcp.receive(ack(acked));
                count += taken();
            }
            return count;
        }
    }

    // RFC 6298 §3: the round trip of what was sent twice says nothing.
    @Test
    void MUST_18_whatWasSentTwiceIsNotMeasured() {
        try (var tcp = slow().established()) {
            tcp.write(100).expect(segment().length(100));
            tcp.expectAfter(1000, segment().length(100));
            // Had this been measured, the time-out would be half a second and more shorter.
            tcp.advance(1).receive(ack(101)).expectNothing();
            tcp.write(100).expect(segment().length(100));
            tcp.expectAfter(2000, segment().length(100));
        }
    }

    @Test
    void MUST_49_theTimeToLiveCanBeSet() {
        try (var tcp = TcpHarness.with().stack(s -> s.ip(ip -> ip.hopLimit(17))).connecting()) {
            tcp.expect(syn());
            assertThat(tcp.lastFrame()[14 + 8]).isEqualTo((byte) 17);
            tcp.receive(synAck()).skip();
            tcp.write(10).skip();
            assertThat(tcp.lastFrame()[14 + 8]).isEqualTo((byte) 17);
        }
    }

    // RFC 9293 §3.8.6.2.1.
    @Test
    void MUST_38_aSmallPartOfTheWindowIsNotUsed() {
        try (var tcp = slow().window(2 * MSS).established()) {
            tcp.write(10_000).expect(segment().length(MSS)).expect(segment().length(MSS));
            tcp.receive(ack(1 + 2 * MSS).window(100)).expectNothing();
            tcp.receive(ack(1 + 2 * MSS).window(MSS - 1)).expectNothing();
            tcp.receive(ack(1 + 2 * MSS).window(MSS)).expect(segment().length(MSS));
        }
    }

    @Test
    void SHLD_7_aSmallSegmentWaitsForTheOneBefore() {
        try (var tcp = slow().established()) {
            tcp.write(10).expect(segment().length(10));
            tcp.write(10).write(10).expectNothing();
            tcp.receive(ack(11)).expect(segment().seq(11).length(20));
        }
    }

    @Test
    void MUST_17_unlessTheApplicationWantsOtherwise() {
        try (var tcp = slow().established()) {
            tcp.run(() -> tcp.connection().noDelay(true));
            tcp.write(10).expect(segment().seq(1).length(10));
            tcp.write(10).expect(segment().seq(11).length(10));
        }
    }

    // --- R1 and R2, RFC 9293 §3.8.3 ---

    /** A connection that is given up 100 s after the first loss, with something outstanding. */
    private static TcpHarness unanswered() {
        TcpHarness tcp = slow().established();
        tcp.write(100).expect(segment().seq(1).length(100));
        return tcp;
    }

    @Test
    void MUST_20_advice_ipAsksForTheNextHop() {
        try (var tcp = unanswered()) {
            long before = tcp.stack().lane(0).counters().get(Counter.ARP_REQUESTS_SENT);
            for (int seconds = 0; seconds < 30; seconds++) {
                tcp.advance(1000).skip();
            }
            assertThat(tcp.stack().lane(0).counters().get(Counter.ARP_REQUESTS_SENT))
                    .isGreaterThan(before);
        }
    }

    @Test
    void MUST_20_close_theConnectionIsGivenUp() {
        try (var tcp = unanswered()) {
            for (int minutes = 0; minutes < 14; minutes++) {
                tcp.advance(Duration.ofMinutes(1)).skip();
            }
            tcp.expectOpen().advance(Duration.ofMinutes(2)).skip();
            tcp.expectClosed(CloseReason.TIMED_OUT);
        }
    }

    @Test
    void MUST_21_theApplicationSetsHowLong() {
        try (var tcp = slow().established()) {
            tcp.run(() -> tcp.connection().userTimeout(Duration.ofSeconds(5)));
            tcp.write(100).expect(segment().seq(1).length(100));
            tcp.expectAfter(1000, segment().seq(1).length(100));
            tcp.expectAfter(2000, segment().seq(1).length(100));
            tcp.expectAfter(4000, rst(101).flags(RST_ACK)).expectClosed(CloseReason.TIMED_OUT);
        }
    }

    @Test
    void SHLD_9_theApplicationIsToldBeforeThat() {
        try (var tcp = unanswered()) {
            tcp.advance(10_000).skip();
            assertThat(tcp.events()).containsOnlyOnce("trouble UNANSWERED");
            tcp.expectOpen().receive(ack(101)).expectNothing();
        }
    }

    @Test
    void SHLD_10_afterThreeRetransmissions() {
        try (var tcp = unanswered()) {
            tcp.expectAfter(1000, segment().length(100)).expectAfter(2000, segment().length(100));
            assertThat(tcp.events()).doesNotContain("trouble UNANSWERED");
            tcp.expectAfter(4000, segment().length(100));
            assertThat(tcp.events()).contains("trouble UNANSWERED");
        }
    }

    @Test
    void SHLD_11_itLastsAHundredSecondsAtLeast() {
        assertThat(TcpConfig.DEFAULT.userTimeoutNs()).isGreaterThanOrEqualTo(100_000_000_000L);
        try (var tcp = unanswered()) {
            for (int seconds = 0; seconds < 100; seconds++) {
                tcp.advance(1000).skip();
            }
            tcp.expectOpen().receive(ack(101)).expectNothing();
        }
    }

    // --- keep-alive, RFC 9293 §3.8.4 ---

    private static TcpHarness keepAlive() {
        TcpHarness tcp = TcpHarness.established();
        Duration minute = Duration.ofMinutes(1);
        return tcp.run(() -> tcp.connection().keepAlive(minute, Duration.ofSeconds(10), 3));
    }

    @Test
    void MAY_5_aSilentPeerIsAsked() {
        try (var tcp = keepAlive()) {
            tcp.expectAfter(60_000, ack(1).seq(0)).receive(ack(1)).expectOpen();
        }
    }

    @Test
    void MUST_24_whereTheApplicationAsksForIt() {
        try (var tcp = TcpHarness.established()) {
            tcp.run(() -> tcp.connection().keepAlive(true));
            tcp.advance(Duration.ofHours(2).plusSeconds(1)).expect(ack(1).seq(0));
            tcp.receive(ack(1)).run(() -> tcp.connection().keepAlive(false));
            tcp.advance(Duration.ofHours(5)).expectNothing();
        }
    }

    @Test
    void MUST_25_otherwiseNot() {
        try (var tcp = TcpHarness.established()) {
            tcp.advance(Duration.ofHours(24)).expectNothing().expectOpen();
        }
    }

    @Test
    void MUST_26_onlyWhenNothingCame() {
        try (var tcp = keepAlive()) {
            for (int i = 0; i < 10; i++) {
                tcp.expectNothingFor(59_000).receive(segment().length(1)).skip();
                tcp.advance(50).skip();
            }
            tcp.write(1).skip();
            // Nor while something is outstanding, which is probing enough.
            tcp.advance(100).skip();
            tcp.receive(ack(2)).expectNothingFor(59_000);
            tcp.expectAfter(1000, ack(11).seq(1)).receive(ack(2));
        }
    }

    @Test
    void MUST_27_theIntervalIsTheApplications() {
        try (var tcp = TcpHarness.established()) {
            Duration idle = Duration.ofSeconds(7);
            tcp.run(() -> tcp.connection().keepAlive(idle, Duration.ofSeconds(2), 5));
            tcp.expectAfter(7000, ack(1).seq(0)).expectAfter(2000, ack(1).seq(0));
            tcp.receive(ack(1)).expectAfter(7000, ack(1).seq(0));
        }
    }

    @Test
    void MUST_28_itIsTwoHoursAtLeast() {
        try (var tcp = TcpHarness.established()) {
            tcp.run(() -> tcp.connection().keepAlive(true));
            tcp.advance(Duration.ofHours(2).minusSeconds(1)).expectNothing();
            tcp.advance(Duration.ofSeconds(2)).expect(ack(1).seq(0));
        }
    }

    @Test
    void MUST_29_aLostAnswerEndsNothing() {
        try (var tcp = keepAlive()) {
            tcp.expectAfter(60_000, ack(1).seq(0)).expectAfter(10_000, ack(1).seq(0));
            tcp.receive(ack(1)).expectOpen().expectState(TcpState.ESTABLISHED);
            tcp.expectAfter(60_000, ack(1).seq(0)).expectAfter(10_000, ack(1).seq(0));
            tcp.expectAfter(10_000, ack(1).seq(0));
            tcp.expectAfter(10_000, rst(1).flags(RST_ACK).withAck(1));
            tcp.expectClosed(CloseReason.KEEPALIVE_TIMED_OUT);
        }
    }

    @Test
    void SHLD_12_aProbeHasNoData() {
        try (var tcp = keepAlive()) {
            tcp.advance(61_000);
            SentSegment probe = tcp.poll();
            assertThat(probe.payload()).isEmpty();
            assertThat(probe.seq()).isZero();
        }
    }
}
