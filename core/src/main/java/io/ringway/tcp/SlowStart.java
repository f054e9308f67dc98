package io.ringway.tcp;

/**
 * Slow start, which the algorithms share (RFC 5681 §3.1, RFC 3465 §2.2), and the limit of every
 * window. Pure.
 */
final class SlowStart {
    /** No window grows beyond this, the largest that window scaling can offer (RFC 7323 §2.3). */
    static final int MAXIMUM_CWND = 1 << 30;

    /**
     * The segments that one ACK may add. RFC 3465 §2.3 says 2; but receivers that join segments
     * acknowledge a whole super-frame at once, and slow start would not double for them. RFC 9406
     * §4.2 says 8.
     */
    static final int SEGMENTS_AN_ACK = 8;

    /** No window has so many. */
    static final int MOST_SEGMENTS_AN_ACK = 65_535;

    private SlowStart() {}

    /**
     * What a reduction starts from: what is in flight (RFC 5681 §3.1, RFC 9438 §4.6), but never
     * more than cwnd, so that a loss while cwnd is on its way up, or what limited transmit added,
     * cannot make the window larger.
     */
    static int inFlight(CongestionState state, int inFlightOctets) {
        return Math.min(inFlightOctets, state.cwnd);
    }

    /**
     * Adds what was acknowledged, by one ACK not more than {@link CongestionState#segmentsAnAck}
     * segments unless pacing smoothes it (RFC 9406 §4.2), and after a time-out not more than one,
     * because such an ACK also covers what the peer had all along (RFC 3465 §2.3). The first slow
     * start ends by {@link HyStart}.
     */
    static void onAck(CongestionState state, AckSample sample, long nowNs) {
        int growth = sample.ackedOctets;
        if (state.isAfterTimeout) {
            growth = Math.min(growth, state.mss);
        } else if (!state.isPaced) {
            growth = (int) Math.min(growth, (long) state.segmentsAnAck * state.mss);
        }
        if (state.ssthresh == Integer.MAX_VALUE) {
            growth = state.hyStart.onAck(state, sample, growth, nowNs);
        }
        state.cwnd = limit((long) state.cwnd + growth);
    }

    /** The window, or the largest that there is. */
    static int limit(long cwnd) {
        return (int) Math.min(cwnd, MAXIMUM_CWND);
    }
}
