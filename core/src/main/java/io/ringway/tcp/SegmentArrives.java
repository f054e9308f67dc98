package io.ringway.tcp;

import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.wire.Seq;
import io.ringway.wire.TcpHeader;

/**
 * A segment arrives for a connection in SYN-RECEIVED or a synchronised state: the eight checks of
 * RFC 9293 §3.10.7.4, in that order. What is to be sent is noted; nothing is sent here.
 */
final class SegmentArrives {
    private final Counters counters;
    private final Connections connections;
    private final Receiver receiver;
    private final AckPolicy ackPolicy;
    private final ChallengeAcks challengeAcks;
    private final TimestampCheck timestampCheck;
    private final EcnState ecn;
    private final AckArrives ackArrives;
    private final Ending ending;
    private final Timers timers;
    private final Replies replies;
    private final Urgent urgent;
    private final FastOpenClient fastOpen;

    SegmentArrives(
            Counters counters,
            Connections connections,
            Receiver receiver,
            AckPolicy ackPolicy,
            ChallengeAcks challengeAcks,
            TimestampCheck timestampCheck,
            EcnState ecn,
            AckArrives ackArrives,
            Ending ending,
            Timers timers,
            Replies replies,
            Urgent urgent,
            FastOpenClient fastOpen) {
        this.counters = counters;
        this.connections = connections;
        this.receiver = receiver;
        this.ackPolicy = ackPolicy;
        this.challengeAcks = challengeAcks;
        this.timestampCheck = timestampCheck;
        this.ecn = ecn;
        this.ackArrives = ackArrives;
        this.ending = ending;
        this.timers = timers;
        this.replies = replies;
        this.urgent = urgent;
        this.fastOpen = fastOpen;
    }

    void onSegment(Tcb tcb, Segment segment, long nowNs) {
        // Read once: C2 inlines by a budget, and each access to native memory spends much of it.
        int settings = tcb.flags();
        int state = tcb.state();
        int rcvNxt = tcb.rcvNxt();
        tcb.activityTick(Ticks.of(nowNs));
        tcb.probes(0);
        // First, check sequence number; with time stamps, RFC 7323 §5.3 comes before (PAWS). Once
        // agreed on, every segment but a RST carries them (§3.2).
        boolean hasStamps = (settings & Flag.TIMESTAMPS) != 0 && !segment.has(TcpHeader.RST);
        if (hasStamps && !segment.hasTimestamps) {
            if (!timestampCheck.toleratesMissing()) {
                counters.increment(Counter.TCP_PAWS);
                return;
            }
            hasStamps = false;
        }
        if (hasStamps && !timestampCheck.passes(tcb, segment, nowNs)) {
            counters.increment(Counter.TCP_PAWS);
            answer(tcb, segment, nowNs);
            return;
        }
        if (state == TcpState.N_SYN_RECEIVED && onCrossedSyn(tcb, segment)) {
            return;
        }
        int window = Math.max(0, tcb.rcvAdv() - rcvNxt);
        if (!Acceptability.isInWindow(segment.seq, segment.length(), rcvNxt, window)
                && !trimToClosedWindow(tcb, segment, window)) {
            onUnacceptable(tcb, segment, nowNs);
            return;
        }
        // Second, check the RST bit.
        if (segment.has(TcpHeader.RST)) {
            onReset(tcb, segment, nowNs);
            return;
        }
        // Third, security: not done. Fourth, check the SYN bit. Not RFC 9293's first wording but
        // RFC 5961 §4.2.
        if (segment.has(TcpHeader.SYN)) {
            challengeAcks.note(tcb, nowNs);
            return;
        }
        // Fifth, check the ACK field.
        if (!segment.has(TcpHeader.ACK)) {
            counters.increment(Counter.TCP_NO_ACK);
            return;
        }
        if (state == TcpState.N_SYN_RECEIVED && !establish(tcb, segment)) {
            return;
        }
        if ((settings & Flag.ECN) != 0) {
            ecn.onSegment(tcb, segment, nowNs);
        }
        if (!ackArrives.onAck(tcb, segment, nowNs)) {
            return;
        }
        if (hasStamps) {
            // Only now: were the time of a segment taken whose ACK is not believed (RFC 5961 §5.2),
            // one that is forged could make PAWS refuse all that the peer sends.
            timestampCheck.update(tcb, segment, nowNs);
        }
        if (state != TcpState.N_ESTABLISHED && !closeByAck(tcb, nowNs)) {
            return;
        }
        onTextAndFin(tcb, segment, window, nowNs);
    }

    /**
     * The SYN,ACK that opened a connection carries more than that: RFC 9293 §3.10.7.3, fourth, goes
     * on with the sixth step.
     */
    void onTextOfSyn(Tcb tcb, Segment segment, long nowNs) {
        segment.flags &= ~TcpHeader.SYN;
        segment.seq++;
        onTextAndFin(tcb, segment, Math.max(0, ReceiveWindow.advertised(tcb)), nowNs);
    }

    private void onTextAndFin(Tcb tcb, Segment segment, int window, long nowNs) {
        // Sixth, check the URG bit.
        if (segment.has(TcpHeader.URG)) {
            urgent.onSegment(tcb, segment);
        }
        // Seventh, process the segment text. Eighth, check the FIN bit.
        trimToWindow(tcb, segment, tcb.rcvNxt(), window);
        if (segment.payloadLength > 0 && !onText(tcb, segment, nowNs)) {
            return;
        }
        if (segment.has(TcpHeader.FIN) || hasFinWaiting(tcb)) {
            onFin(tcb, segment, nowNs);
        }
    }

    // --- simultaneous open ---

    /**
     * In SYN-RECEIVED after a simultaneous open, the peer's SYN comes once more: with an ACK it is
     * the end of RFC 9293 §3.5, figure 7, and is taken without the SYN; without one our SYN-ACK was
     * lost.
     *
     * @return whether that was all that is in it
     */
    private boolean onCrossedSyn(Tcb tcb, Segment segment) {
        Flight flight = connections.flight(tcb);
        int irs = flight.isFastOpen ? flight.peerSyn : tcb.rcvNxt() - 1;
        if (!segment.has(TcpHeader.SYN) || segment.has(TcpHeader.RST) || segment.seq != irs) {
            return false;
        }
        if (!segment.has(TcpHeader.ACK)) {
            flight.isSynDue = true;
            connections.markDirty(tcb);
            return true;
        }
        if (flight.isFastOpen) {
            return false;
        }
        segment.flags &= ~TcpHeader.SYN;
        segment.seq++;
        // The window of a SYN is never scaled (RFC 7323 §2.2); what is lost of it here is less than
        // what the shift would make of it.
        segment.window >>>= tcb.sendScale();
        ackPolicy.now(tcb);
        return false;
    }

    // --- first: the sequence number ---

    /**
     * RFC 9293 §3.10.7.4: with the window closed nothing is acceptable, but ACKs and RSTs are to be
     * heard.
     */
    private boolean trimToClosedWindow(Tcb tcb, Segment segment, int window) {
        if (window != 0 || segment.seq != tcb.rcvNxt() || segment.has(TcpHeader.SYN)) {
            return false;
        }
        counters.increment(Counter.TCP_UNACCEPTABLE);
        segment.payloadLength = 0;
        segment.flags &= ~TcpHeader.FIN;
        ackPolicy.now(tcb);
        return true;
    }

    private void onUnacceptable(Tcb tcb, Segment segment, long nowNs) {
        counters.increment(Counter.TCP_UNACCEPTABLE);
        if (segment.has(TcpHeader.RST)) {
            return;
        }
        int end = segment.seq + segment.payloadLength;
        if (segment.payloadLength > 0 && Seq.beforeOrEqual(end, tcb.rcvNxt())) {
            connections.duplicates.note(tcb, segment.seq, end);
        }
        answer(tcb, segment, nowNs);
    }

    /**
     * The ACK that RFC 9293 owes for what is not acceptable. Answered without a limit, an empty
     * segment could go back and forth for ever, and a SYN is most likely forged (RFC 5961 §4.2).
     */
    private void answer(Tcb tcb, Segment segment, long nowNs) {
        if (segment.payloadLength == 0 || segment.has(TcpHeader.SYN)) {
            challengeAcks.note(tcb, nowNs);
        } else {
            ackPolicy.now(tcb);
        }
    }

    /** Cuts off what was received before and what lies beyond the window. */
    private void trimToWindow(Tcb tcb, Segment segment, int rcvNxt, int window) {
        if (Seq.before(segment.seq, rcvNxt)) {
            int old = Math.min(rcvNxt - segment.seq, segment.payloadLength);
            if (old > 0) {
                connections.duplicates.note(tcb, segment.seq, segment.seq + old);
            }
            segment.seq += old;
            segment.headerLength += old;
            segment.payloadLength -= old;
        }
        int beyond = segment.seq + segment.payloadLength - (rcvNxt + window);
        if (beyond > 0) {
            segment.payloadLength -= Math.min(beyond, segment.payloadLength);
            segment.flags &= ~TcpHeader.FIN;
        }
    }

    // --- second: RST ---

    private void onReset(Tcb tcb, Segment segment, long nowNs) {
        // RFC 5961 §3.2: only a RST at the very number expected is believed.
        if (segment.seq != tcb.rcvNxt()) {
            challengeAcks.note(tcb, nowNs);
            return;
        }
        counters.increment(Counter.TCP_RESETS_RECEIVED);
        int state = tcb.state();
        boolean isOver = state == TcpState.N_CLOSING || state == TcpState.N_LAST_ACK;
        if (state == TcpState.N_SYN_RECEIVED && !tcb.has(Flag.PASSIVE)) {
            ending.finish(tcb, CloseReason.REFUSED);
        } else {
            ending.finish(tcb, isOver ? CloseReason.CLOSED : CloseReason.RESET_BY_PEER);
        }
    }

    // --- fifth: ACK ---

    /** SYN-RECEIVED, after a simultaneous open, or opened by Fast Open. */
    private boolean establish(Tcb tcb, Segment segment) {
        Flight flight = connections.flight(tcb);
        // With Fast Open the SYN counts as acknowledged, so that data can flow.
        int least = flight.isFastOpen ? tcb.sndUna() : tcb.sndUna() + 1;
        int most = tcb.sndNxt() + flight.synOctets;
        if (Seq.before(segment.ack, least) || Seq.after(segment.ack, most)) {
            replies.note(segment, segment.ack, 0, TcpHeader.RST, 0, false, 0, 0);
            return false;
        }
        if (Seq.after(segment.ack, tcb.sndNxt())) {
            // The peer took what went with our SYN, though the SYNs have crossed.
            fastOpen.onAcknowledged(tcb, flight, segment.ack);
            tcb.sndUna(segment.ack - 1);
        }
        tcb.state(tcb.has(Flag.SHUT) ? TcpState.N_FIN_WAIT_1 : TcpState.N_ESTABLISHED);
        tcb.sndWnd(segment.window << tcb.sendScale());
        tcb.wl1(segment.seq);
        tcb.wl2(segment.ack);
        if (flight.isFastOpen) {
            ending.onFastOpenOver(tcb, flight);
            return true;
        }
        counters.increment(Counter.TCP_OPENED_ACTIVE);
        connections.notify(tcb, TcpUser.OPENED);
        return true;
    }

    /** What an ACK of our FIN does to the state; false when the connection is over. */
    private boolean closeByAck(Tcb tcb, long nowNs) {
        int state = tcb.state();
        if (state < TcpState.N_FIN_WAIT_1
                || !tcb.has(Flag.FIN_SENT)
                || tcb.sndUna() != tcb.sndNxt()) {
            return true;
        }
        switch (state) {
            case TcpState.N_FIN_WAIT_1 -> {
                tcb.state(TcpState.N_FIN_WAIT_2);
                if (Timers.isWaitingForFin(tcb)) {
                    timers.schedule(tcb, timers.finWaitTick(tcb));
                }
            }
            case TcpState.N_CLOSING -> {
                ending.enterTimeWait(tcb, nowNs);
                return false;
            }
            case TcpState.N_LAST_ACK -> {
                ending.finish(tcb, CloseReason.CLOSED);
                return false;
            }
            default -> {}
        }
        return true;
    }

    // --- seventh: text ---

    private boolean onText(Tcb tcb, Segment segment, long nowNs) {
        int flags = tcb.flags();
        if (tcb.state() > TcpState.N_FIN_WAIT_2 || (flags & Flag.FIN_RECEIVED) != 0) {
            // Behind the peer's FIN there can be no text.
            return true;
        }
        if ((flags & Flag.DETACHED) != 0) {
            // RFC 9293 §3.6.1 (MAY-1, SHLD-3): nobody reads any more, and the peer is to know that
            // data is lost.
            ending.abort(tcb, CloseReason.CLOSED_WITH_DATA);
            return false;
        }
        receiver.onText(tcb, segment, nowNs);
        return true;
    }

    // --- eighth: FIN ---

    private boolean hasFinWaiting(Tcb tcb) {
        return tcb.flight() >= 0 && connections.flight(tcb).hasFin;
    }

    private void onFin(Tcb tcb, Segment segment, long nowNs) {
        if (!receiver.isFinNext(tcb, segment, nowNs)) {
            return;
        }
        tcb.set(Flag.FIN_RECEIVED);
        tcb.rcvNxt(tcb.rcvNxt() + 1);
        // The FIN takes a number but no room, so the window stays as wide as it was.
        tcb.rcvAdv(tcb.rcvAdv() + 1);
        ackPolicy.now(tcb);
        connections.notify(tcb, TcpUser.READABLE);
        switch (tcb.state()) {
            case TcpState.N_SYN_RECEIVED, TcpState.N_ESTABLISHED ->
                    tcb.state(TcpState.N_CLOSE_WAIT);
            case TcpState.N_FIN_WAIT_1 -> {
                tcb.state(TcpState.N_CLOSING);
                connections.onCrossedFin(tcb);
            }
            case TcpState.N_FIN_WAIT_2 -> ending.enterTimeWait(tcb, nowNs);
            default -> {}
        }
    }
}
