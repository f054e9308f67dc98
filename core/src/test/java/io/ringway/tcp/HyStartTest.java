package io.ringway.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** RFC 9406 against its pseudocode, and what it does to a slow start. */
class HyStartTest {
    private static final int MSS = 1000;
    private static final long MS = 1_000_000;

    private final NewReno newReno = new NewReno();
    private final CongestionState state = new CongestionState();
    private final AckSample sample = new AckSample();
    private long delivered;
    private long nowNs = 1;

    private void start() {
        state.reset(10 * MSS, Integer.MAX_VALUE, MSS, 100 * MS);
        delivered = 0;
    }

    /** A round in which each segment is acknowledged by itself, with the same round trip. */
    private void round(long rttNs) {
        int segments = state.cwnd / MSS;
        long sentAt = delivered;
        for (int i = 0; i < segments; i++) {
            ack(rttNs, sentAt);
        }
    }

    private void ack(long rttNs, long priorDelivered) {
        sample.clear();
        sample.ackedOctets = MSS;
        sample.deliveredOctets = MSS;
        delivered += MSS;
        sample.delivered = delivered;
        sample.priorDelivered = priorDelivered;
        sample.rttNs = rttNs;
        sample.isLimited = true;
        newReno.onAck(state, sample, nowNs);
    }

    @Test
    void theWindowDoublesWhileRoundTripsStayAsTheyAre() {
        start();
        for (int round = 0; round < 10; round++) {
            int before = state.cwnd;
            round(100 * MS);
            assertThat(state.cwnd).isEqualTo(2 * before);
        }
        assertThat(state.hyStart.isConservative()).isFalse();
    }

    /** §4.2: an eighth of the round trip counts, 4 ms at least and 16 ms at most. */
    @Test
    void aLongerRoundTripBeginsConservativeSlowStart() {
        long[][] cases = {{10, 13, 14}, {64, 71, 72}, {100, 112, 113}, {200, 215, 216}};
        for (long[] each : cases) {
            start();
            round(each[0] * MS);
            round(each[0] * MS);
            round(each[1] * MS);
            assertThat(state.hyStart.isConservative()).as("%d → %d", each[0], each[1]).isFalse();
            start();
            round(each[0] * MS);
            round(each[0] * MS);
            round(each[2] * MS);
            assertThat(state.hyStart.isConservative()).as("%d → %d", each[0], each[2]).isTrue();
        }
    }

    @Test
    void conservativeSlowStartGrowsByAQuarterAndEndsAfterFiveRounds() {
        start();
        round(50 * MS);
        round(50 * MS);
        round(70 * MS);
        assertThat(state.hyStart.isConservative()).isTrue();
        int rounds = 1;
        while (state.isInSlowStart()) {
            int before = state.cwnd;
            round(70 * MS);
            rounds++;
            assertThat(state.cwnd).isLessThanOrEqualTo(before + before / 4 + MSS);
        }
        // The last of the five ends with the first ACK of what was sent after it.
        assertThat(rounds).isBetween(5, 6);
        assertThat(state.ssthresh).isLessThan(Integer.MAX_VALUE);
        assertThat(state.cwnd).isBetween(state.ssthresh, state.ssthresh + 2 * MSS);
    }

    @Test
    void aShorterRoundTripTakesSlowStartUpAgain() {
        start();
        round(50 * MS);
        round(50 * MS);
        round(70 * MS);
        assertThat(state.hyStart.isConservative()).isTrue();
        round(51 * MS);
        assertThat(state.hyStart.isConservative()).isFalse();
        int before = state.cwnd;
        round(51 * MS);
        assertThat(state.cwnd).isEqualTo(2 * before);
    }

    // --- the ACK train ---

    /** A round whose ACKs come at a steady pace, over so long, each with its own round trip. */
    private void train(long fromRttNs, long toRttNs, long lengthNs) {
        int segments = state.cwnd / MSS;
        long sentAt = delivered;
        for (int i = 0; i < segments; i++) {
            ack(fromRttNs + (toRttNs - fromRttNs) * i / segments, sentAt);
            nowNs += lengthNs / segments;
        }
    }

    @Test
    void aTrainWithLongerRoundTripsHoldsTheWindowUntilThoseOfThisWindowAreKnown() {
        start();
        for (int i = 0; i < 4; i++) {
            train(100 * MS, 105 * MS, 5 * MS);
            nowNs += 95 * MS;
        }
        int before = state.cwnd;
        assertThat(before).isEqualTo(160 * MSS);
        train(100 * MS, 150 * MS, 98 * MS);
        int held = state.cwnd;
        // Half of the round came before the train was long enough.
        assertThat(held).isBetween(before * 14 / 10, before * 16 / 10);
        train(110 * MS, 150 * MS, 100 * MS);
        assertThat(state.cwnd).isEqualTo(held);
        assertThat(state.isInSlowStart()).isTrue();
        train(130 * MS, 150 * MS, 100 * MS);
        assertThat(state.ssthresh).isEqualTo(held);
    }

    @Test
    void slowStartGoesOnWhenTheWindowMakesNoQueue() {
        start();
        for (int i = 0; i < 4; i++) {
            train(100 * MS, 105 * MS, 5 * MS);
            nowNs += 95 * MS;
        }
        train(100 * MS, 150 * MS, 98 * MS);
        int held = state.cwnd;
        train(100 * MS, 110 * MS, 50 * MS);
        train(100 * MS, 110 * MS, 50 * MS);
        assertThat(state.isInSlowStart()).isTrue();
        assertThat(state.cwnd).isGreaterThan(held * 19 / 10);
    }

    /** ACKs spread over the round trip say nothing while the round trips stay short. */
    @Test
    void aTrainAloneIsNothing() {
        start();
        for (int i = 0; i < 6; i++) {
            int before = state.cwnd;
            train(100 * MS, 110 * MS, 98 * MS);
            assertThat(state.cwnd).isEqualTo(2 * before);
        }
    }

    /** §4.2: only the slow start in which ssthresh is arbitrarily high. */
    @Test
    void aLaterSlowStartIsLeftAlone() {
        start();
        state.ssthresh = 4000 * MSS;
        round(50 * MS);
        round(50 * MS);
        round(90 * MS);
        round(190 * MS);
        assertThat(state.hyStart.isConservative()).isFalse();
        assertThat(state.cwnd).isEqualTo(160 * MSS);
    }

    /** The pseudocode of §4.2, with its own names, beside the code, for random round trips. */
    @Test
    void agreesWithThePseudocode() {
        for (long seed = 0; seed < 200; seed++) {
            RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
            start();
            Reference reference = new Reference();
            long base = 1 + random.nextLong(400 * MS);
            for (int i = 0; i < 400 && state.isInSlowStart(); i++) {
                long rtt = base + random.nextLong(1 + base / (1 + random.nextInt(12)));
                long prior = Math.max(0, delivered - random.nextInt(20) * (long) MSS);
                ack(rtt, prior);
                reference.onAck(rtt, delivered, prior);
                assertThat(state.cwnd).as("seed %d, ACK %d", seed, i).isEqualTo(reference.cwnd);
                assertThat(state.ssthresh).as("seed %d", seed).isEqualTo(reference.ssthresh);
            }
        }
    }

    /** §4.2, written down a second time. */
    private static final class Reference {
        private static final double INFINITY = Double.POSITIVE_INFINITY;
        int cwnd = 10 * MSS;
        int ssthresh = Integer.MAX_VALUE;
        private double lastRoundMinRtt = INFINITY;
        private double currentRoundMinRtt = INFINITY;
        private double cssBaselineMinRtt = INFINITY;
        private int rttSampleCount;
        private long windowEnd;
        private boolean isInCss;
        private int cssRound;

        void onAck(long rtt, long delivered, long prior) {
            int increase = isInCss ? MSS / 4 : MSS;
            currentRoundMinRtt = Math.min(currentRoundMinRtt, (double) rtt);
            rttSampleCount++;
            if (rttSampleCount >= 8) {
                if (isInCss) {
                    if (currentRoundMinRtt < cssBaselineMinRtt) {
                        cssBaselineMinRtt = INFINITY;
                        isInCss = false;
                    }
                } else if (lastRoundMinRtt != INFINITY) {
                    double rttThresh =
                            Math.max(4 * MS, Math.min(Math.floor(lastRoundMinRtt / 8), 16 * MS));
                    if (currentRoundMinRtt >= lastRoundMinRtt + rttThresh) {
                        cssBaselineMinRtt = currentRoundMinRtt;
                        isInCss = true;
                        cssRound = 0;
                    }
                }
            }
            if (prior >= windowEnd) {
                windowEnd = delivered;
                lastRoundMinRtt = currentRoundMinRtt;
                currentRoundMinRtt = INFINITY;
                rttSampleCount = 0;
                if (isInCss) {
                    cssRound++;
                    if (cssRound >= 5) {
                        ssthresh = cwnd + increase;
                    }
                }
            }
            cwnd += increase;
        }
    }
}
