package io.ringway.tcp;

import io.ringway.layer.PacketInfo;
import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.tcp.Listeners.Listener;

/**
 * The end of a passive open: a half-open connection becomes one of the listener's (RFC 9293
 * §3.10.7.4, SYN-RECEIVED), or finds no room.
 */
final class Accepting {
    private final Overflow overflow;
    private final Counters counters;
    private final Connections connections;
    private final Listeners listeners;
    private final PeerLimits peers;
    private final Negotiation negotiation;
    private final PathMtu pathMtu;
    private final Timers timers;
    private final Replies replies;
    private final PacketInfo route = new PacketInfo();
    private final Tcb tcb;
    private boolean isEstablished;

    Accepting(
            TcpConfig config,
            Counters counters,
            Connections connections,
            Listeners listeners,
            PeerLimits peers,
            Negotiation negotiation,
            PathMtu pathMtu,
            Timers timers,
            Replies replies) {
        this.overflow = config.defence().overflow();
        this.counters = counters;
        this.connections = connections;
        this.listeners = listeners;
        this.peers = peers;
        this.negotiation = negotiation;
        this.pathMtu = pathMtu;
        this.timers = timers;
        this.replies = replies;
        this.tcb = connections.cursor();
    }

    /** Nothing was established since the call. */
    void start() {
        isEstablished = false;
    }

    boolean isEstablished() {
        return isEstablished;
    }

    /** There is no room for a handshake: it is counted, and answered as was configured. */
    void refuse(Counter reason, Segment segment) {
        counters.increment(reason);
        if (overflow == Overflow.RESET) {
            replies.reset(segment);
        }
    }

    /**
     * Makes the connection that {@code half} describes and {@code segment} completes.
     *
     * @param sampleNs the round trip of the SYN-ACK, or -1 when it is not known
     * @param isSynAckLost whether the SYN-ACK had to be sent again
     * @return whether there was room for it
     */
    boolean establish(
            SynEntry half,
            Listener listener,
            Segment segment,
            long sampleNs,
            boolean isSynAckLost,
            long nowNs) {
        if (listeners.isQueueFull(listener)) {
            // The peer believes itself connected; unless told otherwise it will send again, and by
            // then there may be room.
            refuse(Counter.TCP_ACCEPT_QUEUE_FULL, segment);
            return false;
        }
        PacketInfo info = segment.info;
        if (!peers.allowsConnection(info.sourceHigh, info.sourceLow)
                || !create(half, listener, segment, nowNs)) {
            return false;
        }
        tcb.state(TcpState.N_ESTABLISHED);
        tcb.sndWnd(segment.window << tcb.sendScale());
        if (sampleNs >= 0) {
            negotiation.sampleHandshake(tcb, sampleNs);
        }
        if (isSynAckLost) {
            // RFC 5681 §3.1: the initial window is one segment then.
            tcb.cwnd(tcb.mss());
        }
        announce(listener, nowNs);
        isEstablished = true;
        return true;
    }

    /**
     * Makes the connection that a SYN with a good Fast Open cookie opens: in SYN-RECEIVED, but with
     * all that an established one may do (RFC 7413 §4.2.2).
     *
     * @param isCookieDue whether the SYN-ACK is to bring a new cookie
     * @return whether there was room for it
     */
    boolean openBeforeAck(
            SynEntry half, Listener listener, Segment segment, boolean isCookieDue, long nowNs) {
        if (!create(half, listener, segment, nowNs)) {
            return false;
        }
        tcb.state(TcpState.N_SYN_RECEIVED);
        tcb.sndWnd(segment.window);
        Flight flight = connections.borrow(tcb, nowNs, 0);
        if (flight == null) {
            connections.unlink(tcb);
            connections.free(tcb);
            return false;
        }
        flight.isFastOpen = true;
        flight.isCookieDue = isCookieDue;
        flight.peerSyn = half.irs();
        flight.isSynDue = true;
        flight.timeoutAtNs = nowNs + timers.backedOff(flight.rtoNs, 0);
        timers.scheduleRetransmit(tcb, flight, flight.timeoutAtNs);
        connections.markDirty(tcb);
        listener.fastOpenPending++;
        announce(listener, nowNs);
        return true;
    }

    private void announce(Listener listener, long nowNs) {
        listeners.onEstablished(tcb, listener);
        if (listener.keepAlive) {
            tcb.activityTick(Ticks.of(nowNs));
            timers.reschedule(tcb, nowNs);
        }
        counters.increment(Counter.TCP_OPENED_PASSIVE);
        connections.notify(tcb, TcpUser.OPENED);
    }

    private boolean create(SynEntry half, Listener listener, Segment segment, long nowNs) {
        PacketInfo info = segment.info;
        if (!connections.create(tcb, info, segment.destinationPort, segment.sourcePort)) {
            return false;
        }
        tcb.application(listener.application);
        negotiation.limitWindow(tcb, listener.receiveLimit);
        number(half.irs() + 1, half.iss() + 1);
        agree(half, nowNs);
        route.answerTo(info);
        pathMtu.open(tcb, half.mss(), route, nowNs);
        negotiation.start(tcb);
        tcb.quickAcks(Negotiation.QUICK_ACKS);
        return true;
    }

    private void number(int rcvNxt, int sndNxt) {
        tcb.rcvNxt(rcvNxt);
        tcb.lastAckSent(rcvNxt);
        tcb.sndUna(sndNxt);
        tcb.sndNxt(sndNxt);
        tcb.wl1(rcvNxt);
        tcb.wl2(sndNxt);
    }

    private void agree(SynEntry half, long nowNs) {
        if (half.hasWindowScale()) {
            tcb.scales(half.peerShift(), half.ownShift());
        }
        if (half.isSackPermitted()) {
            tcb.set(Flag.SACK);
        }
        if (half.isEcn()) {
            tcb.set(Flag.ECN);
        }
        if (half.hasTimestamps()) {
            tcb.set(Flag.TIMESTAMPS);
            tcb.tsRecent(half.peerTimestamp());
            tcb.tsRecentSecond(Ticks.second(nowNs));
            tcb.tsOffset(half.timestampOffset());
        }
    }
}
