package io.ringway.tcp;

/**
 * HyStart++ (RFC 9406): leaves the first slow start before the path's queue overflows, when the
 * round trips of a round have become longer than those of the round before. What looks like that
 * may be jitter, so the window grows on at a quarter of the pace for some rounds (Conservative Slow
 * Start), and as fast as before should the round trips shorten again.
 *
 * <p>A round ends when what was sent after its begin is acknowledged; it is told by the count of
 * delivered octets instead of by a sequence number. Part of {@link CongestionState}.
 */
final class HyStart {
    /** The least growth of the round trip that counts (§4.3). */
    static final long MIN_RTT_THRESHOLD_NS = 4_000_000;

    /** The growth that counts in any case. */
    static final long MAX_RTT_THRESHOLD_NS = 16_000_000;

    /** Between the two, an eighth of the round trip counts. */
    static final int MIN_RTT_DIVISOR = 8;

    /** Round trips to be measured in a round before it is judged. */
    static final int SAMPLES = 8;

    /** Conservative Slow Start grows by this part of what slow start would. */
    static final int CSS_GROWTH_DIVISOR = 4;

    /** Rounds of Conservative Slow Start, the one that it began in included. */
    static final int CSS_ROUNDS = 5;

    private static final long NONE = Long.MAX_VALUE;

    /** Octets delivered when the round ends (windowEnd). */
    private long roundEnd;

    private long lastRoundMinRttNs;
    private long roundMinRttNs;
    private int samples;

    /** The round trip at which Conservative Slow Start began; NONE outside of it. */
    private long cssBaselineNs;

    private int cssRounds;

    HyStart() {
        reset();
    }

    /** Makes it that of a connection which begins to send. */
    void reset() {
        roundEnd = 0;
        lastRoundMinRttNs = NONE;
        roundMinRttNs = NONE;
        samples = 0;
        cssBaselineNs = NONE;
        cssRounds = 0;
    }

    boolean isConservative() {
        return cssBaselineNs != NONE;
    }

    /**
     * Takes in an ACK of the first slow start.
     *
     * @param growth octets that slow start would add to cwnd
     * @return how many to add; when it is over, ssthresh was set to the window that it leads to
     */
    int onAck(CongestionState state, AckSample sample, int growth) {
        boolean isRoundOver = sample.delivered > 0 && sample.priorDelivered >= roundEnd;
        int grown = isConservative() ? growth / CSS_GROWTH_DIVISOR : growth;
        if (sample.rttNs > 0) {
            roundMinRttNs = Math.min(roundMinRttNs, sample.rttNs);
            samples++;
            judge();
        }
        if (isRoundOver) {
            endRound(state, sample, grown);
        }
        return grown;
    }

    private void judge() {
        if (samples < SAMPLES) {
            return;
        }
        if (isConservative()) {
            if (roundMinRttNs < cssBaselineNs) {
                // It was jitter: slow start goes on.
                cssBaselineNs = NONE;
            }
            return;
        }
        if (lastRoundMinRttNs == NONE) {
            return;
        }
        long threshold =
                Math.clamp(
                        lastRoundMinRttNs / MIN_RTT_DIVISOR,
                        MIN_RTT_THRESHOLD_NS,
                        MAX_RTT_THRESHOLD_NS);
        if (roundMinRttNs >= lastRoundMinRttNs + threshold) {
            cssBaselineNs = roundMinRttNs;
            cssRounds = 0;
        }
    }

    private void endRound(CongestionState state, AckSample sample, int grown) {
        roundEnd = sample.delivered;
        lastRoundMinRttNs = roundMinRttNs;
        roundMinRttNs = NONE;
        samples = 0;
        if (isConservative() && ++cssRounds >= CSS_ROUNDS) {
            state.ssthresh = SlowStart.limit((long) state.cwnd + grown);
        }
    }
}
