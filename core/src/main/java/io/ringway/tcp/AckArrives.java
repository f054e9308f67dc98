package io.ringway.tcp;

import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.wire.Seq;
import io.ringway.wire.TcpHeader;

/**
 * The ACK field of a segment in a synchronised state (RFC 9293 §3.10.7.4, fifth), and the window
 * that comes with it.
 */
final class AckArrives {
    private final SendBuffer sendBuffer;
    private final Counters counters;
    private final Connections connections;
    private final SendQueue sendQueue;
    private final Recovery recovery;
    private final RoundTrips roundTrips;
    private final LossTimer lossTimer;
    private final Timers timers;
    private final ChallengeAcks challengeAcks;
    private final AckNews news = new AckNews();
    private final AckSample sample = new AckSample();

    AckArrives(
            SendBuffer sendBuffer,
            Counters counters,
            Connections connections,
            SendQueue sendQueue,
            Recovery recovery,
            RoundTrips roundTrips,
            LossTimer lossTimer,
            Timers timers,
            ChallengeAcks challengeAcks) {
        this.sendBuffer = sendBuffer;
        this.counters = counters;
        this.connections = connections;
        this.sendQueue = sendQueue;
        this.recovery = recovery;
        this.roundTrips = roundTrips;
        this.lossTimer = lossTimer;
        this.timers = timers;
        this.challengeAcks = challengeAcks;
    }

    /** Works through the ACK; false when the segment is to be dropped. */
    boolean onAck(Tcb tcb, Segment segment, long nowNs) {
        int ack = segment.ack;
        int una = tcb.sndUna();
        int sndNxt = tcb.sndNxt();
        if (Seq.after(ack, sndNxt) && !acceptProbe(tcb, ack)) {
            counters.increment(Counter.TCP_FUTURE_ACK);
            challengeAcks.note(tcb, nowNs);
            return false;
        }
        if (Seq.before(ack, una)) {
            return onOld(tcb, segment, una, nowNs);
        }
        if (tcb.flight() < 0) {
            updateWindow(tcb, segment);
            return true;
        }
        Flight flight = connections.flight(tcb);
        flight.segmentsIn++;
        if (ack != una) {
            onNew(tcb, flight, segment, ack - una, nowNs);
        } else {
            onSame(tcb, flight, segment, nowNs);
        }
        return true;
    }

    /** An ACK for less than what is acknowledged already: a later one has overtaken it. */
    private boolean onOld(Tcb tcb, Segment segment, int una, long nowNs) {
        counters.increment(Counter.TCP_OLD_ACK);
        // RFC 5961 §5.2: older than MAX.SND.WND is too old to be anything but a guess.
        if (Seq.before(segment.ack, una - Math.max(tcb.sndWnd(), tcb.maxSndWnd()))) {
            challengeAcks.note(tcb, nowNs);
            return false;
        }
        // What its blocks report may be news all the same (RFC 2018 §5).
        if (tcb.flight() >= 0 && hasBlocks(tcb, segment)) {
            Flight flight = connections.flight(tcb);
            onDuplicate(tcb, flight, segment, true, nowNs);
            continueOrRest(tcb, flight, segment);
        }
        return true;
    }

    /** The octet of a zero-window probe was taken though it lay beyond the window. */
    private boolean acceptProbe(Tcb tcb, int ack) {
        if (tcb.flight() < 0 || !connections.flight(tcb).isProbeOut || ack != tcb.sndNxt() + 1) {
            return false;
        }
        Flight flight = connections.flight(tcb);
        flight.isProbeOut = false;
        tcb.sndNxt(ack);
        sendQueue.moveNext(flight, ack);
        return true;
    }

    private void onNew(Tcb tcb, Flight flight, Segment segment, int acked, long nowNs) {
        boolean isLimited = flight.congestion.isUsed(tcb.sndUna(), tcb.sndNxt());
        if (!isLimited && isPlain(tcb, flight, segment)) {
            onPlain(tcb, flight, segment, acked, nowNs);
        } else {
            onProgress(tcb, flight, segment, acked, isLimited, nowNs);
        }
    }

    /**
     * Whether all that was outstanding left in one burst, at one time, and is acknowledged at once,
     * with nothing else to be learnt: a reply to a request, most often.
     */
    private static boolean isPlain(Tcb tcb, Flight flight, Segment segment) {
        return segment.ack == tcb.sndNxt()
                && flight.isSettled()
                && flight.segments.isOneBurst()
                && !hasBlocks(tcb, segment)
                && !tcb.has(Flag.ECN);
    }

    /** Such an ACK measures the round trip; the window was not the limit, so it does not grow. */
    private void onPlain(Tcb tcb, Flight flight, Segment segment, int acked, long nowNs) {
        tcb.sndUna(segment.ack);
        roundTrips.takeOfAll(tcb, flight, nowNs - flight.segments.sentNs(0));
        flight.segments.clear();
        flight.rate.onDelivered(acked, nowNs);
        flight.rack.forgetOrder();
        flight.backoff = 0;
        sendQueue.acknowledge(flight, segment.ack);
        updateWindow(tcb, segment);
        Recovery.onAdvance(tcb, flight);
        flight.progressNs = nowNs;
        LossTimer.off(flight);
        sendBuffer.offer(tcb, flight);
        continueOrRest(tcb, flight, segment);
    }

    private void onProgress(
            Tcb tcb, Flight flight, Segment segment, int acked, boolean isLimited, long nowNs) {
        int priorInFlight = recovery.pipe(tcb, flight);
        long lostBefore = flight.rate.lost();
        int stateBefore = flight.lossState;
        tcb.sndUna(segment.ack);
        news.begin(tcb, flight, segment, nowNs);
        news.ackedOctets = acked;
        flight.segments.advance(segment.ack, news);
        boolean hasBlocks = hasBlocks(tcb, segment);
        if (hasBlocks) {
            ReportedBlocks.apply(tcb, flight, segment.options, segment.ack, news);
        }
        if (roundTrips.measure(tcb, flight, news, nowNs) || flight.isPersisting) {
            // Karn (RFC 9293 §3.8.1, MUST-19): otherwise a path that is slower than the RTO would
            // never be measured.
            flight.backoff = 0;
        }
        sendQueue.acknowledge(flight, segment.ack);
        updateWindow(tcb, segment);
        boolean isWatched = hasBlocks || flight.isWatched();
        int credited = flight.duplicateAcks * tcb.mss();
        if (stateBefore == Flight.OPEN) {
            Recovery.onAdvance(tcb, flight);
        }
        if (isWatched) {
            recovery.onAck(tcb, flight, news, false, false, nowNs);
        }
        sample.ackedOctets = acked;
        sample.deliveredOctets = news.deliveredOctets;
        if (credited != 0) {
            // RFC 9937 §6: each duplicate ACK counted as a segment delivered.
            sample.deliveredOctets = Math.max(0, news.deliveredOctets - credited);
        }
        if (stateBefore == Flight.LOSS) {
            // RFC 3465 §2.3: after a time-out an ACK may cover what the peer had long before.
            sample.ackedOctets =
                    Math.min(acked, tcb.has(Flag.SACK) ? news.deliveredOctets : tcb.mss());
        }
        sample.isLimited = isLimited;
        sample.hasEce = segment.has(TcpHeader.ECE) && tcb.has(Flag.ECN);
        conclude(tcb, flight, stateBefore, priorInFlight, lostBefore, nowNs);
        flight.progressNs = nowNs;
        lossTimer.onAdvanced(tcb, flight, nowNs);
        sendBuffer.offer(tcb, flight);
        continueOrRest(tcb, flight, segment);
    }

    private static boolean hasBlocks(Tcb tcb, Segment segment) {
        return segment.hasOptions && segment.options.sackCount() > 0 && tcb.has(Flag.SACK);
    }

    /** The rest of the sample, and what congestion control makes of it. */
    private void conclude(
            Tcb tcb,
            Flight flight,
            int stateBefore,
            int priorInFlight,
            long lostBefore,
            long nowNs) {
        CongestionState congestion = flight.congestion;
        sample.lostOctets = (int) (flight.rate.lost() - lostBefore);
        sample.rttNs = news.rttNs();
        sample.priorInFlight = priorInFlight;
        sample.inFlight = recovery.pipe(tcb, flight);
        sample.isInRecovery = stateBefore == Flight.RECOVERY || flight.lossState == Flight.RECOVERY;
        flight.rate.sample(news, sample, flight.rack.minRttNs());
        if (flight.lossState == Flight.RECOVERY && !flight.algorithm.ownsRecovery()) {
            boolean isSafe = news.ackedOctets > 0 && sample.lostOctets == 0;
            congestion.cwnd =
                    flight.prr.onAck(
                            sample.inFlight,
                            sample.deliveredOctets,
                            congestion.ssthresh,
                            tcb.mss(),
                            isSafe);
        }
        flight.deliveredCe += sample.ceOctets;
        flight.algorithm.onAck(congestion, sample, nowNs);
        Pacer.onAck(flight);
        if (flight.keepsNs != 0) {
            flight.keepUntilNs = nowNs + flight.keepsNs;
        }
    }

    private void onSame(Tcb tcb, Flight flight, Segment segment, long nowNs) {
        boolean hadWindow = tcb.sndWnd() != 0;
        int window = segment.window << tcb.sendScale();
        boolean isSameWindow = window == tcb.sndWnd();
        updateWindow(tcb, segment);
        if (flight.isPersisting) {
            onProbed(tcb, flight, nowNs);
        } else if (tcb.sndNxt() - tcb.sndUna() > tcb.sndWnd()) {
            // The peer has shrunk its window, and is not to be given up for not acknowledging what
            // lies beyond it (RFC 9293 §3.8.6, SHLD-17).
            flight.progressNs = nowNs;
        }
        boolean hasBlocks = hasBlocks(tcb, segment);
        boolean isBare =
                !hasBlocks
                        && tcb.sndNxt() != tcb.sndUna()
                        && segment.payloadLength == 0
                        && !segment.has(TcpHeader.FIN)
                        && isSameWindow
                        && hadWindow;
        if (hasBlocks || isBare) {
            onDuplicate(tcb, flight, segment, hasBlocks, nowNs);
        }
        continueOrRest(tcb, flight, segment);
    }

    /**
     * Nothing new is acknowledged, but something may be reported: a duplicate ACK (RFC 5681 §2).
     */
    private void onDuplicate(
            Tcb tcb, Flight flight, Segment segment, boolean hasBlocks, long nowNs) {
        int priorInFlight = recovery.pipe(tcb, flight);
        boolean isLimited = flight.congestion.isUsed(tcb.sndUna(), tcb.sndNxt());
        long lostBefore = flight.rate.lost();
        int stateBefore = flight.lossState;
        news.begin(tcb, flight, segment, nowNs);
        if (hasBlocks) {
            ReportedBlocks.apply(tcb, flight, segment.options, segment.ack, news);
            if (news.sackedOctets > 0) {
                roundTrips.measure(tcb, flight, news, nowNs);
            }
        }
        boolean isCounted = !hasBlocks && !tcb.has(Flag.SACK);
        recovery.onAck(tcb, flight, news, isCounted, !hasBlocks, nowNs);
        int delivered = isCounted ? tcb.mss() : news.deliveredOctets;
        if (delivered > 0) {
            sample.ackedOctets = 0;
            sample.deliveredOctets = delivered;
            sample.isLimited = isLimited;
            sample.hasEce = segment.has(TcpHeader.ECE) && tcb.has(Flag.ECN);
            conclude(tcb, flight, stateBefore, priorInFlight, lostBefore, nowNs);
        }
        if (hasBlocks && tcb.sndUna() != tcb.sndNxt()) {
            lossTimer.arm(tcb, flight, nowNs);
        }
    }

    /**
     * The peer answered a probe: it lives, so the user time-out begins anew, and an open window
     * ends the probing.
     */
    private static void onProbed(Tcb tcb, Flight flight, long nowNs) {
        flight.progressNs = nowNs;
        if (tcb.sndWnd() > 0) {
            flight.isPersisting = false;
            flight.isProbeOut = false;
            flight.backoff = 0;
            flight.retransmitAtNs = Flight.NEVER;
        }
    }

    private void continueOrRest(Tcb tcb, Flight flight, Segment segment) {
        if (flight.nextFrame >= 0
                || flight.lossState != Flight.OPEN
                || (tcb.has(Flag.SHUT) && !tcb.has(Flag.FIN_SENT))
                || segment.payloadLength > 0) {
            // A request that acknowledges the last reply will be answered in this duty cycle: the
            // output gives the flight back if it is not.
            connections.markDirty(tcb);
        } else {
            connections.restIfIdle(tcb, flight);
            if (tcb.flight() < 0) {
                timers.rest(tcb);
            }
        }
    }

    /**
     * RFC 9293 §3.10.7.4: the window of the newest segment counts, by its sequence and
     * acknowledgment numbers.
     */
    private void updateWindow(Tcb tcb, Segment segment) {
        int wl1 = tcb.wl1();
        if (Seq.before(wl1, segment.seq)
                || (wl1 == segment.seq && Seq.beforeOrEqual(tcb.wl2(), segment.ack))) {
            tcb.sndWnd(segment.window << tcb.sendScale());
            tcb.wl1(segment.seq);
            tcb.wl2(segment.ack);
        }
    }
}
