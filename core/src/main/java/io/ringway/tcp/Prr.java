package io.ringway.tcp;

/**
 * Proportional Rate Reduction: how much may be sent in fast recovery, so that what is in flight
 * comes down to ssthresh evenly over the recovery, and never stops (RFC 9937).
 *
 * <p>Part of a {@link Flight}; the names of the RFC are in brackets. Everything is set when a
 * recovery begins.
 */
final class Prr {
    private long delivered;
    private long out;
    private long recoverFlight;

    /**
     * A recovery begins (§6, initialization).
     *
     * @param flightOctets SND.NXT - SND.UNA, by the ACK that began it
     * @param sackedOctets reported in the scoreboard, that ACK included
     * @param newlySacked of these, what that ACK reported
     * @param newlyAcked what that ACK acknowledged
     */
    void begin(int flightOctets, int sackedOctets, int newlySacked, int newlyAcked) {
        delivered = 0;
        out = 0;
        // What was reported before is not delivered in this recovery; what this ACK delivers is.
        recoverFlight =
                Math.max(1, (long) flightOctets - (sackedOctets - newlySacked) + newlyAcked);
    }

    /** Octets left, for the first time or again. */
    void onSent(int octets) {
        out += octets;
    }

    /**
     * An ACK in recovery.
     *
     * @param inFlight octets in the network by now, what was found lost taken off
     * @param isSafe whether SND.UNA advanced and no further loss was found (safeACK)
     * @return the congestion window, until the next ACK
     */
    int onAck(int inFlight, int deliveredOctets, int ssthresh, int mss, boolean isSafe) {
        delivered += deliveredOctets;
        long more;
        if (inFlight > ssthresh) {
            more = (delivered * ssthresh + recoverFlight - 1) / recoverFlight - out;
        } else {
            // Conservative as long as losses go on (PRR-CRB), and slow start's pace when recovery
            // makes good progress (PRR-SSRB).
            more = Math.max(delivered - out, deliveredOctets);
            if (isSafe) {
                more += mss;
            }
            more = Math.min((long) ssthresh - inFlight, more);
        }
        if (out == 0 && more <= 0) {
            // The fast retransmit goes out whatever is in flight.
            more = mss;
        }
        return (int) Math.min(SlowStart.MAXIMUM_CWND, inFlight + Math.max(0, more));
    }
}
