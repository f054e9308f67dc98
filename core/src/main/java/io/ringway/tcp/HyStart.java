package io.ringway.tcp;

/**
 * HyStart++ (RFC 9406): leaves the first slow start before the path's queue overflows, when the
 * round trips of a round have become longer than those of the round before. What looks like that
 * may be jitter, so the window grows on at a quarter of the pace for some rounds (Conservative Slow
 * Start), and as fast as before should the round trips shorten again.
 *
 * <p>The shortest round trip of a round is that of its first segments, which found the queue that
 * the round before had left: what it says is a round trip old, and the window twice as large by
 * then, too large for a queue of one BDP. So the ACK train of the first HyStart (Ha and Rhee, 2011)
 * is there as well: when the ACKs of a round have come without a gap for half of the shortest round
 * trip, and the last of them show longer round trips, the window is about to be what the path
 * holds. The RFC left trains out because ACKs may be spread by other things than the bottleneck;
 * here one ends nothing by itself. The window only stands still until the round trips that this
 * window makes are known: slow start is over if all of them are longer, and goes on if not.
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

    /** ACKs farther apart are not of one train, unless the round trip is long. */
    static final long TRAIN_GAP_NS = 2_000_000;

    /** Round trips in a row that must be longer, so that one which was held up is not enough. */
    static final int TRAIN_SAMPLES = 4;

    /** The part of the least round trip by which the last ones of a train must be longer. */
    static final int TRAIN_RTT_DIVISOR = 5;

    /** By how much they must be longer at least. */
    static final long MIN_TRAIN_THRESHOLD_NS = 1_000_000;

    /**
     * The rounds until the window that stood still has made its round trips: the one in which the
     * train came, and the one in which what had been sent before is acknowledged.
     */
    private static final int HOLD_ROUNDS = 2;

    private static final long NONE = Long.MAX_VALUE;

    /** Octets delivered when the round ends (windowEnd). */
    private long roundEnd;

    private long lastRoundMinRttNs;
    private long roundMinRttNs;
    private int samples;

    /** The round trip at which Conservative Slow Start began; NONE outside of it. */
    private long cssBaselineNs;

    private int cssRounds;

    // --- the ACK train ---
    private long leastRttNs;
    private long trainStartNs;
    private long trainEndNs;

    /** The least of the latest round trips, which are counted up to {@link #TRAIN_SAMPLES}. */
    private long latestMinRttNs;

    private int latestSamples;

    /** Whether the window stands still after a train, and how many rounds ended since. */
    private boolean isHolding;

    private int heldRounds;

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
        leastRttNs = NONE;
        trainStartNs = 0;
        trainEndNs = 0;
        latestMinRttNs = NONE;
        latestSamples = 0;
        isHolding = false;
        heldRounds = 0;
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
    int onAck(CongestionState state, AckSample sample, int growth, long nowNs) {
        boolean isRoundOver = sample.delivered > 0 && sample.priorDelivered >= roundEnd;
        int grown = isConservative() ? growth / CSS_GROWTH_DIVISOR : growth;
        if (isRoundOver) {
            trainStartNs = nowNs;
            trainEndNs = nowNs;
        }
        if (isHolding || isPipeFull(sample, nowNs)) {
            isHolding = true;
            grown = 0;
        }
        if (sample.rttNs > 0) {
            roundMinRttNs = Math.min(roundMinRttNs, sample.rttNs);
            samples++;
            judge(state);
        }
        if (isRoundOver) {
            endRound(state, sample, grown);
        }
        return grown;
    }

    /** Whether the train is long enough, and a queue grows. */
    private boolean isPipeFull(AckSample sample, long nowNs) {
        if (sample.rttNs > 0) {
            leastRttNs = Math.min(leastRttNs, sample.rttNs);
            latestMinRttNs = Math.min(latestMinRttNs, sample.rttNs);
            latestSamples++;
        }
        if (leastRttNs == NONE) {
            return false;
        }
        if (nowNs - trainEndNs <= Math.max(TRAIN_GAP_NS, leastRttNs / MIN_RTT_DIVISOR)) {
            trainEndNs = nowNs;
        }
        if (latestSamples < TRAIN_SAMPLES) {
            return false;
        }
        boolean isLonger = latestMinRttNs >= leastRttNs + trainThresholdNs();
        latestMinRttNs = NONE;
        latestSamples = 0;
        return isLonger && trainEndNs - trainStartNs >= leastRttNs / 2;
    }

    private long trainThresholdNs() {
        return Math.clamp(
                leastRttNs / TRAIN_RTT_DIVISOR, MIN_TRAIN_THRESHOLD_NS, MAX_RTT_THRESHOLD_NS);
    }

    private void judge(CongestionState state) {
        if (samples < SAMPLES) {
            return;
        }
        if (isHolding && heldRounds >= HOLD_ROUNDS) {
            endHold(state);
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

    private void endHold(CongestionState state) {
        isHolding = false;
        heldRounds = 0;
        if (roundMinRttNs != NONE && roundMinRttNs >= leastRttNs + trainThresholdNs()) {
            state.ssthresh = state.cwnd;
        }
    }

    private void endRound(CongestionState state, AckSample sample, int grown) {
        roundEnd = sample.delivered;
        if (isHolding && ++heldRounds > HOLD_ROUNDS) {
            endHold(state);
        }
        lastRoundMinRttNs = roundMinRttNs;
        roundMinRttNs = NONE;
        samples = 0;
        if (isConservative() && ++cssRounds >= CSS_ROUNDS) {
            state.ssthresh = SlowStart.limit((long) state.cwnd + grown);
        }
    }
}
