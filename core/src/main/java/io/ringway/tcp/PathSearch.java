package io.ringway.tcp;

import io.ringway.wire.Seq;

/**
 * The search of one connection for the largest segments that its path takes, by probes: segments of
 * the stream that are larger than the others (RFC 4821 §7, RFC 8899 §5). Sizes are octets of
 * payload, options taken off, so that what is searched for is the MSS of the TCB.
 *
 * <p>What is tried first is the largest that may be, because most paths take it; then the middle
 * between what is known to pass and what is known not to. A size is given up when so many probes of
 * it were lost that chance is a poor explanation.
 *
 * <p>Only connections that have reason to search have one. The lane's.
 */
final class PathSearch {
    /** A gain of fewer octets is not worth a probe. */
    static final int STEP = 8;

    /** Probes of one size (MAX_PROBES of RFC 8899 §5.1.2). */
    static final int PROBES = 3;

    /** The largest that the peer and the first link take. */
    final int limit;

    /** Full segments vanished, or a router said so: it is worth telling what does pass. */
    boolean isNarrow;

    private final long raiseNs;

    /** The smallest size that is known not to pass; limit + 1 when there is none. */
    private int high;

    /** What is tried, or 0 when that is to be chosen. */
    private int candidate;

    private int failures;
    private boolean isOver;
    private long notBeforeNs;

    private boolean isOut;
    private int start;
    private int end;

    PathSearch(int limit, long raiseNs) {
        this.limit = limit;
        this.raiseNs = raiseNs;
        this.high = limit + 1;
    }

    /** Begins anew, not before the time is come: nothing is known to be too large then. */
    void begin(long atNs) {
        high = limit + 1;
        candidate = 0;
        failures = 0;
        isOver = false;
        notBeforeNs = atNs;
    }

    /** What to try now beyond {@code mss}, which passes; 0 when nothing is to be tried. */
    int next(int mss, long nowNs) {
        if (isOut || mss >= limit || nowNs - notBeforeNs < 0) {
            return 0;
        }
        if (isOver) {
            begin(nowNs);
        }
        if (candidate <= mss || candidate >= high) {
            failures = 0;
            candidate = high > limit ? limit : (mss + high) >>> 1;
        }
        return candidate;
    }

    /** A smaller size than {@link #next} said is tried, there being no more to send. */
    void tryInstead(int size) {
        if (size != candidate) {
            candidate = size;
            failures = 0;
        }
    }

    /** The probe went out, with the sequence numbers {@code [start, end)}. */
    void onSent(int startSeq, int endSeq) {
        isOut = true;
        start = startSeq;
        end = endSeq;
    }

    boolean isOut() {
        return isOut;
    }

    int start() {
        return start;
    }

    int end() {
        return end;
    }

    /** Whether the probe that is out carries this sequence number. */
    boolean carries(int seq) {
        return isOut && Seq.afterOrEqual(seq, start) && Seq.before(seq, end);
    }

    /**
     * The probe arrived.
     *
     * @return its size, which is the MSS from now on
     */
    int onArrived(long nowNs) {
        isOut = false;
        int size = end - start;
        candidate = 0;
        endIfNear(size, nowNs);
        return size;
    }

    /** The probe was lost, and nothing beside it, so that it was its size most likely. */
    void onLost(int mss, long nowNs) {
        isOut = false;
        failures++;
        if (failures >= PROBES) {
            tooLarge(mss, nowNs);
        }
    }

    /** A router said that the probe is too large, and what it takes. */
    void onTooBig(int claimed, int mss, long nowNs) {
        isOut = false;
        tooLarge(mss, nowNs);
        if (claimed > mss && claimed < high) {
            candidate = claimed;
        }
    }

    private void tooLarge(int mss, long nowNs) {
        high = candidate;
        candidate = 0;
        endIfNear(mss, nowNs);
    }

    private void endIfNear(int mss, long nowNs) {
        failures = 0;
        if (mss >= limit || high - mss <= STEP) {
            isOver = true;
            notBeforeNs = nowNs + raiseNs;
        }
    }

    /** What became of the probe says nothing: other segments were lost with it. */
    void onInconclusive() {
        isOut = false;
    }

    /** Whether nothing is left to be tried for now. */
    boolean isOver() {
        return isOver;
    }
}
