package io.ringway.tcp;

import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.wire.Seq;

/**
 * Finding out what was lost, and what to send again: SACK-based recovery (RFC 6675), NewReno
 * without SACK (RFC 6582), and going back after a time-out (RFC 5681 §3.1).
 */
final class Recovery {
    private static final int DUPLICATE_THRESHOLD = 3;

    private final Counters counters;

    Recovery(Counters counters) {
        this.counters = counters;
    }

    /**
     * Takes in the SACK blocks of a segment (RFC 2018 §5).
     *
     * @return octets that they report for the first time
     */
    int onBlocks(Tcb tcb, Flight flight, Segment segment) {
        int added = 0;
        int count = segment.options.sackCount();
        for (int i = 0; i < count; i++) {
            int start = segment.options.sackStart(i);
            int end = segment.options.sackEnd(i);
            // A block outside of what is outstanding is a duplicate's report (RFC 2883) or an
            // attack.
            if (Seq.before(start, end)
                    && Seq.after(start, tcb.sndUna())
                    && Seq.beforeOrEqual(end, tcb.sndNxt())) {
                added += flight.sacked.add(start, end);
            }
        }
        return added;
    }

    /** An ACK that acknowledges nothing new and, by RFC 5681 §2, hints at a loss. */
    void onDuplicateAck(Tcb tcb, Flight flight, long nowNs) {
        flight.duplicateAcks++;
        detect(tcb, flight, nowNs);
    }

    /** Begins a repair when enough was acknowledged behind the first hole. */
    void detect(Tcb tcb, Flight flight, long nowNs) {
        if (flight.lossState != Flight.OPEN || tcb.sndUna() == tcb.sndNxt()) {
            return;
        }
        boolean isLost =
                flight.duplicateAcks >= DUPLICATE_THRESHOLD
                        || (!flight.sacked.isEmpty()
                                && Seq.after(lostEdge(tcb, flight), tcb.sndUna()));
        if (isLost && isPastRepair(tcb, flight)) {
            begin(tcb, flight, nowNs);
        }
    }

    /**
     * RFC 6582 §3.2, step 1: not twice for one window of data. What was sent twice in the last
     * repair makes duplicate ACKs of just its end, which SACK tells apart.
     */
    private static boolean isPastRepair(Tcb tcb, Flight flight) {
        int una = tcb.sndUna();
        return tcb.has(Flag.SACK)
                ? Seq.afterOrEqual(una, flight.recoverPoint)
                : Seq.after(una, flight.recoverPoint);
    }

    private void begin(Tcb tcb, Flight flight, long nowNs) {
        counters.increment(Counter.TCP_FAST_RECOVERIES);
        // RFC 6675 §5 (4.2): FlightSize is what is outstanding, also what SACK has reported.
        flight.algorithm.onLoss(flight.congestion, tcb.sndNxt() - tcb.sndUna(), nowNs);
        flight.lossState = Flight.RECOVERY;
        flight.recoverPoint = tcb.sndNxt();
        flight.highRetransmitted = tcb.sndUna();
        flight.forceRetransmit = true;
        flight.isTiming = false;
    }

    /** The cumulative ACK moved on; {@code acked} octets are new in it. */
    void onAdvance(Tcb tcb, Flight flight, int acked, long nowNs) {
        int una = tcb.sndUna();
        flight.sacked.advance(una);
        if (flight.lossState == Flight.OPEN) {
            flight.duplicateAcks = 0;
            if (Seq.before(flight.recoverPoint, una)) {
                flight.recoverPoint = una - 1;
            }
            return;
        }
        if (Seq.afterOrEqual(una, flight.recoverPoint)) {
            flight.algorithm.onRecovered(flight.congestion, nowNs);
            flight.lossState = Flight.OPEN;
            flight.duplicateAcks = 0;
            flight.forceRetransmit = false;
            return;
        }
        flight.highRetransmitted = Seq.max(flight.highRetransmitted, una);
        if (flight.lossState == Flight.RECOVERY && !tcb.has(Flag.SACK)) {
            // RFC 6582 §3.2, step 3: a partial ACK shows the next hole; send it, and deflate by
            // what was acknowledged.
            flight.duplicateAcks =
                    Math.max(0, flight.duplicateAcks - acked / Math.max(1, tcb.mss()));
            flight.forceRetransmit = true;
        }
    }

    /** The retransmission timer expired. */
    void onTimeout(Tcb tcb, Flight flight, long nowNs) {
        if (flight.backoff == 0 || flight.lossState != Flight.LOSS) {
            flight.algorithm.onTimeout(flight.congestion, tcb.sndNxt() - tcb.sndUna(), nowNs);
        } else {
            flight.congestion.cwnd = tcb.mss();
        }
        flight.lossState = Flight.LOSS;
        flight.recoverPoint = tcb.sndNxt();
        flight.highRetransmitted = tcb.sndUna();
        flight.duplicateAcks = 0;
        // RFC 2018 §8: the peer may have given up what it reported, so begin anew.
        flight.sacked.clear();
        flight.forceRetransmit = true;
        flight.isTiming = false;
    }

    /** Octets that are thought to be in the network (Pipe of RFC 6675 §4). */
    int pipe(Tcb tcb, Flight flight) {
        int outstanding = tcb.sndNxt() - tcb.sndUna();
        int pipe = outstanding - flight.sacked.octets();
        if (flight.lossState != Flight.OPEN) {
            int from = Seq.max(flight.highRetransmitted, tcb.sndUna());
            pipe -= flight.sacked.uncovered(from, lostEdge(tcb, flight));
        }
        if (flight.lossState != Flight.LOSS && !tcb.has(Flag.SACK)) {
            pipe -= Math.min(pipe, flight.duplicateAcks * tcb.mss());
        }
        return Math.max(0, pipe);
    }

    /** The sequence number below which what was not acknowledged is lost. */
    int lostEdge(Tcb tcb, Flight flight) {
        if (flight.lossState == Flight.LOSS) {
            return flight.recoverPoint;
        }
        int una = tcb.sndUna();
        if (flight.sacked.isEmpty()) {
            return flight.lossState == Flight.RECOVERY
                    ? Seq.min(una + tcb.mss(), flight.recoverPoint)
                    : una;
        }
        int edge = flight.sacked.lostEdge(una, tcb.mss(), DUPLICATE_THRESHOLD);
        if (edge == una && flight.lossState == Flight.RECOVERY) {
            // The repair began, so the first segment at least is lost.
            return flight.sacked.nextCovered(una, Seq.min(una + tcb.mss(), flight.recoverPoint));
        }
        return edge;
    }

    /**
     * The next octet to send again (NextSeg of RFC 6675 §4, rules 1 and 3).
     *
     * @param isIdle whether there is no new data to send instead, so that what is merely suspected
     *     may go too
     * @return the sequence number, or SND.NXT when there is none
     */
    int nextRetransmission(Tcb tcb, Flight flight, boolean isIdle) {
        if (flight.lossState == Flight.OPEN) {
            return tcb.sndNxt();
        }
        int seq = flight.sacked.skipCovered(Seq.max(flight.highRetransmitted, tcb.sndUna()));
        if (Seq.before(seq, lostEdge(tcb, flight))) {
            return seq;
        }
        if (isIdle
                && flight.lossState == Flight.RECOVERY
                && !flight.sacked.isEmpty()
                && Seq.before(seq, flight.sacked.highest())) {
            return seq;
        }
        return tcb.sndNxt();
    }
}
