package io.ringway.tcp;

import io.ringway.layer.PacketSink;
import io.ringway.memory.IntQueue;

/**
 * The output step: serves the connections that have something to send in turn, each for a bounded
 * number of segments.
 */
final class TcpOutput {
    private final PacketSink sink;
    private final Connections connections;
    private final Sender sender;
    private final SynSender synSender;
    private final PassiveOpen passiveOpen;
    private final Replies replies;
    private final Timers timers;
    private final TcpConfig config;
    private final Tcb tcb;

    TcpOutput(
            TcpConfig config,
            PacketSink sink,
            Connections connections,
            Sender sender,
            SynSender synSender,
            PassiveOpen passiveOpen,
            Replies replies,
            Timers timers) {
        this.config = config;
        this.sink = sink;
        this.connections = connections;
        this.sender = sender;
        this.synSender = synSender;
        this.passiveOpen = passiveOpen;
        this.replies = replies;
        this.timers = timers;
        this.tcb = connections.cursor();
    }

    /**
     * Sends at most {@code limit} segments, and no more than the sink has room for; returns how
     * many.
     */
    int poll(long nowNs, int limit) {
        int sent = 0;
        while (sent < limit && !replies.isEmpty() && sink.room() > 0) {
            replies.sendFirst(nowNs);
            sent++;
        }
        while (sent < limit && passiveOpen.hasDue() && sink.room() > 0) {
            passiveOpen.sendDue(nowNs);
            sent++;
        }
        int most = Math.min(limit, sent + sink.room());
        boolean isBusy = !connections.unfinished.isEmpty();
        sent += serveAll(connections.dirty, nowNs, isBusy ? most - most / 4 - sent : most - sent);
        sent += serveAll(connections.unfinished, nowNs, most - sent);
        return sent;
    }

    /**
     * Gives each connection of a queue its turn. Those that had one and have more to send stand in
     * a queue of their own, behind who has only now become dirty: so a few octets do not wait for
     * others' megabytes, which have a quarter of the room in any case (after FQ-CoDel, RFC 8290
     * §4.2).
     */
    private int serveAll(IntQueue queue, long nowNs, int limit) {
        int sent = 0;
        for (int turns = queue.size(); turns > 0; turns--) {
            int room = Math.min(Math.min(limit - sent, sink.room()), config.segmentsPerPoll());
            if (room <= 0) {
                break;
            }
            sent += serve(queue.remove(), nowNs, room);
        }
        return sent;
    }

    /** Whether there is something to send at once. */
    boolean hasWork() {
        return !connections.dirty.isEmpty()
                || !connections.unfinished.isEmpty()
                || !replies.isEmpty()
                || passiveOpen.hasDue();
    }

    private int serve(int index, long nowNs, int room) {
        tcb.at(index).unset(Flag.DIRTY);
        int state = tcb.state();
        if (state == TcpState.N_SYN_SENT || state == TcpState.N_SYN_RECEIVED) {
            int syns = synSender.poll(tcb, nowNs);
            if (state == TcpState.N_SYN_SENT || !connections.flight(tcb).isFastOpen) {
                return syns;
            }
        }
        int sent = sender.poll(tcb, nowNs, room);
        if (tcb.has(Flag.ZOMBIE)) {
            connections.free(tcb);
            return sent;
        }
        if (sender.hasMore()) {
            connections.markUnfinished(tcb);
        }
        if (tcb.has(Flag.ACK_DELAYED)) {
            timers.scheduleAck(tcb, nowNs);
        }
        return sent;
    }
}
