package io.ringway.ip;

/**
 * Limits how many answers of one kind leave in a second, with a small burst (RFC 1812 §4.3.2.8, RFC
 * 4443 §2.4 f).
 *
 * <p>The cost of an answer varies at random, so that nobody can count from outside how many answers
 * others drew, and learn from it which ports are open (as in CVE-2020-25705).
 */
final class IcmpLimiter {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final int BURST_DIVISOR = 10;

    private final SeededRandom random;
    private final long intervalNs;
    private final long burstNs;
    private boolean isFresh = true;
    private long paidUntilNs;

    /**
     * @param perSecond answers in a second; 0 lets none pass
     * @param random for the varying cost
     */
    IcmpLimiter(int perSecond, SeededRandom random) {
        this.random = random;
        this.intervalNs = perSecond == 0 ? 0 : Math.max(1, SECOND_NS / perSecond);
        this.burstNs = Math.max(intervalNs * Math.max(10, perSecond / BURST_DIVISOR), intervalNs);
    }

    /** Whether one more answer may go out now; if so, it is paid for. */
    boolean take(long nowNs) {
        if (intervalNs == 0) {
            return false;
        }
        if (isFresh || paidUntilNs < nowNs) {
            isFresh = false;
            paidUntilNs = nowNs;
        }
        if (paidUntilNs - nowNs >= burstNs) {
            return false;
        }
        paidUntilNs += intervalNs / 2 + random.below(intervalNs);
        return true;
    }
}
