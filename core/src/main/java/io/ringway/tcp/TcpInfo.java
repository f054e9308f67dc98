package io.ringway.tcp;

/**
 * What TCP knows of one connection at one moment, in the terms of {@code TCP_INFO}. Immutable, so
 * any thread may read it; the lane makes it.
 *
 * <p>A connection at rest has nothing under way and keeps little: its options, windows and smoothed
 * round trip. What says "while at work" below counts from when the connection last began to send
 * (or to reassemble), and is 0 at rest. Octets are payload, though a FIN counts as one; times are
 * nanoseconds.
 *
 * @param state of RFC 9293 §3.3.2
 * @param lossState how its loss recovery stands
 * @param congestionControl the algorithm by name
 * @param isAtWork whether anything is under way
 * @param options what was negotiated
 * @param times round trips, timers and ages
 * @param windows what may be sent, and what is
 * @param losses what is missing and what was done about it, while at work
 * @param rate how fast the path delivers, while at work
 * @param totals octets and segments each way, while at work
 */
public record TcpInfo(
        TcpState state,
        LossState lossState,
        String congestionControl,
        boolean isAtWork,
        Options options,
        Times times,
        Windows windows,
        Losses losses,
        Rate rate,
        Totals totals) {
    /** How loss recovery stands; the states are those of {@code tcpi_ca_state}. */
    public enum LossState {
        /** Nothing unusual. */
        OPEN,
        /** Something was reported out of order, or acknowledged twice; nothing is held for lost. */
        DISORDER,
        /** The window was reduced because of congestion marks (RFC 3168). */
        CWR,
        /** What was found lost is being repaired. */
        RECOVERY,
        /** The retransmission timer expired. */
        LOSS
    }

    /**
     * What was negotiated.
     *
     * @param timestamps RFC 7323
     * @param selectiveAck RFC 2018
     * @param ecn RFC 3168
     * @param sendScale the shift of the peer's windows
     * @param receiveScale the shift of ours
     */
    public record Options(
            boolean timestamps,
            boolean selectiveAck,
            boolean ecn,
            int sendScale,
            int receiveScale) {}

    /**
     * Round trips, timers and ages.
     *
     * @param rtoNs the retransmission time-out, backed off as it is
     * @param atoNs how long a delayed ACK waits
     * @param srttNs smoothed round trip, 0 before the first sample
     * @param rttvarNs its variation
     * @param minRttNs the shortest round trip while at work, 0 when none was measured
     * @param backoff how often the timer expired in a row
     * @param keepAliveProbes probes without an answer
     * @param sinceSentNs since data was last sent for the first time, -1 when it is all
     *     acknowledged
     * @param sinceReceivedNs since the last segment came, to the millisecond
     * @param busyNs while data was outstanding, in all, while at work
     * @param windowLimitedNs of that, while the peer's window held it back
     * @param bufferLimitedNs of that, while the application waited for room in the send buffer
     */
    public record Times(
            long rtoNs,
            long atoNs,
            long srttNs,
            long rttvarNs,
            long minRttNs,
            int backoff,
            int keepAliveProbes,
            long sinceSentNs,
            long sinceReceivedNs,
            long busyNs,
            long windowLimitedNs,
            long bufferLimitedNs) {}

    /**
     * What may be sent, and what is.
     *
     * @param sendMss octets in a full segment that we send
     * @param receiveMss octets taken for a full segment of the peer's: the same, for want of better
     * @param cwnd congestion window
     * @param ssthresh slow-start threshold, {@link Integer#MAX_VALUE} before the first loss
     * @param sendWindow what the peer offers
     * @param receiveWindow what we offer
     * @param receiveSpace what our window may grow to
     * @param unread octets that wait for the application
     * @param unacknowledged octets sent and not acknowledged
     * @param inFlight of these, octets thought to be in the network
     * @param unsent octets written and not sent
     */
    public record Windows(
            int sendMss,
            int receiveMss,
            int cwnd,
            int ssthresh,
            int sendWindow,
            int receiveWindow,
            int receiveSpace,
            int unread,
            int unacknowledged,
            int inFlight,
            int unsent) {}

    /**
     * What is missing and what was done about it, while at work.
     *
     * @param sackedOctets reported by SACK and not acknowledged
     * @param lostOctets found lost and not yet sent again
     * @param retransmittedOctets sent again and in the network
     * @param retransmissions segments sent again, in all
     * @param isReordering whether the path was seen to reorder; kept at rest
     * @param reorderingQuarters RACK's window in quarters of the shortest round trip
     * @param duplicatesReported DSACKs (RFC 2883)
     */
    public record Losses(
            int sackedOctets,
            int lostOctets,
            int retransmittedOctets,
            int retransmissions,
            boolean isReordering,
            int reorderingQuarters,
            int duplicatesReported) {}

    /**
     * How fast the path delivers, while at work.
     *
     * @param delivered octets that arrived, by ACK and SACK
     * @param deliveredCe of these, octets that the peer says came with a congestion mark
     * @param deliveryRate octets a second by the latest sample, 0 when there is none
     * @param isAppLimited whether the application had too little to send for that sample
     * @param pacingRate octets a second at which segments leave, 0 when they are not spread
     */
    public record Rate(
            long delivered,
            long deliveredCe,
            long deliveryRate,
            boolean isAppLimited,
            long pacingRate) {}

    /**
     * Octets and segments each way, while at work. A super-frame counts as one segment.
     *
     * @param octetsSent with those sent again
     * @param octetsAcknowledged by the cumulative ACK
     * @param octetsRetransmitted sent again
     * @param octetsReceived in order
     * @param segmentsIn with an ACK field that was acceptable
     * @param dataSegmentsOut with data or FIN, with those sent again
     */
    public record Totals(
            long octetsSent,
            long octetsAcknowledged,
            long octetsRetransmitted,
            long octetsReceived,
            int segmentsIn,
            int dataSegmentsOut) {}
}
