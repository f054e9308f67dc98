package io.ringway.tcp;

import io.ringway.memory.Counter;
import io.ringway.memory.Counters;

/**
 * How a connection ends: in good order, into TIME-WAIT, or aborted; and what it gives back then.
 */
final class Ending {
    private final Counters counters;
    private final Connections connections;
    private final Listeners listeners;
    private final SendQueue sendQueue;
    private final Reassembly reassembly;
    private final Receiver receiver;
    private final Timers timers;
    private final TcpSettings settings;
    private final TimeWaits timeWaits;
    private final Replies replies;

    Ending(
            Counters counters,
            Connections connections,
            Listeners listeners,
            SendQueue sendQueue,
            Reassembly reassembly,
            Receiver receiver,
            Timers timers,
            TcpSettings settings,
            TimeWaits timeWaits,
            Replies replies) {
        this.counters = counters;
        this.connections = connections;
        this.listeners = listeners;
        this.sendQueue = sendQueue;
        this.reassembly = reassembly;
        this.receiver = receiver;
        this.timers = timers;
        this.settings = settings;
        this.timeWaits = timeWaits;
        this.replies = replies;
    }

    /**
     * Both FINs are acknowledged and this side closed first (or at the same time): the rest is for
     * the TIME-WAIT table.
     */
    void enterTimeWait(Tcb tcb, long nowNs) {
        timeWaits.insert(tcb, nowNs);
        finish(tcb, CloseReason.CLOSED);
    }

    /** Ends the connection with a RST to the peer (RFC 9293 §3.10.5). */
    void abort(Tcb tcb, CloseReason reason) {
        int state = tcb.state();
        if (state >= TcpState.N_SYN_RECEIVED && state <= TcpState.N_LAST_ACK) {
            replies.abort(tcb, tcb.sndNxt());
        }
        tcb.unset(Flag.ACK_NOW | Flag.ACK_DELAYED);
        finish(tcb, reason);
    }

    /** Ends the connection without a word to the peer. */
    void finish(Tcb tcb, CloseReason reason) {
        assert tcb.state() != TcpState.N_CLOSED : tcb;
        boolean isClean = reason == CloseReason.CLOSED;
        counters.increment(isClean ? Counter.TCP_CLOSED : Counter.TCP_ABORTED);
        connections.unlink(tcb);
        if (tcb.state() == TcpState.N_SYN_RECEIVED && connections.flight(tcb).isFastOpen) {
            listeners.onFastOpenOver(tcb);
        }
        connections.dropFlight(tcb, sendQueue, reassembly);
        timers.cancel(tcb);
        settings.forget(tcb);
        tcb.unset(Flag.ACK_DELAYED | Flag.HAS_SETTINGS | Flag.WANTS_WRITE);
        tcb.state(TcpState.N_CLOSED);
        tcb.closeReason(reason.ordinal());
        if (isClean && tcb.receiveQueued() > 0 && !tcb.has(Flag.DETACHED)) {
            tcb.set(Flag.END_HELD);
        } else {
            end(tcb);
        }
    }

    /** The ACK of a connection came that Fast Open had opened before. */
    void onFastOpenOver(Tcb tcb, Flight flight) {
        flight.isFastOpen = false;
        flight.isSynDue = false;
        if (tcb.sndUna() == tcb.sndNxt()) {
            flight.retransmitAtNs = Flight.NEVER;
            flight.backoff = 0;
        }
        listeners.onFastOpenOver(tcb);
    }

    /** The application has read: if the end was held back for that, it comes now. */
    void onConsumed(Tcb tcb) {
        if (tcb.has(Flag.END_HELD) && tcb.receiveQueued() == 0) {
            end(tcb);
        }
    }

    /** The application no longer reads from a connection whose end was held back. */
    void onDetached(Tcb tcb) {
        if (tcb.has(Flag.END_HELD)) {
            end(tcb);
        }
    }

    private void end(Tcb tcb) {
        tcb.unset(Flag.END_HELD);
        receiver.clear(tcb);
        connections.notify(tcb, TcpUser.CLOSED);
    }

    /** The application was told of the end: the record is free, as soon as no queue holds it. */
    void onDispatched(Tcb tcb) {
        if (tcb.has(Flag.UNACCEPTED)) {
            listeners.onAccepted(tcb);
        }
        if (tcb.has(Flag.DIRTY)) {
            tcb.set(Flag.ZOMBIE);
        } else {
            connections.free(tcb);
        }
    }
}
