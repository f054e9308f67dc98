package io.ringway.tcp;

import io.ringway.layer.PacketSink;
import io.ringway.memory.Counter;
import io.ringway.memory.Counters;

/**
 * What happens when a connection's timer comes up (RFC 9293 §3.10.8): whatever is due, and then the
 * next deadline.
 */
final class TimerActions implements TimerWheel.Expiry {
    /** Time-outs in a row after which somebody is told (RFC 9293 §3.8.3, SHLD-10). */
    private static final int R1 = 3;

    private final PacketSink sink;
    private final Negotiation negotiation;
    private final TcpConfig config;
    private final TcpSettings settings;
    private final Counters counters;
    private final Connections connections;
    private final Recovery recovery;
    private final PathMtu pathMtu;
    private final LossTimer lossTimer;
    private final Timers timers;
    private final Ending ending;
    private final Tcb tcb;
    private long nowNs;

    TimerActions(
            PacketSink sink,
            Negotiation negotiation,
            TcpConfig config,
            TcpSettings settings,
            Counters counters,
            Connections connections,
            Recovery recovery,
            PathMtu pathMtu,
            LossTimer lossTimer,
            Timers timers,
            Ending ending) {
        this.sink = sink;
        this.negotiation = negotiation;
        this.config = config;
        this.settings = settings;
        this.counters = counters;
        this.connections = connections;
        this.recovery = recovery;
        this.pathMtu = pathMtu;
        this.lossTimer = lossTimer;
        this.timers = timers;
        this.ending = ending;
        this.tcb = connections.cursor();
    }

    int expire(long now, int limit) {
        nowNs = now;
        return timers.expire(now, limit, this);
    }

    @Override
    public void onExpired(int entry) {
        tcb.at(entry).unset(Flag.ARMED);
        if (tcb.has(Flag.RETRY_OUTPUT)) {
            tcb.unset(Flag.RETRY_OUTPUT);
            connections.markDirty(tcb);
            if (tcb.has(Flag.WANTS_WRITE)) {
                // There was no frame for what the application wrote: it may try again.
                tcb.unset(Flag.WANTS_WRITE);
                connections.notify(tcb, TcpUser.WRITABLE);
            }
        }
        if (tcb.flight() >= 0 && connections.flight(tcb).retransmitAtNs <= nowNs) {
            onRetransmit(connections.flight(tcb));
        }
        if (tcb.flight() >= 0) {
            endKeeping(connections.flight(tcb));
        }
        if (isAlive() && tcb.has(Flag.ACK_DELAYED) && tcb.ackTick() - now() <= 0) {
            counters.increment(Counter.TCP_DELAYED_ACKS);
            tcb.unset(Flag.ACK_DELAYED);
            tcb.set(Flag.ACK_NOW);
            connections.markDirty(tcb);
        }
        if (isAlive()
                && tcb.has(Flag.KEEP_ALIVE)
                && tcb.state() >= TcpState.N_ESTABLISHED
                && timers.keepAliveTick(tcb) - now() <= 0) {
            onKeepAlive();
        }
        if (isAlive() && tcb.flight() >= 0 && connections.flight(tcb).corkAtNs <= nowNs) {
            Flight flight = connections.flight(tcb);
            flight.corkAtNs = Flight.NEVER;
            flight.isCorkOver = true;
            connections.markDirty(tcb);
        }
        if (isAlive() && settings.isLingering(tcb) && settings.lingerTick(tcb) - now() <= 0) {
            onLingered();
        }
        if (isAlive() && Timers.isWaitingForFin(tcb) && timers.finWaitTick(tcb) - now() <= 0) {
            // The peer never closed its side; nobody is here any more to read it.
            ending.finish(tcb, CloseReason.CLOSED);
        }
        if (isAlive()) {
            timers.reschedule(tcb, nowNs);
        }
    }

    /** Nothing came for so long that what the algorithm remembers is worth no Flight any more. */
    private void endKeeping(Flight flight) {
        if (flight.keepUntilNs != 0 && flight.keepUntilNs <= nowNs) {
            flight.keepUntilNs = 0;
            connections.restIfIdle(tcb, flight);
        }
    }

    /** Close had so long to deliver; what the peer has not acknowledged by now is lost. */
    private void onLingered() {
        if (tcb.state() == TcpState.N_FIN_WAIT_2) {
            settings.lingerUntil(tcb, timers.finWaitTick(tcb));
        } else {
            ending.abort(tcb, CloseReason.TIMED_OUT);
        }
    }

    private int now() {
        return Ticks.of(nowNs);
    }

    private boolean isAlive() {
        return tcb.state() != TcpState.N_CLOSED;
    }

    private void onRetransmit(Flight flight) {
        int state = tcb.state();
        if (state == TcpState.N_SYN_SENT || state == TcpState.N_SYN_RECEIVED) {
            onSynTimeout(flight);
        } else if (nowNs - flight.progressNs >= settings.userTimeoutNs(tcb)
                && !isProbeAnswered(flight)) {
            // RFC 9293 §3.8.3 (R2) and §3.9.1 (user time-out): the peer gets a RST, should it ever
            // come back.
            ending.abort(tcb, CloseReason.TIMED_OUT);
        } else if (flight.isPersisting) {
            flight.backoff++;
            tcb.set(Flag.WINDOW_PROBE);
            again(flight);
        } else if (flight.timerKind == LossTimer.REORDER) {
            counters.increment(Counter.TCP_REORDER_TIMEOUTS);
            recovery.onReorderTimeout(tcb, flight, nowNs);
            lossTimer.arm(tcb, flight, nowNs);
            connections.markDirty(tcb);
        } else if (flight.timerKind == LossTimer.PROBE) {
            // RFC 8985 §7.3: one segment more, and the time-out from now.
            flight.probe.isDue = true;
            lossTimer.restart(tcb, flight, nowNs);
            connections.markDirty(tcb);
        } else {
            onTimeout(flight);
        }
    }

    /**
     * Whether the peer has answered the last zero-window probe, or the retransmission that is one
     * because the window shrank to zero (RFC 9293 §3.8.6, MUST-35). However far apart these are, a
     * connection stays while they are answered (§3.8.6.1, MUST-37).
     */
    private boolean isProbeAnswered(Flight flight) {
        long probedNs = flight.timeoutAtNs - lossTimer.timeoutNs(flight);
        boolean isProbing = flight.isPersisting || tcb.sndWnd() == 0;
        return isProbing && flight.progressNs >= probedNs;
    }

    private void onTimeout(Flight flight) {
        counters.increment(Counter.TCP_TIMEOUTS);
        pathMtu.onTimeout(tcb, flight, nowNs);
        recovery.onTimeout(tcb, flight, nowNs);
        // RFC 6298 §5.5.
        flight.backoff++;
        if (flight.backoff == R1) {
            // RFC 9293 §3.8.3: perhaps the next hop is gone, and IP finds out.
            sink.doubtReachable(negotiation.path(tcb), nowNs);
            connections.notify(tcb, Trouble.UNANSWERED.event());
        }
        again(flight);
    }

    private void again(Flight flight) {
        lossTimer.restart(tcb, flight, nowNs);
        connections.markDirty(tcb);
    }

    private void onSynTimeout(Flight flight) {
        boolean isAnswer = tcb.state() == TcpState.N_SYN_RECEIVED;
        if (flight.backoff >= (isAnswer ? config.synAckRetries() : config.synRetries())) {
            counters.increment(Counter.TCP_OPEN_FAILED);
            ending.finish(tcb, CloseReason.TIMED_OUT);
            return;
        }
        if (tcb.sndUna() != tcb.sndNxt() && flight.isFastOpen) {
            recovery.onTimeout(tcb, flight, nowNs);
        }
        flight.backoff++;
        flight.isSynDue = true;
        again(flight);
    }

    private void onKeepAlive() {
        // With data outstanding the retransmission timer watches the peer already.
        if (tcb.sndUna() != tcb.sndNxt()) {
            return;
        }
        if (tcb.probes() >= settings.keepAliveProbes(tcb)) {
            ending.abort(tcb, CloseReason.KEEPALIVE_TIMED_OUT);
            return;
        }
        tcb.probes(tcb.probes() + 1);
        tcb.set(Flag.PROBE_KEEP_ALIVE);
        connections.markDirty(tcb);
    }
}
