package io.ringway.tcp;

import org.jspecify.annotations.Nullable;

/**
 * One congestion-control algorithm. It has no state of its own: what it remembers of a connection
 * lies in the {@link CongestionState} it is given, so that one instance serves every connection of
 * every lane.
 *
 * <p>All amounts are octets. Called by the lane only; allocates nothing.
 */
public interface CongestionControl {
    /** The name by which it is chosen: {@code cubic}. */
    String name();

    /**
     * An object for what {@link CongestionState} has no field for; it is found in {@link
     * CongestionState#memory}. Made once for each of the lane's Flights and then used for one
     * connection after the other, so {@link #onStart} makes it as new. Null when none is needed.
     */
    default @Nullable Object newMemory() {
        return null;
    }

    /**
     * How long a connection that has nothing under way keeps its memory before it comes to rest, in
     * nanoseconds; with 0 only cwnd, ssthresh and the round-trip times outlive a pause.
     */
    default long keepsMemoryNs() {
        return 0;
    }

    /** A connection begins to send: its state was reset to what survived in the TCB. */
    default void onStart(CongestionState state, long nowNs) {}

    /**
     * An ACK delivered something new, by the cumulative ACK or by SACK; in recovery as well, where
     * {@link AckSample#isInRecovery} says so and cwnd is not to grow unless the algorithm owns it.
     * Not every ACK is told to who does not {@linkplain #needsEveryAck need} it.
     *
     * @param sample what the ACK told; the lane's, not to be kept
     */
    void onAck(CongestionState state, AckSample sample, long nowNs);

    /**
     * Loss was detected and recovery begins: sets ssthresh, and cwnd to it (RFC 5681 §3.2, RFC 6675
     * §5). Until recovery ends cwnd is that of Proportional Rate Reduction, unless the algorithm
     * {@linkplain #ownsRecovery owns it}.
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

    /**
     * A connection that has kept its memory sends again after it had nothing under way; told to
     * algorithms with {@link #keepsMemoryNs} only.
     */
    default void onRestart(CongestionState state, long nowNs) {}

    /**
     * The last loss or time-out was none: what was held for lost had only been late (RFC 4015).
     * Restores what was before it.
     */
    default void onUndo(CongestionState state, long nowNs) {
        state.restore();
    }

    /**
     * The peer echoed a congestion mark, for the first time in this window (RFC 3168 §6.1.2): to be
     * answered as a loss is.
     */
    default void onEcn(CongestionState state, int inFlightOctets, long nowNs) {
        onLoss(state, inFlightOctets, nowNs);
    }

    /**
     * Whether the peer is to hear of every mark, by the echo of RFC 8257 §3.2, instead of one echo
     * a window.
     */
    default boolean echoesEachMark() {
        return false;
    }

    /** Whether the algorithm sets cwnd in recovery itself, so that PRR (RFC 9937) stays out. */
    default boolean ownsRecovery() {
        return false;
    }

    /**
     * Whether {@link #onAck} is to hear also of ACKs of everything outstanding that come when the
     * window was not used, so that they can neither make it grow nor begin or end a recovery. Who
     * needs no such samples says no, and costs nothing while requests and replies come and go.
     */
    default boolean needsEveryAck() {
        return true;
    }

    /** Whether the algorithm is made for pacing, so that its connections are paced by default. */
    default boolean needsPacing() {
        return false;
    }

    /**
     * Octets a second at which to send, or 0 for as fast as cwnd allows: twice cwnd a round trip in
     * slow start, a fifth more than cwnd afterwards.
     */
    default long pacingRate(CongestionState state) {
        if (state.srttNs <= 0) {
            return 0;
        }
        double perSecond = state.cwnd * 1e9 / state.srttNs;
        return (long) (perSecond * (state.isInSlowStart() ? 2.0 : 1.2));
    }
}
