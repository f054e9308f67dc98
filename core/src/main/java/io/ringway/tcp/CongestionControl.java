package io.ringway.tcp;

/**
 * One congestion-control algorithm. It has no state of its own: what it remembers of a connection
 * lies in the {@link CongestionState} it is given, so that one instance serves a whole lane.
 *
 * <p>All amounts are octets. Called by the lane only; allocates nothing.
 */
public interface CongestionControl {
    /** The name by which it is chosen: {@code cubic}. */
    String name();

    /**
     * New data was acknowledged outside of recovery.
     *
     * @param ackedOctets octets newly acknowledged, by the cumulative ACK and by SACK
     * @param rttNs the latest sample, or -1 when this ACK gave none
     * @param isLimited whether cwnd was what held the sender back; when not, cwnd is not to grow
     *     (RFC 7661 in small)
     */
    void onAck(CongestionState state, int ackedOctets, long rttNs, boolean isLimited, long nowNs);

    /**
     * Loss was detected and recovery begins: sets ssthresh, and cwnd to it (RFC 5681 §3.2, RFC 6675
     * §5).
     */
    void onLoss(CongestionState state, int inFlightOctets, long nowNs);

    /**
     * Recovery from a loss or a time-out is over: all that was outstanding when it began is
     * acknowledged.
     */
    void onRecovered(CongestionState state, long nowNs);

    /**
     * The retransmission timer expired for the first time since new data was acknowledged: cwnd is
     * one segment.
     */
    void onTimeout(CongestionState state, int inFlightOctets, long nowNs);
}
