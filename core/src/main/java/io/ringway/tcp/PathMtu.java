package io.ringway.tcp;

import io.ringway.layer.IcmpError;
import io.ringway.layer.PacketInfo;
import io.ringway.layer.PacketSink;
import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.wire.Seq;

/**
 * ICMP errors about our segments: believed only when they quote what is really outstanding (RFC
 * 5927, RFC 5461).
 */
final class PathMtu {
    private final PacketSink sink;
    private final Counters counters;
    private final Connections connections;
    private final Negotiation negotiation;
    private final Recovery recovery;
    private final Ending ending;
    private final PacketInfo key = new PacketInfo();
    private final Tcb tcb;

    PathMtu(
            PacketSink sink,
            Counters counters,
            Connections connections,
            Negotiation negotiation,
            Recovery recovery,
            Ending ending) {
        this.sink = sink;
        this.counters = counters;
        this.connections = connections;
        this.negotiation = negotiation;
        this.recovery = recovery;
        this.ending = ending;
        this.tcb = connections.cursor();
    }

    void onError(IcmpError error, long nowNs) {
        key.sourceHigh = error.remoteHigh;
        key.sourceLow = error.remoteLow;
        key.destinationHigh = error.localHigh;
        key.destinationLow = error.localLow;
        int ports = error.localPort << 16 | error.remotePort;
        if (!connections.find(tcb, key, ports, connections.hash(key, ports))
                || !Seq.isWithin(error.sequence, tcb.sndUna(), tcb.sndNxt())) {
            counters.increment(Counter.ICMP_BAD_QUOTE);
            return;
        }
        switch (error.kind) {
            case TOO_BIG -> lower(error, nowNs);
            case PORT_UNREACHABLE, PROTOCOL_UNREACHABLE -> failOpening(CloseReason.REFUSED);
            // RFC 9293 §3.9.2.2 (MUST-56): soft errors end no connection; one that is still opening
            // need not wait.
            case NETWORK_UNREACHABLE, HOST_UNREACHABLE, PROHIBITED ->
                    failOpening(CloseReason.UNREACHABLE);
            case TIME_EXCEEDED, PARAMETER_PROBLEM -> {}
        }
    }

    private void failOpening(CloseReason reason) {
        if (tcb.state() == TcpState.N_SYN_SENT) {
            counters.increment(Counter.TCP_OPEN_FAILED);
            ending.finish(tcb, reason);
        }
    }

    /**
     * The path takes less: remember it, and send again in smaller segments (RFC 1191 §6.4, RFC 8201
     * §5.4).
     */
    private void lower(IcmpError error, long nowNs) {
        PacketInfo path = negotiation.path(tcb);
        sink.lowerMtu(error, nowNs);
        int before = tcb.mss();
        negotiation.onPathMtu(tcb, sink.mtu(path));
        if (tcb.mss() < before && tcb.flight() >= 0 && tcb.state() >= TcpState.N_ESTABLISHED) {
            // What is outstanding was too big and is gone, though not by congestion: cwnd stays.
            recovery.resend(tcb, connections.flight(tcb));
            connections.markDirty(tcb);
        }
    }
}
