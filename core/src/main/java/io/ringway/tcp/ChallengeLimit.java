package io.ringway.tcp;

import java.util.Arrays;

/**
 * How many challenge ACKs may go out (RFC 5961 §7): few for one connection, so that two peers whose
 * states disagree do not answer each other for ever, and not many for all of them together.
 *
 * <p>The first limit is the connection's own: it is kept by the number of the connection, nothing
 * of it is shared, and so nobody learns by drawing on his own what was drawn on another's
 * (CVE-2016-5696). The second is shared and therefore random, see {@link RateLimit}.
 *
 * <p>It costs no memory before the first challenge, and then an int for each number up to the
 * highest. One thread owns it.
 */
final class ChallengeLimit {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final int COUNT_BITS = 8;

    /** The largest limit of a connection: the count has eight bits. */
    static final int MAXIMUM = (1 << COUNT_BITS) - 1;

    private final RateLimit all;
    private final int perConnection;

    // A second (its 24 lowest bits) and how many went out in it.
    private int[] taken = {};

    /**
     * Makes a limit.
     *
     * @param all the limit that is shared
     * @param perConnection how many a second, 1 to {@link #MAXIMUM}
     */
    ChallengeLimit(RateLimit all, int perConnection) {
        assert perConnection > 0 && perConnection <= MAXIMUM : perConnection;
        this.all = all;
        this.perConnection = perConnection;
    }

    /** Whether one more may go out for the connection of this number; if so it is counted. */
    boolean tryTake(int connection, long nowNs) {
        if (connection >= taken.length) {
            taken = Arrays.copyOf(taken, Math.max(64, Integer.highestOneBit(connection) << 1));
        }
        int second = (int) Math.floorDiv(nowNs, SECOND_NS) << COUNT_BITS;
        int entry = taken[connection];
        int count = (entry & ~MAXIMUM) == second ? entry & MAXIMUM : 0;
        if (count >= perConnection || !all.tryTake(nowNs)) {
            return false;
        }
        taken[connection] = second | count + 1;
        return true;
    }
}
