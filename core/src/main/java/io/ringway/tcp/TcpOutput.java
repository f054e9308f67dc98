package io.ringway.tcp;

import io.ringway.layer.PacketSink;

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
        int turns = connections.dirty.size();
        while (turns-- > 0 && sent < limit) {
            int room = Math.min(Math.min(limit - sent, sink.room()), config.segmentsPerPoll());
            if (room <= 0) {
                break;
            }
            sent += serve(connections.dirty.remove(), nowNs, room);
        }
        return sent;
    }

    /** Whether there is something to send at once. */
    boolean hasWork() {
        return !connections.dirty.isEmpty() || !replies.isEmpty() || passiveOpen.hasDue();
    }

    private int serve(int index, long nowNs, int room) {
        tcb.at(index).unset(Flag.DIRTY);
        int state = tcb.state();
        if (state == TcpState.N_SYN_SENT || state == TcpState.N_SYN_RECEIVED) {
            return synSender.poll(tcb, nowNs);
        }
        int sent = sender.poll(tcb, nowNs, room);
        if (tcb.has(Flag.ZOMBIE)) {
            connections.free(tcb);
            return sent;
        }
        if (sender.hasMore()) {
            connections.markDirty(tcb);
        }
        if (tcb.has(Flag.ACK_DELAYED)) {
            timers.scheduleAck(tcb, nowNs);
        }
        return sent;
    }
}
