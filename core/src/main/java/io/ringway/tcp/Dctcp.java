package io.ringway.tcp;

/**
 * DCTCP (RFC 8257), for networks whose switches mark early and whose hosts all use it: instead of
 * halving, the window shrinks by the part of the octets that were marked. What a loss does, and how
 * the window grows, is NewReno's.
 *
 * <p>Stateless; one instance serves everybody.
 */
final class Dctcp implements CongestionControl {
    /** The weight of a new window in the estimate, g (§4.2). */
    static final double GAIN = 1.0 / 16;

    /** How long the estimate outlives a pause. */
    private static final long KEEPS_NS = 1_000_000_000L;

    private static final NewReno RENO = new NewReno();

    /** What it remembers of a connection. */
    static final class Estimate {
        /** The part of the octets that are marked, smoothed (DCTCP.Alpha). */
        double alpha;

        long ackedOctets;
        long markedOctets;

        /** Octets delivered when the window of observation ends (DCTCP.WindowEnd). */
        long windowEnd;
    }

    @Override
    public String name() {
        return "dctcp";
    }

    @Override
    public Object newMemory() {
        return new Estimate();
    }

    @Override
    public long keepsMemoryNs() {
        return KEEPS_NS;
    }

    @Override
    public boolean echoesEachMark() {
        return true;
    }

    private static Estimate estimate(CongestionState state) {
        if (state.memory instanceof Estimate estimate) {
            return estimate;
        }
        throw new IllegalStateException("not a connection of DCTCP's");
    }

    @Override
    public void onStart(CongestionState state, long nowNs) {
        Estimate estimate = estimate(state);
        // §4.2: 1 at first, so that the first mark halves the window.
        estimate.alpha = 1;
        estimate.ackedOctets = 0;
        estimate.markedOctets = 0;
        estimate.windowEnd = 0;
    }

    @Override
    public void onAck(CongestionState state, AckSample sample, long nowNs) {
        Estimate estimate = estimate(state);
        estimate.ackedOctets += sample.ackedOctets;
        if (sample.hasEce) {
            estimate.markedOctets += sample.ackedOctets;
        }
        if (sample.priorDelivered >= estimate.windowEnd && estimate.ackedOctets > 0) {
            // §3.3, steps 3 to 7: the window of observation, about a round trip, is over.
            double part = (double) estimate.markedOctets / estimate.ackedOctets;
            estimate.alpha += GAIN * (part - estimate.alpha);
            estimate.windowEnd = sample.delivered;
            estimate.ackedOctets = 0;
            estimate.markedOctets = 0;
        }
        RENO.onAck(state, sample, nowNs);
    }

    /** §3.3, step 9: cwnd = cwnd * (1 - DCTCP.Alpha / 2). */
    @Override
    public void onEcn(CongestionState state, int inFlightOctets, long nowNs) {
        int window = (int) (state.cwnd * (1 - estimate(state).alpha / 2));
        state.ssthresh = Math.max(window, 2 * state.mss);
        state.cwnd = state.ssthresh;
        state.ackedOctets = 0;
    }

    @Override
    public void onLoss(CongestionState state, int inFlightOctets, long nowNs) {
        RENO.onLoss(state, inFlightOctets, nowNs);
    }

    @Override
    public void onRecovered(CongestionState state, long nowNs) {
        RENO.onRecovered(state, nowNs);
    }

    @Override
    public void onTimeout(CongestionState state, int inFlightOctets, long nowNs) {
        RENO.onTimeout(state, inFlightOctets, nowNs);
    }
}
