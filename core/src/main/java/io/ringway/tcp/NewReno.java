package io.ringway.tcp;

/**
 * The classic: slow start, congestion avoidance by one segment a round trip, and half the window
 * after a loss (RFC 5681, RFC 6582), counting octets rather than ACKs (RFC 3465).
 *
 * <p>Stateless; one instance serves everybody.
 */
final class NewReno implements CongestionControl {
    @Override
    public String name() {
        return "newreno";
    }

    @Override
    public boolean needsEveryAck() {
        return false;
    }

    @Override
    public void onAck(CongestionState state, AckSample sample, long nowNs) {
        // RFC 3168 §6.1.2: an ACK with ECE does not let the window grow.
        if (!sample.isLimited || sample.isInRecovery || sample.hasEce) {
            return;
        }
        if (state.isInSlowStart()) {
            SlowStart.onAck(state, sample, nowNs);
        } else {
            avoidCongestion(state, sample.ackedOctets);
        }
    }

    /**
     * One segment for every window acknowledged (RFC 3465 §2.1), of the window its whole segments:
     * no more are under way in a round trip.
     */
    private static void avoidCongestion(CongestionState state, int ackedOctets) {
        state.isAfterTimeout = false;
        int window = state.wholeWindow();
        long acked = (long) state.ackedOctets + ackedOctets;
        if (acked >= window) {
            acked = Math.min(acked - window, window);
            state.cwnd = SlowStart.limit((long) state.cwnd + state.mss);
        }
        state.ackedOctets = (int) acked;
    }

    @Override
    public void onLoss(CongestionState state, int inFlightOctets, long nowNs) {
        // RFC 5681 §3.1 equation (4); RFC 6675 §5 (4.2) sets cwnd to it as well.
        state.ssthresh = Math.max(SlowStart.inFlight(state, inFlightOctets) / 2, 2 * state.mss);
        state.cwnd = state.ssthresh;
        state.ackedOctets = 0;
    }

    @Override
    public void onRecovered(CongestionState state, long nowNs) {
        state.isAfterTimeout = false;
        // RFC 6582 §3.2 (3): takes back what recovery may have added; after a time-out cwnd is on
        // its way up.
        state.cwnd = Math.min(state.cwnd, state.ssthresh);
        state.ackedOctets = 0;
    }

    @Override
    public void onTimeout(CongestionState state, int inFlightOctets, long nowNs) {
        // RFC 5681 §3.1: half of what was in flight, and a loss window of one segment.
        state.ssthresh = Math.max(SlowStart.inFlight(state, inFlightOctets) / 2, 2 * state.mss);
        state.cwnd = state.mss;
        state.ackedOctets = 0;
        state.isAfterTimeout = true;
    }
}
