package io.ringway.testkit.swarm;

/**
 * Watches a soak: whether replies keep coming, and how long the longest took. On the swarm's
 * thread.
 */
public final class SoakWatch implements SwarmListener {
    private long seen;
    private long sinceNs = Long.MIN_VALUE;
    private long longestSilenceNs;
    private long longestRoundTripNs;

    @Override
    public void onMessage(long roundTripNs) {
        longestRoundTripNs = Math.max(longestRoundTripNs, roundTripNs);
    }

    /** Looks how far the clients have come; to be called again and again while all are open. */
    public void look(Clients clients, long nowNs) {
        long now = clients.messages();
        if (sinceNs == Long.MIN_VALUE || now != seen) {
            seen = now;
            sinceNs = nowNs;
        }
        longestSilenceNs = Math.max(longestSilenceNs, nowNs - sinceNs);
    }

    /** The longest time in which not one reply came. */
    public long longestSilenceNs() {
        return longestSilenceNs;
    }

    /** The longest that a request had to wait for its reply. */
    public long longestRoundTripNs() {
        return longestRoundTripNs;
    }
}
