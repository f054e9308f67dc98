package io.ringway.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Offset;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/**
 * RFC 9438's formulas against the window that grows by ACKs in virtual time. Windows here are in
 * segments.
 */
class CubicTest {
    private static final int MSS = 1000;
    private static final double C = 0.4;
    private static final double BETA = 0.7;
    private static final long MS = 1_000_000L;

    private final Cubic cubic = new Cubic();
    private final CongestionState state = new CongestionState();
    private long nowNs = 5 * MS;

    private void start(int segments, int rttMs) {
        state.reset(segments * MSS, Integer.MAX_VALUE, MSS, rttMs * MS);
    }

    private double window() {
        return (double) state.cwnd / MSS;
    }

    /** A round trip in which each segment of the window is acknowledged, evenly. */
    private void roundTrip() {
        int segments = state.cwnd / MSS;
        long step = state.srttNs / segments;
        for (int i = 0; i < segments; i++) {
            nowNs += step;
            cubic.onAck(state, AckSamples.acked(MSS, true), nowNs);
        }
    }

    private void runFor(double seconds) {
        long until = nowNs + (long) (seconds * 1e9);
        while (nowNs < until) {
            roundTrip();
        }
    }

    private void lose() {
        cubic.onLoss(state, state.cwnd, nowNs);
        nowNs += state.srttNs;
        cubic.onRecovered(state, nowNs);
    }

    /** §4.6: ssthresh = flight_size * β_cubic. */
    @Test
    void aLossLeavesSeventyPercent() {
        start(100, 100);
        cubic.onLoss(state, 100 * MSS, nowNs);
        assertThat(state.ssthresh).isEqualTo(70 * MSS);
        assertThat(state.cwnd).isEqualTo(70 * MSS);
        cubic.onLoss(state, 50 * MSS, nowNs);
        assertThat(state.ssthresh).isEqualTo(35 * MSS);
    }

    /** §4.2: after K = cbrt(W_max (1 - β) / C) seconds the window is back at W_max. */
    @Test
    void theWindowIsBackAfterK() {
        start(1000, 100);
        lose();
        double k = Math.cbrt(1000 * (1 - BETA) / C);
        cubic.onAck(state, AckSamples.acked(MSS, true), nowNs);
        assertThat(state.cubicK).isCloseTo(k, Percentage.withPercentage(0.1));
        runFor(k);
        assertThat(window()).isCloseTo(1000, Percentage.withPercentage(1));
    }

    /**
     * §4.2 equation (1), on both sides of the plateau; the window is as of a round trip ahead
     * (§4.4).
     */
    @Test
    void theWindowFollowsTheCurve() {
        start(1000, 50);
        lose();
        double k = Math.cbrt(1000 * (1 - BETA) / C);
        long begin = nowNs;
        for (int step = 0; step < 15; step++) {
            runFor(1);
            double t = (nowNs - begin) / 1e9;
            double curve = C * Math.pow(t - k, 3) + 1000;
            double ahead = C * Math.pow(t + 0.05 - k, 3) + 1000;
            assertThat(window()).as("at %.2f s", t).isBetween(curve * 0.985, ahead * 1.01);
        }
        assertThat(window()).isGreaterThan(1050);
    }

    /** §4.7. */
    @Test
    void fastConvergenceGivesRoomWhenLossesFollow() {
        start(1000, 100);
        lose();
        assertThat(state.maxWindow / MSS).isEqualTo(1000);
        runFor(1);
        double reached = window();
        assertThat(reached).isLessThan(1000);
        lose();
        assertThat(state.maxWindow / MSS).isCloseTo(reached * (1 + BETA) / 2, Offset.offset(0.01));
    }

    @Test
    void aLossAboveTheFormerMaximumKeepsIt() {
        start(1000, 100);
        lose();
        runFor(15);
        double reached = window();
        assertThat(reached).isGreaterThan(1000);
        lose();
        assertThat(state.maxWindow / MSS).isCloseTo(reached, Offset.offset(0.01));
    }

    /**
     * §4.3: with a small window and a short round trip, W_est is above the curve: α_cubic segments
     * a round trip up to the window before the reduction, and then a whole one.
     */
    @Test
    void growsAsRenoWouldWhereThatIsFaster() {
        start(20, 10);
        lose();
        assertThat(window()).isEqualTo(14);
        double alpha = 3 * (1 - BETA) / (1 + BETA);
        for (int i = 0; i < 10; i++) {
            roundTrip();
        }
        assertThat(window()).isCloseTo(14 + 10 * alpha, Offset.offset(0.5));
        while (window() < 20) {
            roundTrip();
        }
        double begin = window();
        for (int i = 0; i < 10; i++) {
            roundTrip();
        }
        assertThat(window()).isCloseTo(begin + 10, Offset.offset(0.7));
    }

    /** §4.4: the window never aims farther than half its size again in a round trip. */
    @Test
    void growthIsHalfTheWindowARoundTripAtMost() {
        start(10, 100);
        state.ssthresh = 2 * MSS;
        cubic.onAck(state, AckSamples.acked(MSS, true), nowNs);
        double before = window();
        // No time-out of idleness: an estimate so long that the gap counts as busy.
        state.srttNs = 600_000 * MS;
        nowNs += 1_000_000 * MS;
        for (int i = 0; i < (int) before; i++) {
            cubic.onAck(state, AckSamples.acked(MSS, true), nowNs);
        }
        assertThat(window()).isBetween(before * 1.4, before * 1.65);
    }

    /** §4.8: after a time-out congestion avoidance begins at the flat part of a new curve. */
    @Test
    void afterATimeoutTheCurveBeginsFlat() {
        start(1000, 100);
        lose();
        cubic.onTimeout(state, state.cwnd, nowNs);
        assertThat(state.cwnd).isEqualTo(MSS);
        while (state.isInSlowStart()) {
            roundTrip();
        }
        double begin = window();
        assertThat(begin).isCloseTo(490, Percentage.withPercentage(1));
        cubic.onAck(state, AckSamples.acked(MSS, true), nowNs);
        assertThat(state.cubicK).isZero();
        assertThat(state.maxWindow / MSS).isCloseTo(begin, Offset.offset(0.1));
        runFor(4);
        assertThat(window()).isBetween(begin + C * 64, begin + C * Math.pow(4.3, 3) + 15);
    }

    /** §5.8: time in which the application had nothing to send is no time on the curve. */
    @Test
    void idleTimeDoesNotCount() {
        start(1000, 100);
        lose();
        runFor(3);
        double before = window();
        nowNs += 3_600_000 * MS;
        roundTrip();
        assertThat(window()).isCloseTo(before, Percentage.withPercentage(3));
    }

    @Test
    void timeWithoutUseOfTheWindowDoesNotCount() {
        start(1000, 100);
        lose();
        runFor(3);
        double before = window();
        for (int i = 0; i < 10_000; i++) {
            nowNs += 10 * MS;
            cubic.onAck(state, AckSamples.acked(MSS, false), nowNs);
        }
        assertThat(window()).isEqualTo(before);
        roundTrip();
        assertThat(window()).isCloseTo(before, Percentage.withPercentage(3));
    }

    @Test
    void timeMayBeginAtZero() {
        start(10, 100);
        state.ssthresh = 2 * MSS;
        cubic.onAck(state, AckSamples.acked(MSS, true), 0);
        assertThat(state.epochStartNs).isNotZero();
    }
}
