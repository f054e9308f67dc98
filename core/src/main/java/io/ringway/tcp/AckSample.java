package io.ringway.tcp;

/**
 * What one ACK told: how much it delivered, how much it showed lost, and how fast the path
 * delivered meanwhile. A lane has one, filled anew for every ACK; nobody keeps it.
 *
 * <p>The rate is that of draft-ietf-ccwg-ratesampling (also §4.1 of the BBR drafts).
 */
public final class AckSample {
    /** Octets that the cumulative ACK is new by. */
    public int ackedOctets;

    /** Octets that the ACK says have arrived and none before it did: cumulative and by SACK. */
    public int deliveredOctets;

    /** Octets that were marked lost because of it. */
    public int lostOctets;

    /** The round trip that it measured, or -1. */
    public long rttNs;

    /** Octets in flight before the ACK. */
    public int priorInFlight;

    /** Octets in flight after it, those lost taken off. */
    public int inFlight;

    /**
     * Whether cwnd was what held the sender back; when not, cwnd is not to grow (RFC 7661 in
     * small).
     */
    public boolean isLimited;

    /** Whether the connection is in loss recovery, after this ACK or before it. */
    public boolean isInRecovery;

    /** Octets delivered on this connection so far, since it last began to send (C.delivered). */
    public long delivered;

    /** What {@link #delivered} was when the newest segment now acknowledged was sent. */
    public long priorDelivered;

    /** The time that the delivery of the octets since then took; 0 when there is no sample. */
    public long intervalNs;

    /** Octets a second delivered in the interval; 0 when there is no sample. */
    public long deliveryRate;

    /** Whether the application had no more to send when that segment went out. */
    public boolean isAppLimited;

    /** Octets in flight just after that segment was sent. */
    public int txInFlight;

    /** Octets marked lost since that segment was sent. */
    public long lostSince;

    /** Octets marked lost on this connection so far, by timers as well (C.lost). */
    public long lost;

    /**
     * Octets in flight just after the last range was sent that was found lost since the ACK before
     * (P.tx_in_flight); 0 when there is none, or when nobody knows, as without SACK. Then the two
     * that follow say nothing.
     */
    public int lostTxInFlight;

    /** What {@link #lost} was when that range was sent (P.lost). */
    public long lostPriorLost;

    /** The octets of that range (P.size). */
    public int lostRangeOctets;

    /** Octets that arrived with a congestion mark, as far as the peer says (RFC 8257, RFC 9768). */
    public int ceOctets;

    /** Whether the segment carried ECE. */
    public boolean hasEce;

    /** Makes it that of an ACK which told nothing yet. */
    public void clear() {
        ackedOctets = 0;
        deliveredOctets = 0;
        lostOctets = 0;
        rttNs = -1;
        priorInFlight = 0;
        inFlight = 0;
        isLimited = false;
        isInRecovery = false;
        delivered = 0;
        priorDelivered = 0;
        intervalNs = 0;
        deliveryRate = 0;
        isAppLimited = false;
        txInFlight = 0;
        lostSince = 0;
        lost = 0;
        lostTxInFlight = 0;
        lostPriorLost = 0;
        lostRangeOctets = 0;
        ceOctets = 0;
        hasEce = false;
    }
}
