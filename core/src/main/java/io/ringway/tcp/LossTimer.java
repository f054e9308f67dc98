package io.ringway.tcp;

/**
 * When a connection's sending needs attention though no ACK comes: the retransmission time-out (RFC
 * 6298), and before it the tail loss probe and RACK's look back (RFC 8985 §8). The three share one
 * timer, which is also the persist timer and that of a SYN.
 */
final class LossTimer {
    /** The retransmission time-out, the persist timer, or the SYN's. */
    static final int TIMEOUT = 0;

    /** The tail loss probe. */
    static final int PROBE = 1;

    /** RACK looks for losses again. */
    static final int REORDER = 2;

    /** Segments outstanding below which the timer counts from the sending (rrthresh, RFC 7765). */
    private static final int RESTART_THRESHOLD = 4;

    /** How long a peer has for an ACK that it seems to owe for what it has reported. */
    private static final long RENEGING_NS = 10_000_000L;

    private final Timers timers;

    LossTimer(Timers timers) {
        this.timers = timers;
    }

    /** The RTO, backed off as it is (RFC 6298 §5.5). */
    long timeoutNs(Flight flight) {
        return timers.backedOff(flight.rtoNs, flight.backoff);
    }

    /** Segments were sent; the time-out runs from now unless it runs already (RFC 6298 §5.1). */
    void onSent(Tcb tcb, Flight flight, long nowNs) {
        if (flight.retransmitAtNs == Flight.NEVER || flight.isPersisting) {
            flight.isPersisting = false;
            flight.timeoutAtNs = nowNs + timeoutNs(flight);
        }
        arm(tcb, flight, nowNs);
    }

    /** The time-out runs anew from now: it expired, or the first segment was sent again. */
    void restart(Tcb tcb, Flight flight, long nowNs) {
        flight.timeoutAtNs = nowNs + timeoutNs(flight);
        arm(tcb, flight, nowNs);
    }

    /**
     * The cumulative ACK moved on: off when all is acknowledged, and begun anew otherwise (RFC 6298
     * §5.2, §5.3).
     */
    void onAdvanced(Tcb tcb, Flight flight, long nowNs) {
        if (tcb.sndUna() == tcb.sndNxt()) {
            off(flight);
            return;
        }
        long timeoutNs = timeoutNs(flight);
        if (!flight.segments.isEmpty()) {
            if (flight.segments.has(0, SentSegments.SACKED)) {
                // What the peer reported there it would acknowledge, had it not given it up.
                timeoutNs = Math.max(flight.congestion.srttNs / 2, RENEGING_NS);
            } else if (isTail(tcb, flight)) {
                // RFC 7765 §4: too few are outstanding for ACKs to show a loss.
                long sinceNs = nowNs - flight.segments.sentNs(0);
                timeoutNs = Math.max(timeoutNs - sinceNs, 1);
            }
        }
        flight.timeoutAtNs = nowNs + timeoutNs;
        arm(tcb, flight, nowNs);
    }

    /** Nothing is outstanding. */
    static void off(Flight flight) {
        flight.retransmitAtNs = Flight.NEVER;
        flight.reorderAtNs = Flight.NEVER;
        flight.isPersisting = false;
    }

    private static boolean isTail(Tcb tcb, Flight flight) {
        int outstanding = tcb.sndNxt() - tcb.sndUna();
        return flight.backoff == 0
                && flight.lossState == Flight.OPEN
                && outstanding <= (RESTART_THRESHOLD - 1) * tcb.mss()
                && flight.endSeq - tcb.sndNxt() <= 0;
    }

    /** Sets the timer to what comes first. */
    void arm(Tcb tcb, Flight flight, long nowNs) {
        long atNs = flight.timeoutAtNs;
        int kind = TIMEOUT;
        if (flight.reorderAtNs < atNs) {
            atNs = flight.reorderAtNs;
            kind = REORDER;
        } else if (mayProbe(tcb, flight)) {
            boolean isSingle = tcb.sndNxt() - tcb.sndUna() <= tcb.mss();
            long probeNs = TailLossProbe.timeoutNs(flight.congestion.srttNs, isSingle);
            atNs = Math.min(atNs, nowNs + probeNs);
            kind = PROBE;
        }
        flight.timerKind = kind;
        timers.scheduleRetransmit(tcb, flight, atNs);
    }

    /** RFC 8985 §7.2: with SACK, in the open state, with nothing reported and no probe out. */
    private static boolean mayProbe(Tcb tcb, Flight flight) {
        return flight.lossState == Flight.OPEN
                && tcb.has(Flag.SACK)
                && flight.segments.sackedOctets() == 0
                && !flight.probe.isOut()
                && !flight.probe.isDue
                && flight.backoff == 0
                && !flight.segments.isEmpty();
    }
}
