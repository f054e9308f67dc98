package io.ringway.tcp;

/**
 * So many a second and no more, give or take a random half: for challenge ACKs (RFC 5961 §7) and
 * RSTs.
 *
 * <p>A limit that all connections share and that is always the same tells an attacker who spends it
 * on a connection of his own whether others have drawn on it too, which was enough to find and
 * reset the connections of others (CVE-2016-5696). So each second's budget is drawn anew, between
 * half the limit and one and a half; a budget cannot be saved up.
 *
 * <p>One thread owns it.
 */
final class RateLimit {
    private static final long SECOND_NS = 1_000_000_000L;

    private final int perSecond;
    private long random;
    private long periodEndNs;
    private int budget;
    private boolean isStarted;

    /** Makes a limit of {@code perSecond} on average; 0 lets nothing through. */
    RateLimit(int perSecond, long seed) {
        if (perSecond < 0 || perSecond > 1 << 30) {
            throw new IllegalArgumentException(
                    "a rate limit is 0 to 2^30 a second; given " + perSecond);
        }
        this.perSecond = perSecond;
        this.random = seed;
    }

    /** Whether one more may go out now; if so it is taken from the budget. */
    boolean tryTake(long nowNs) {
        if (!isStarted || nowNs - periodEndNs >= 0) {
            isStarted = true;
            periodEndNs = nowNs + SECOND_NS;
            budget = drawBudget();
        }
        if (budget == 0) {
            return false;
        }
        budget--;
        return true;
    }

    private int drawBudget() {
        if (perSecond == 0) {
            return 0;
        }
        random += Mix.GOLDEN;
        int spread = (int) ((Mix.mix64(random) >>> 1) % (perSecond + 1));
        return Math.max(1, perSecond / 2 + spread);
    }
}
