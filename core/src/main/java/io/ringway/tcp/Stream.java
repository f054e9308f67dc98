package io.ringway.tcp;

import io.ringway.memory.FramePool;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;

/**
 * The SEND, RECEIVE, CLOSE and ABORT calls (RFC 9293 §3.10.2 to §3.10.5). {@link Tcp} has their
 * contracts.
 */
final class Stream {
    private final SendBuffer sendBuffer;
    private final TcpSettings settings;
    private final Connections connections;
    private final SendQueue sendQueue;
    private final Sender sender;
    private final Timers timers;
    private final Ending ending;
    private final Receiver receiver;
    private final ReceiveWindow receiveWindow;
    private final AckPolicy ackPolicy;

    Stream(TcpParts parts) {
        this.sendBuffer = parts.sendBuffer;
        this.settings = parts.settings;
        this.connections = parts.connections;
        this.sendQueue = parts.sendQueue;
        this.sender = parts.sender;
        this.timers = parts.timers;
        this.ending = parts.ending;
        this.receiver = parts.receiver;
        this.receiveWindow = parts.receiveWindow;
        this.ackPolicy = parts.ackPolicy;
    }

    void consume(Tcb tcb, int octets) {
        receiver.consume(tcb, octets);
        onConsumed(tcb);
    }

    int take(Tcb tcb) {
        int frame = receiver.take(tcb);
        onConsumed(tcb);
        return frame;
    }

    private void onConsumed(Tcb tcb) {
        int state = tcb.state();
        if (state == TcpState.N_CLOSED) {
            ending.onConsumed(tcb);
        } else if (state <= TcpState.N_FIN_WAIT_2
                && !tcb.has(Flag.FIN_RECEIVED)
                && receiveWindow.isUpdateDue(tcb)) {
            ackPolicy.now(tcb);
        }
    }

    private static boolean maySend(Tcb tcb) {
        int state = tcb.state();
        return state >= TcpState.N_SYN_SENT
                && (state <= TcpState.N_ESTABLISHED || state == TcpState.N_CLOSE_WAIT)
                && !tcb.has(Flag.SHUT);
    }

    int writable(Tcb tcb) {
        if (!maySend(tcb)) {
            return 0;
        }
        if (tcb.flight() < 0) {
            return sendBuffer.limitAtRest(tcb);
        }
        return sendBuffer.room(tcb, connections.flight(tcb));
    }

    int write(Tcb tcb, MemorySegment from, long offset, int length, long nowNs) {
        int room = Math.min(length, writable(tcb));
        Flight flight = room > 0 ? borrowToWrite(tcb, nowNs) : null;
        int taken =
                flight == null
                        ? 0
                        : sendQueue.append(
                                flight, from, offset, room, sender.unit(flight), tcb.sndNxt());
        if (taken > 0) {
            connections.markDirty(tcb);
        }
        if (taken < length && maySend(tcb)) {
            wantWrite(tcb, flight, nowNs);
        }
        return taken;
    }

    private @Nullable Flight borrowToWrite(Tcb tcb, long nowNs) {
        return connections.borrow(tcb, nowNs, Ticks.of(nowNs) - tcb.activityTick());
    }

    private void wantWrite(Tcb tcb, @Nullable Flight flight, long nowNs) {
        tcb.set(Flag.WANTS_WRITE);
        if (flight == null || flight.queueHead == FramePool.NONE) {
            // Nothing is under way whose ACK would bring room: it was the pool that had none.
            timers.scheduleRetry(tcb, nowNs);
        }
    }

    long reserve(Tcb tcb, int atLeast, long nowNs) {
        if (!maySend(tcb)) {
            return -1;
        }
        int room = writable(tcb);
        Flight flight = room >= atLeast && room > 0 ? borrowToWrite(tcb, nowNs) : null;
        if (flight == null) {
            wantWrite(tcb, null, nowNs);
            return -1;
        }
        int sndNxt = tcb.sndNxt();
        if (sendQueue.tailRoom(flight, sndNxt) < Math.max(1, atLeast)
                && !sendQueue.grow(flight, Math.max(1, atLeast), sender.unit(flight))) {
            wantWrite(tcb, flight, nowNs);
            connections.restIfIdle(tcb, flight);
            return -1;
        }
        if (sendQueue.tailRoom(flight, sndNxt) < atLeast) {
            return -1;
        }
        return sendQueue.tailEnd(flight);
    }

    int reservedLength(Tcb tcb) {
        if (tcb.flight() < 0) {
            return 0;
        }
        return Math.min(sendQueue.tailRoom(connections.flight(tcb), tcb.sndNxt()), writable(tcb));
    }

    void commit(Tcb tcb, int octets) {
        assert octets <= reservedLength(tcb) : octets;
        Flight flight = connections.flight(tcb);
        if (octets > 0) {
            sendQueue.extendTail(flight, octets);
            connections.markDirty(tcb);
        } else {
            sendQueue.dropEmptyTail(flight);
            connections.restIfIdle(tcb, flight);
        }
    }

    void shutdownOutput(Tcb tcb, long nowNs) {
        shut(tcb, nowNs);
    }

    private void shut(Tcb which, long nowNs) {
        if (!maySend(which)) {
            return;
        }
        if (connections.borrow(which, nowNs, 0) == null) {
            ending.abort(which, CloseReason.NO_RESOURCES);
            return;
        }
        which.set(Flag.SHUT);
        if (which.state() == TcpState.N_ESTABLISHED) {
            which.state(TcpState.N_FIN_WAIT_1);
        } else if (which.state() == TcpState.N_CLOSE_WAIT) {
            which.state(TcpState.N_LAST_ACK);
        }
        connections.markDirty(which);
    }

    void close(Tcb tcb, long nowNs) {
        if (tcb.state() == TcpState.N_CLOSED) {
            tcb.set(Flag.DETACHED);
            ending.onDetached(tcb);
            return;
        }
        if (tcb.has(Flag.DETACHED)) {
            return;
        }
        tcb.set(Flag.DETACHED);
        if (tcb.state() == TcpState.N_SYN_SENT) {
            ending.finish(tcb, CloseReason.ABORTED);
        } else if (tcb.has(Flag.LINGER_RESET)) {
            ending.abort(tcb, CloseReason.ABORTED);
        } else if (tcb.receiveQueued() > 0) {
            ending.abort(tcb, CloseReason.CLOSED_WITH_DATA);
        } else {
            shut(tcb, nowNs);
            long lingerNs = settings.lingerNs(tcb);
            if (lingerNs != 0 && tcb.state() != TcpState.N_CLOSED) {
                int tick = Ticks.ceiling(nowNs + lingerNs);
                settings.lingerUntil(tcb, tick);
                timers.schedule(tcb, tick);
            }
            if (Timers.isWaitingForFin(tcb)) {
                timers.schedule(tcb, timers.finWaitTick(tcb));
            }
        }
    }

    void abort(Tcb tcb, CloseReason reason) {
        if (tcb.state() == TcpState.N_CLOSED) {
            tcb.set(Flag.DETACHED);
            ending.onDetached(tcb);
        } else {
            ending.abort(tcb, reason);
        }
    }
}
