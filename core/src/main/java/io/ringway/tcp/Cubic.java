package io.ringway.tcp;

/**
 * CUBIC (RFC 9438): after a loss the window returns to where it was along a cubic curve of time,
 * flat around the old maximum and steep away from it, and never grows slower than Reno's would.
 *
 * <p>The RFC's windows are segments; these are octets, so a factor of MSS stands where the RFC has
 * a constant number of segments. Stateless; one instance serves everybody.
 */
final class Cubic implements CongestionControl {
    /** The multiplicative decrease factor, β_cubic (§4.6). */
    static final double BETA = 0.7;

    /** How steep the curve is, in segments a cubic second (§5). */
    static final double C = 0.4;

    /**
     * Reno's additive increase that gives, with β_cubic, the same average window as Reno: α_cubic
     * (§4.3).
     */
    static final double ALPHA = 3 * (1 - BETA) / (1 + BETA);

    private static final double SECOND_NS = 1e9;

    @Override
    public String name() {
        return "cubic";
    }

    @Override
    public boolean needsEveryAck() {
        return false;
    }

    @Override
    public void onAck(CongestionState state, AckSample sample, long nowNs) {
        if (sample.isInRecovery || sample.hasEce) {
            // RFC 3168 §6.1.2: an ACK with ECE does not let the window grow.
            return;
        }
        skipIdleTime(state, sample.isLimited, nowNs);
        if (!sample.isLimited) {
            return;
        }
        if (state.isInSlowStart()) {
            SlowStart.onAck(state, sample, nowNs);
            return;
        }
        if (state.epochStartNs == 0) {
            beginEpoch(state, nowNs);
        }
        avoidCongestion(state, sample.ackedOctets, nowNs);
    }

    /**
     * The curve counts only time in which cwnd was what held the sender back (§5.8): the epoch
     * moves on by the time since the last ACK when it was not, and by what is beyond two round
     * trips when it was, because a busy sender hears an ACK more often than that.
     */
    private static void skipIdleTime(CongestionState state, boolean isLimited, long nowNs) {
        if (state.epochStartNs != 0) {
            long sinceNs = nowNs - state.lastAckNs;
            long busyNs = isLimited ? 2 * state.srttNs : 0;
            if (sinceNs > busyNs && (!isLimited || state.srttNs > 0)) {
                state.epochStartNs += sinceNs - busyNs;
            }
        }
        state.lastAckNs = nowNs;
    }

    private static void beginEpoch(CongestionState state, long nowNs) {
        state.isAfterTimeout = false;
        state.epochStartNs = nowNs == 0 ? 1 : nowNs;
        state.epochWindow = state.cwnd;
        state.renoWindow = state.cwnd;
        state.growth = 0;
        if (state.cwnd < state.maxWindow) {
            // §4.2 equation (2): K = cbrt((W_max - cwnd_epoch) / C).
            state.cubicK = Math.cbrt((state.maxWindow - state.cwnd) / state.mss / C);
        } else {
            // §4.8 and §4.10: without a reduction before it, the curve begins at its flat part.
            state.maxWindow = state.cwnd;
            state.cubicK = 0;
        }
    }

    private static void avoidCongestion(CongestionState state, int ackedOctets, long nowNs) {
        double seconds = (nowNs - state.epochStartNs) / SECOND_NS;
        double window = window(state, seconds);
        double reno = growReno(state, ackedOctets);
        if (window < reno) {
            // §4.3: in the Reno-friendly region cwnd is W_est.
            state.cwnd = Math.max(state.cwnd, SlowStart.limit((long) reno));
            state.growth = 0;
            return;
        }
        // §4.4 and §4.5: toward where the curve will be in a round trip, by (target - cwnd) / cwnd
        // a segment.
        double ahead = window(state, seconds + state.srttNs / SECOND_NS);
        double target = Math.min(Math.max(ahead, state.cwnd), 1.5 * state.cwnd);
        state.growth += (target - state.cwnd) / state.cwnd * ackedOctets;
        long whole = (long) state.growth;
        state.growth -= whole;
        state.cwnd = SlowStart.limit(state.cwnd + whole);
    }

    /** W_cubic(t) = C (t - K)^3 + W_max (§4.2 equation (1)). */
    private static double window(CongestionState state, double seconds) {
        double offset = seconds - state.cubicK;
        return C * state.mss * offset * offset * offset + state.maxWindow;
    }

    /**
     * W_est grows by α_cubic segments a round trip, by a whole one once it is back at the window
     * before (§4.3).
     */
    private static double growReno(CongestionState state, int ackedOctets) {
        double alpha = state.renoWindow < state.priorWindow ? ALPHA : 1;
        double grown = state.renoWindow + alpha * state.mss * ackedOctets / state.wholeWindow();
        state.renoWindow = Math.min(grown, SlowStart.MAXIMUM_CWND);
        return state.renoWindow;
    }

    @Override
    public void onLoss(CongestionState state, int inFlightOctets, long nowNs) {
        // §4.7, fast convergence: who is reduced again before being back gives room to newcomers.
        boolean isFalling = state.cwnd < state.maxWindow;
        state.maxWindow = isFalling ? state.cwnd * (1 + BETA) / 2 : state.cwnd;
        reduce(state, inFlightOctets);
        state.cwnd = state.ssthresh;
    }

    @Override
    public void onRecovered(CongestionState state, long nowNs) {
        state.isAfterTimeout = false;
        state.cwnd = Math.min(state.cwnd, state.ssthresh);
        state.epochStartNs = 0;
    }

    @Override
    public void onTimeout(CongestionState state, int inFlightOctets, long nowNs) {
        // §4.8: as Reno, but with β_cubic; W_max will be the window with which congestion avoidance
        // begins.
        reduce(state, inFlightOctets);
        state.cwnd = state.mss;
        state.maxWindow = 0;
        state.isAfterTimeout = true;
    }

    private static void reduce(CongestionState state, int inFlightOctets) {
        int inFlight = SlowStart.inFlight(state, inFlightOctets);
        state.priorWindow = state.cwnd;
        // §4.6: ssthresh = flight_size * β_cubic, two segments at least.
        state.ssthresh = Math.max((int) (inFlight * BETA), 2 * state.mss);
        state.epochStartNs = 0;
        state.growth = 0;
    }
}
