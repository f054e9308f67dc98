package io.ringway.tcp;

import io.ringway.layer.PacketInfo;
import io.ringway.wire.TcpHeader;

/** Sends the SYN of an active open, and the SYN-ACK of a simultaneous one. */
final class SynSender {
    private final TcpConfig config;
    private final Connections connections;
    private final Negotiation negotiation;
    private final SegmentWriter writer;
    private final Timers timers;

    SynSender(
            TcpConfig config,
            Connections connections,
            Negotiation negotiation,
            SegmentWriter writer,
            Timers timers) {
        this.config = config;
        this.connections = connections;
        this.negotiation = negotiation;
        this.writer = writer;
        this.timers = timers;
    }

    /** Sends what is due; returns how many segments. */
    int poll(Tcb tcb, long nowNs) {
        tcb.unset(Flag.ACK_NOW | Flag.ACK_DELAYED);
        Flight flight = connections.flight(tcb);
        if (!flight.isSynDue) {
            return 0;
        }
        boolean isAnswer = tcb.state() == TcpState.N_SYN_RECEIVED;
        PacketInfo route = negotiation.path(tcb);
        int scale =
                isAnswer && tcb.sendScale() == 0 && tcb.receiveScale() == 0
                        ? -1
                        : negotiation.scaleFor(tcb.receiveLimit());
        boolean isSent =
                writer.sendSyn(
                        route,
                        tcb.ports(),
                        tcb.sndUna(),
                        isAnswer ? tcb.rcvNxt() : 0,
                        isAnswer ? TcpHeader.SYN | TcpHeader.ACK : TcpHeader.SYN,
                        Math.min(tcb.receiveLimit(), 0xffff),
                        negotiation.mssToOffer(route),
                        scale,
                        isAnswer ? tcb.has(Flag.SACK) : config.selectiveAck(),
                        isAnswer ? tcb.has(Flag.TIMESTAMPS) : config.timestamps(),
                        SegmentWriter.timestamp(tcb.tsOffset(), nowNs),
                        isAnswer ? tcb.tsRecent() : 0,
                        nowNs);
        if (!isSent) {
            timers.scheduleRetry(tcb, nowNs);
            return 0;
        }
        tcb.hint(route.hint);
        flight.isSynDue = false;
        if (flight.backoff == 0) {
            flight.timedAtNs = nowNs;
        }
        return 1;
    }
}
