package io.ringway.tcp;

import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.wire.Seq;

/**
 * What follows from what the ACKs told: when a loss is being repaired, when the repair is over, and
 * when it was needless. RACK finds the losses where the peer uses SACK (RFC 8985), duplicate ACKs
 * where not (RFC 5681, RFC 6582), and the timer what neither does.
 */
final class Recovery {
    /** Segments that limited transmit lets out beyond cwnd (RFC 3042 §2). */
    private static final int LIMITED_TRANSMIT = 2;

    private final Counters counters;
    private final AckNews nothing = new AckNews();

    Recovery(Counters counters) {
        this.counters = counters;
    }

    /** Octets that are thought to be in the network (Pipe of RFC 6675 §4). */
    int pipe(Tcb tcb, Flight flight) {
        return pipe(flight, tcb.sndNxt() - tcb.sndUna());
    }

    /** The same, where it is known how many octets are outstanding. */
    static int pipe(Flight flight, int outstanding) {
        int pipe = outstanding - flight.segments.absentOctets();
        if (flight.duplicateAcks != 0) {
            // Without SACK each stands for a segment that has left the network.
            int left =
                    flight.lossState == Flight.OPEN
                            ? Math.min(LIMITED_TRANSMIT, flight.duplicateAcks)
                            : flight.duplicateAcks;
            pipe -= left * flight.congestion.mss;
        }
        return Math.max(0, pipe);
    }

    /**
     * An ACK was applied to what was sent, and says more than that all is well.
     *
     * @param isDuplicate whether it is a duplicate ACK by RFC 5681 §2, of a peer without SACK
     * @param isBare whether it acknowledges nothing and carries neither data nor a SACK block
     */
    void onAck(
            Tcb tcb, Flight flight, AckNews news, boolean isDuplicate, boolean isBare, long nowNs) {
        if (news.hasDuplicate) {
            counters.increment(Counter.TCP_DSACKS);
            flight.duplicatesReported++;
            flight.rack.onDuplicate(tcb.sndUna(), tcb.sndNxt());
        }
        if (flight.probe.isOut()) {
            onProbed(tcb, flight, news, isBare, nowNs);
        }
        if (flight.spurious.isWatching()) {
            detectSpurious(tcb, flight, news, nowNs);
        }
        if (flight.lossState != Flight.OPEN) {
            continueRepair(tcb, flight, news, isDuplicate, nowNs);
        }
        if (tcb.has(Flag.SACK)) {
            detect(tcb, flight, news, nowNs);
        } else {
            countDuplicate(tcb, flight, news, isDuplicate, nowNs);
        }
    }

    // --- finding losses ---

    /** RACK, by an ACK or by its timer (RFC 8985 §6.2 step 5). */
    void detect(Tcb tcb, Flight flight, AckNews news, long nowNs) {
        SentSegments segments = flight.segments;
        flight.reorderAtNs = Flight.NEVER;
        if (segments.isEmpty()) {
            return;
        }
        boolean isFirst = !flight.rack.isReordering();
        int repeated = segments.retransmittedOctets();
        long lostBefore = flight.rate.lost();
        long windowNs =
                flight.rack.reorderingWindowNs(
                        flight.lossState != Flight.OPEN,
                        segments.sackedSegments(),
                        flight.congestion.srttNs);
        long timeoutNs = flight.rack.detectLoss(segments, flight.rate, windowNs, nowNs);
        if (timeoutNs > 0) {
            flight.reorderAtNs = nowNs + timeoutNs;
        }
        if (isFirst && flight.rack.isReordering()) {
            counters.increment(Counter.TCP_REORDERING);
        }
        if (segments.retransmittedOctets() < repeated) {
            counters.increment(Counter.TCP_LOST_RETRANSMISSIONS);
        }
        if (segments.lostOctets() > 0 && flight.lossState == Flight.OPEN) {
            PathSearch search = flight.path;
            if (search != null && search.isOut() && isAllThatIsLost(segments, search)) {
                flight.rate.onLost(-segments.lostOctets());
                onProbeLost(tcb, flight, search, nowNs);
            } else {
                begin(tcb, flight, news, nowNs);
            }
        } else if (flight.isFreeRepair && flight.rate.lost() > lostBefore) {
            // Beside what was too large something else is lost, and that is congestion.
            begin(tcb, flight, news, nowNs);
        }
    }

    /** Whether the probe of the path MTU is lost, and nothing else (RFC 4821 §7.6.1). */
    private static boolean isAllThatIsLost(SentSegments segments, PathSearch search) {
        int first = segments.firstLost();
        return Seq.afterOrEqual(segments.start(first), search.start())
                && Seq.beforeOrEqual(segments.end(first), search.end())
                && segments.end(first) - segments.start(first) == segments.lostOctets();
    }

    private void onProbeLost(Tcb tcb, Flight flight, PathSearch search, long nowNs) {
        counters.increment(Counter.TCP_MTU_PROBES_LOST);
        search.onLost(tcb.mss(), nowNs);
        repairProbe(tcb, flight, search);
    }

    /** RACK's timer expired: what was still to be waited for may be lost now. */
    void onReorderTimeout(Tcb tcb, Flight flight, long nowNs) {
        nothing.clear();
        detect(tcb, flight, nothing, nowNs);
        if (flight.lossState == Flight.RECOVERY && !flight.algorithm.ownsRecovery()) {
            // No ACK came that would let PRR do it: the first retransmission goes out all the same.
            flight.congestion.cwnd =
                    flight.prr.onAck(
                            pipe(tcb, flight), 0, flight.congestion.ssthresh, tcb.mss(), false);
        }
    }

    /** Without SACK: the third duplicate ACK (RFC 5681 §3.2), once a window (RFC 6582 §3.2). */
    private void countDuplicate(
            Tcb tcb, Flight flight, AckNews news, boolean isDuplicate, long nowNs) {
        if (!isDuplicate || flight.lossState == Flight.LOSS) {
            return;
        }
        flight.duplicateAcks++;
        if (flight.lossState == Flight.OPEN
                && flight.duplicateAcks >= Rack.DUPLICATE_THRESHOLD
                && Seq.after(tcb.sndUna(), flight.recoverPoint)) {
            PathSearch search = flight.path;
            if (search != null && search.isOut() && search.start() == tcb.sndUna()) {
                onProbeLost(tcb, flight, search, nowNs);
                return;
            }
            flight.rate.onLost(flight.segments.markFirstLost(tcb.mss()));
            begin(tcb, flight, news, nowNs);
        }
    }

    private void begin(Tcb tcb, Flight flight, AckNews news, long nowNs) {
        counters.increment(Counter.TCP_FAST_RECOVERIES);
        flight.isFreeRepair = false;
        if (flight.path != null) {
            flight.path.onInconclusive();
        }
        int outstanding = tcb.sndNxt() - tcb.sndUna();
        flight.congestion.save();
        // RFC 6675 §5 (4.2): FlightSize is what is outstanding, also what SACK has reported.
        flight.algorithm.onLoss(flight.congestion, outstanding, nowNs);
        flight.prr.begin(
                outstanding, flight.segments.sackedOctets(), news.sackedOctets, news.ackedOctets);
        flight.spurious.begin(tcb.sndUna(), flight.segments.retransmittedOctets() > 0);
        flight.probe.clear();
        flight.lossState = Flight.RECOVERY;
        flight.recoverPoint = tcb.sndNxt();
        flight.forceRetransmit = true;
    }

    // --- the repair ---

    private void continueRepair(
            Tcb tcb, Flight flight, AckNews news, boolean isDuplicate, long nowNs) {
        int una = tcb.sndUna();
        if (flight.spurious.isProbing() && probeTimeout(tcb, flight, news, isDuplicate, nowNs)) {
            return;
        }
        if (news.ackedOctets > 0 && Seq.afterOrEqual(una, flight.recoverPoint)) {
            finish(flight, nowNs);
        } else if (news.ackedOctets > 0
                && flight.lossState == Flight.RECOVERY
                && !tcb.has(Flag.SACK)) {
            // RFC 6582 §3.2, step 3: a partial ACK shows the next hole; send it, and deflate by
            // what was acknowledged.
            flight.duplicateAcks =
                    Math.max(0, flight.duplicateAcks - news.ackedOctets / Math.max(1, tcb.mss()));
            flight.rate.onLost(flight.segments.markFirstLost(tcb.mss()));
            flight.forceRetransmit = true;
        }
    }

    private void finish(Flight flight, long nowNs) {
        if (flight.lossState == Flight.RECOVERY && !flight.algorithm.ownsRecovery()) {
            flight.congestion.cwnd = flight.congestion.ssthresh;
        }
        if (!flight.isFreeRepair) {
            flight.algorithm.onRecovered(flight.congestion, nowNs);
            flight.rack.onRecovered();
        }
        flight.isFreeRepair = false;
        flight.spurious.stopProbing();
        flight.lossState = Flight.OPEN;
        flight.duplicateAcks = 0;
        flight.forceRetransmit = false;
    }

    /** In the open state the cumulative ACK moved on. */
    static void onAdvance(Tcb tcb, Flight flight) {
        flight.duplicateAcks = 0;
        if (Seq.before(flight.recoverPoint, tcb.sndUna())) {
            // It stays near, or it would come to lie in the future when numbers wrap.
            flight.recoverPoint = tcb.sndUna() - 1;
        }
    }

    // --- the timers ---

    /** The retransmission timer expired (RFC 6298 §5.4 to §5.6, RFC 8985 §6.3). */
    void onTimeout(Tcb tcb, Flight flight, long nowNs) {
        CongestionState congestion = flight.congestion;
        SentSegments segments = flight.segments;
        if (!segments.isEmpty() && segments.has(0, SentSegments.SACKED)) {
            // RFC 2018 §8: what the peer reported at the left edge it would have acknowledged.
            counters.increment(Counter.TCP_RENEGED);
            segments.forgetSacked();
        }
        int before = flight.lossState;
        if (before == Flight.RECOVERY) {
            // The reduction for this loss was made (RFC 5681 §3.1: not twice for one segment).
            int ssthresh = congestion.ssthresh;
            flight.algorithm.onTimeout(congestion, tcb.sndNxt() - tcb.sndUna(), nowNs);
            congestion.ssthresh = Math.max(congestion.ssthresh, ssthresh);
        } else if (before == Flight.OPEN || flight.backoff == 0) {
            congestion.save();
            flight.spurious.begin(tcb.sndUna(), flight.segments.retransmittedOctets() > 0);
            flight.algorithm.onTimeout(congestion, tcb.sndNxt() - tcb.sndUna(), nowNs);
        } else {
            congestion.cwnd = tcb.mss();
        }
        long windowNs =
                flight.rack.reorderingWindowNs(true, segments.sackedSegments(), congestion.srttNs);
        flight.rack.markLossesOnTimeout(segments, flight.rate, tcb.mss(), windowNs, nowNs);
        flight.probe.clear();
        flight.isFreeRepair = false;
        flight.lossState = Flight.LOSS;
        flight.recoverPoint = tcb.sndNxt();
        flight.duplicateAcks = 0;
        flight.forceRetransmit = true;
        flight.reorderAtNs = Flight.NEVER;
        if (before == Flight.OPEN || flight.backoff > 0) {
            flight.spurious.probeTimeout();
        }
    }

    /** What is outstanding is to be sent again, though no congestion lost it: it was too large. */
    void resend(Tcb tcb, Flight flight) {
        flight.segments.markAllLost();
        repairFreely(flight, tcb.sndNxt());
    }

    /** The probe of the path MTU is lost, and to be sent again in smaller segments. */
    void repairProbe(Tcb tcb, Flight flight, PathSearch search) {
        if (tcb.sndUna() == search.start()) {
            flight.segments.markFirstLost(search.end() - search.start());
        } else {
            flight.segments.markLost(search.start(), search.end());
        }
        repairFreely(flight, search.end());
    }

    private static void repairFreely(Flight flight, int end) {
        flight.isFreeRepair = flight.lossState == Flight.OPEN || flight.isFreeRepair;
        flight.spurious.clear();
        flight.probe.clear();
        flight.lossState = Flight.LOSS;
        flight.recoverPoint = end;
        flight.forceRetransmit = true;
        flight.reorderAtNs = Flight.NEVER;
    }

    // --- the tail loss probe ---

    /** RFC 8985 §7.4: what the ACK told of the probe. */
    private void onProbed(Tcb tcb, Flight flight, AckNews news, boolean isBare, long nowNs) {
        TailLossProbe.Verdict verdict =
                flight.probe.onAck(tcb.sndUna(), news.hasDuplicate, news.duplicateEnd, isBare);
        if (verdict == TailLossProbe.Verdict.REPAIRED && flight.lossState == Flight.OPEN) {
            counters.increment(Counter.TCP_PROBE_RECOVERIES);
            flight.algorithm.onLoss(flight.congestion, tcb.sndNxt() - tcb.sndUna(), nowNs);
            flight.algorithm.onRecovered(flight.congestion, nowNs);
        }
    }

    // --- needless repairs ---

    private void detectSpurious(Tcb tcb, Flight flight, AckNews news, long nowNs) {
        if (flight.spurious.isShownByTimestamp(news)) {
            undo(tcb, flight, news, Counter.TCP_UNDONE_BY_TIMESTAMP, nowNs);
        } else if (news.hasDuplicate
                && flight.spurious.isShownByDuplicate(news, Math.max(1, tcb.mss()))) {
            undo(tcb, flight, news, Counter.TCP_UNDONE_BY_DSACK, nowNs);
        }
    }

    /**
     * F-RTO (RFC 5682 §3.1): after a time-out, does what was sent only once arrive?
     *
     * @return whether nothing more is to be done in the repair by this ACK
     */
    private boolean probeTimeout(
            Tcb tcb, Flight flight, AckNews news, boolean isDuplicate, long nowNs) {
        // Without SACK what the peer had all along is acknowledged together with what was repaired.
        boolean isOriginal = news.hasOriginal && (tcb.has(Flag.SACK) || !news.hasRetransmitted);
        if (isOriginal) {
            // Step 3 b.
            undo(tcb, flight, news, Counter.TCP_UNDONE_BY_FRTO, nowNs);
            return true;
        }
        if (Seq.after(tcb.sndNxt(), flight.recoverPoint)) {
            if (news.sackedOctets > 0 || isDuplicate) {
                // Step 3 a: the two new segments are under way still, as far as is known without
                // SACK, and one that is lost has to have room beside them.
                flight.spurious.stopProbing();
                flight.congestion.cwnd = Math.max(flight.congestion.cwnd, 3 * tcb.mss());
            } else {
                flight.spurious.probeTimeout();
            }
            return false;
        }
        if (news.ackedOctets > 0 && Seq.before(tcb.sndUna(), flight.recoverPoint)) {
            // Step 2 b: two new segments, and nothing again, until the next ACK.
            flight.recoverPoint = tcb.sndNxt();
            int outstanding = tcb.sndNxt() - tcb.sndUna();
            // A FIN that was sent lies behind the last octet.
            boolean hasNew = Seq.after(flight.endSeq, tcb.sndNxt());
            if (hasNew && tcb.sndWnd() - outstanding >= tcb.mss()) {
                flight.spurious.ask();
                return true;
            }
            flight.spurious.stopProbing();
        }
        return false;
    }

    /** The repair was needless: everything is as it was before (RFC 4015). */
    private void undo(Tcb tcb, Flight flight, AckNews news, Counter kind, long nowNs) {
        counters.increment(kind);
        if (flight.lossState == Flight.LOSS) {
            RoundTrips.adaptToLateness(tcb, flight, news);
        }
        flight.segments.unmarkLost();
        flight.lossState = Flight.OPEN;
        flight.duplicateAcks = 0;
        flight.forceRetransmit = false;
        flight.recoverPoint = tcb.sndUna() - 1;
        flight.spurious.clear();
        flight.algorithm.onUndo(flight.congestion, nowNs);
    }
}
