package io.ringway.tcp;

import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.wire.TcpHeader;

/** A segment arrives in SYN-SENT (RFC 9293 §3.10.7.3). */
final class SynSentArrives {
    private final TcpConfig config;
    private final Counters counters;
    private final Connections connections;
    private final Negotiation negotiation;
    private final FastOpenClient fastOpen;
    private final AckPolicy ackPolicy;
    private final Ending ending;
    private final Timers timers;
    private final Replies replies;

    SynSentArrives(
            TcpConfig config,
            Counters counters,
            Connections connections,
            Negotiation negotiation,
            FastOpenClient fastOpen,
            AckPolicy ackPolicy,
            Ending ending,
            Timers timers,
            Replies replies) {
        this.config = config;
        this.counters = counters;
        this.connections = connections;
        this.negotiation = negotiation;
        this.fastOpen = fastOpen;
        this.ackPolicy = ackPolicy;
        this.ending = ending;
        this.timers = timers;
        this.replies = replies;
    }

    void onSegment(Tcb tcb, Segment segment, long nowNs) {
        tcb.activityTick(Ticks.of(nowNs));
        boolean hasAck = segment.has(TcpHeader.ACK);
        // First, check the ACK bit: SND.UNA is the ISS, and the SYN, with Fast Open also its data,
        // is all that was sent.
        if (hasAck && !isOfSyn(tcb, segment.ack)) {
            counters.increment(Counter.TCP_FUTURE_ACK);
            if (!segment.has(TcpHeader.RST)) {
                replies.note(segment, segment.ack, 0, TcpHeader.RST, 0, false, 0, 0);
            }
            return;
        }
        // Second, check the RST bit.
        if (segment.has(TcpHeader.RST)) {
            if (hasAck && mayAskWithoutEcn(tcb)) {
                return;
            }
            if (hasAck) {
                counters.increment(Counter.TCP_RESETS_RECEIVED);
                counters.increment(Counter.TCP_OPEN_FAILED);
                ending.finish(tcb, CloseReason.REFUSED);
            }
            return;
        }
        // Third, security: not done. Fourth, check the SYN bit.
        if (!segment.has(TcpHeader.SYN)) {
            counters.increment(Counter.TCP_NO_ACK);
            return;
        }
        tcb.rcvNxt(segment.seq + 1);
        tcb.lastAckSent(segment.seq + 1);
        negotiation.onSyn(tcb, segment, nowNs);
        if (hasAck) {
            establish(tcb, segment, nowNs);
        } else {
            cross(tcb, segment, nowNs);
        }
    }

    private boolean isOfSyn(Tcb tcb, int ack) {
        int beyond = ack - tcb.sndNxt();
        return beyond >= 0 && beyond <= connections.flight(tcb).synOctets;
    }

    private void establish(Tcb tcb, Segment segment, long nowNs) {
        Flight flight = connections.flight(tcb);
        boolean isShut = tcb.has(Flag.SHUT);
        tcb.state(isShut ? TcpState.N_FIN_WAIT_1 : TcpState.N_ESTABLISHED);
        if (flight.isFastOpen) {
            fastOpen.onSynAck(tcb, flight, segment, nowNs);
            flight.isFastOpen = false;
        }
        if (segment.ack != tcb.sndNxt()) {
            counters.increment(Counter.TCP_FAST_OPEN_ACTIVE);
            fastOpen.onAcknowledged(tcb, flight, segment.ack);
        }
        tcb.sndUna(segment.ack);
        if (flight.backoff == 0) {
            negotiation.sampleHandshake(tcb, nowNs - flight.synSentNs);
            flight.congestion.srttNs = tcb.srttUs() * 1000L;
            flight.rtoNs = connections.rtoNs(tcb.srttUs(), tcb.rttvarUs());
        }
        flight.retransmitAtNs = Flight.NEVER;
        flight.isSynDue = false;
        if (flight.backoff > 0) {
            // RFC 5681 §3.1: after a lost SYN the initial window is one segment.
            flight.congestion.cwnd = tcb.mss();
            flight.rtoNs = connections.rtoWithoutSample(tcb);
        }
        flight.backoff = 0;
        // The window of a SYN is never scaled (RFC 7323 §2.2).
        tcb.sndWnd(segment.window);
        tcb.wl1(segment.seq);
        tcb.wl2(segment.ack);
        tcb.quickAcks(Negotiation.QUICK_ACKS);
        counters.increment(Counter.TCP_OPENED_ACTIVE);
        connections.notify(tcb, TcpUser.OPENED);
        ackPolicy.now(tcb);
        connections.restIfIdle(tcb, flight);
    }

    /**
     * Both sides sent a SYN (RFC 9293 §3.5, figure 7): answer with a SYN-ACK and wait for its ACK.
     */
    private void cross(Tcb tcb, Segment segment, long nowNs) {
        Flight flight = connections.flight(tcb);
        tcb.state(TcpState.N_SYN_RECEIVED);
        flight.isFastOpen = false;
        tcb.sndWnd(segment.window);
        tcb.wl1(segment.seq);
        tcb.wl2(tcb.sndUna());
        flight.isSynDue = true;
        timers.scheduleRetransmit(tcb, flight, nowNs + config.initialRtoNs());
        connections.markDirty(tcb);
    }

    /**
     * RFC 3168 §6.1.1.1: a RST may have been meant for the bits that ask for marks, so the SYN is
     * sent once more without them.
     */
    private boolean mayAskWithoutEcn(Tcb tcb) {
        Flight flight = connections.flight(tcb);
        if (!flight.isEcnAsked) {
            return false;
        }
        flight.isEcnRefused = true;
        flight.isSynDue = true;
        connections.markDirty(tcb);
        return true;
    }
}
