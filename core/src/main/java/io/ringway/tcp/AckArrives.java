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
    private final TcpConfig config;
    private final Counters counters;
    private final Connections connections;
    private final SendQueue sendQueue;
    private final Recovery recovery;
    private final Timers timers;
    private final ChallengeAcks challengeAcks;
    private final AckSample sample = new AckSample();

    AckArrives(
            TcpConfig config,
            Counters counters,
            Connections connections,
            SendQueue sendQueue,
            Recovery recovery,
            Timers timers,
            ChallengeAcks challengeAcks) {
        this.config = config;
        this.counters = counters;
        this.connections = connections;
        this.sendQueue = sendQueue;
        this.recovery = recovery;
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
            counters.increment(Counter.TCP_OLD_ACK);
            // RFC 5961 §5.2: older than MAX.SND.WND is too old to be anything but a guess.
            if (Seq.before(ack, una - Math.max(tcb.sndWnd(), tcb.maxSndWnd()))) {
                challengeAcks.note(tcb, nowNs);
                return false;
            }
            return true;
        }
        if (tcb.flight() < 0) {
            updateWindow(tcb, segment);
            return true;
        }
        Flight flight = connections.flight(tcb);
        if (ack != una) {
            onNew(tcb, flight, segment, ack - una, nowNs);
        } else {
            onSame(tcb, flight, segment, nowNs);
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
        int outstanding = tcb.sndNxt() - tcb.sndUna();
        tcb.sndUna(segment.ack);
        if (measure(tcb, flight, segment, nowNs) || flight.isPersisting) {
            // Karn (RFC 9293 §3.8.1, MUST-19): otherwise a path that is slower than the RTO would
            // never be measured.
            flight.backoff = 0;
        }
        sendQueue.acknowledge(flight, segment.ack);
        int before = flight.lossState;
        recovery.onAdvance(tcb, flight, acked, nowNs);
        if (segment.hasOptions && segment.options.sackCount() > 0) {
            recovery.onBlocks(tcb, flight, segment);
            recovery.detect(tcb, flight, nowNs);
        }
        boolean isInRecovery = before == Flight.RECOVERY || flight.lossState == Flight.RECOVERY;
        // RFC 3465 §2.3: after a time-out an ACK may cover what the peer had long before.
        int counted = before == Flight.LOSS ? Math.min(acked, tcb.mss()) : acked;
        sample.ackedOctets = counted;
        sample.deliveredOctets = counted;
        sample.rttNs = flight.congestion.srttNs;
        sample.isLimited = outstanding + tcb.mss() > flight.congestion.cwnd / 2;
        sample.isInRecovery = isInRecovery;
        sample.hasEce = segment.has(TcpHeader.ECE) && tcb.has(Flag.ECN);
        flight.algorithm.onAck(flight.congestion, sample, nowNs);
        Pacer.onAck(flight);
        flight.progressNs = nowNs;
        updateWindow(tcb, segment);
        restartTimer(tcb, flight, nowNs);
        int limit = SendQueue.limit(config.sendBufferBytes(), flight.congestion.cwnd);
        if (tcb.has(Flag.WANTS_WRITE) && flight.queued() <= limit / 2) {
            tcb.unset(Flag.WANTS_WRITE);
            connections.notify(tcb, TcpUser.WRITABLE);
        }
        continueOrRest(tcb, flight);
    }

    /** RFC 6298 §5.2 and §5.3: off when all is acknowledged, and begun anew when something is. */
    private void restartTimer(Tcb tcb, Flight flight, long nowNs) {
        if (tcb.sndUna() == tcb.sndNxt()) {
            flight.retransmitAtNs = Flight.NEVER;
            flight.isPersisting = false;
        } else {
            long timeoutNs = timers.backedOff(flight.rtoNs, flight.backoff);
            timers.scheduleRetransmit(tcb, flight, nowNs + timeoutNs);
        }
    }

    private void onSame(Tcb tcb, Flight flight, Segment segment, long nowNs) {
        boolean hadWindow = tcb.sndWnd() != 0;
        int window = segment.window << tcb.sendScale();
        boolean isSameWindow = window == tcb.sndWnd();
        updateWindow(tcb, segment);
        if (flight.isPersisting) {
            onProbed(tcb, flight, nowNs);
        }
        int outstanding = tcb.sndNxt() - tcb.sndUna();
        if (outstanding > 0) {
            int added =
                    segment.hasOptions && segment.options.sackCount() > 0
                            ? recovery.onBlocks(tcb, flight, segment)
                            : 0;
            boolean isDuplicate =
                    segment.payloadLength == 0
                            && !segment.has(TcpHeader.FIN)
                            && isSameWindow
                            && hadWindow
                            && !tcb.has(Flag.SACK);
            if (added > 0 || isDuplicate) {
                recovery.onDuplicateAck(tcb, flight, nowNs);
            }
        }
        continueOrRest(tcb, flight);
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

    private void continueOrRest(Tcb tcb, Flight flight) {
        if (flight.nextFrame >= 0
                || flight.lossState != Flight.OPEN
                || (tcb.has(Flag.SHUT) && !tcb.has(Flag.FIN_SENT))) {
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

    /** Takes a sample of the round trip where the segment gives one, and says whether it did. */
    private boolean measure(Tcb tcb, Flight flight, Segment segment, long nowNs) {
        long sampleNs = -1;
        if (flight.isTiming) {
            if (Seq.afterOrEqual(segment.ack, flight.timedSeq)) {
                flight.isTiming = false;
                sampleNs = nowNs - flight.timedAtNs;
            }
        } else if (segment.hasTimestamps && flight.lossState != Flight.OPEN) {
            sampleNs = sampleByEcho(tcb, flight, segment, nowNs);
        }
        if (sampleNs < 0) {
            return false;
        }
        sample(tcb, flight, sampleNs);
        return true;
    }

    /**
     * With time stamps Karn's rule is not needed (RFC 7323 §4), but only an echo of what was sent
     * since the last retransmission says how long the path takes: after a lost ACK the peer echoes
     * the first sending.
     */
    private static long sampleByEcho(Tcb tcb, Flight flight, Segment segment, long nowNs) {
        int echo = segment.timestampEcho - tcb.tsOffset();
        if (echo - flight.retransmitTick < 0) {
            return -1;
        }
        int ticks = Ticks.of(nowNs) - echo;
        return ticks < 0 ? -1 : Math.max(1, ticks) * Ticks.NS;
    }

    private void sample(Tcb tcb, Flight flight, long sampleNs) {
        int sampleUs = Math.clamp(sampleNs / 1000, 1, 1 << 30);
        int srttUs = tcb.srttUs();
        int rttvarUs = RttEstimator.rttvar(srttUs, tcb.rttvarUs(), sampleUs);
        srttUs = RttEstimator.srtt(srttUs, sampleUs);
        tcb.srttUs(srttUs);
        tcb.rttvarUs(rttvarUs);
        flight.congestion.srttNs = srttUs * 1000L;
        flight.rtoNs = connections.rtoNs(srttUs, rttvarUs);
    }
}
