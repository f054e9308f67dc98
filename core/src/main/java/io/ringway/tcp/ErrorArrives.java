package io.ringway.tcp;

import io.ringway.layer.IcmpError;
import io.ringway.layer.PacketInfo;
import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.wire.Seq;

/**
 * An ICMP error about one of our segments arrives: believed only when it quotes what is really
 * outstanding, and even then no reason to end a connection that is open (RFC 9293 §3.9.2.2, RFC
 * 5461, RFC 5927).
 */
final class ErrorArrives {
    private final TcpConfig config;
    private final Counters counters;
    private final Connections connections;
    private final PathMtu pathMtu;
    private final Ending ending;
    private final PacketInfo key = new PacketInfo();
    private final Tcb tcb;

    ErrorArrives(
            TcpConfig config,
            Counters counters,
            Connections connections,
            PathMtu pathMtu,
            Ending ending) {
        this.config = config;
        this.counters = counters;
        this.connections = connections;
        this.pathMtu = pathMtu;
        this.ending = ending;
        this.tcb = connections.cursor();
    }

    void onError(IcmpError error, long nowNs) {
        key.sourceHigh = error.remoteHigh;
        key.sourceLow = error.remoteLow;
        key.destinationHigh = error.localHigh;
        key.destinationLow = error.localLow;
        int ports = error.localPort << 16 | error.remotePort;
        if (!connections.find(tcb, key, ports, connections.hash(key, ports))) {
            counters.increment(Counter.ICMP_BAD_QUOTE);
            return;
        }
        // RFC 5927 §4.1: what is not outstanding nobody can have had trouble with just now.
        if (tcb.flight() < 0 || !Seq.isWithin(error.sequence, tcb.sndUna(), tcb.sndNxt())) {
            counters.increment(Counter.TCP_ICMP_BAD_SEQUENCE);
            return;
        }
        switch (error.kind) {
            case TOO_BIG -> pathMtu.onTooBig(tcb, error.sequence, error.mtu, nowNs);
            // RFC 5927 §5.2: hard errors are soft, for anybody can send them.
            case PORT_UNREACHABLE, PROTOCOL_UNREACHABLE -> failOpening(CloseReason.REFUSED);
            // RFC 9293 §3.9.2.2 (MUST-56): soft errors end no connection; one that is still opening
            // need not wait (RFC 5461 §4.1).
            case NETWORK_UNREACHABLE, HOST_UNREACHABLE, PROHIBITED -> {
                failOpening(CloseReason.UNREACHABLE);
                tell(Trouble.UNREACHABLE);
            }
            case TIME_EXCEEDED, PARAMETER_PROBLEM -> {
                counters.increment(Counter.TCP_ICMP_SOFT);
                tell(Trouble.DROPPED);
            }
        }
    }

    /** RFC 9293 §3.9.2.2 (SHLD-25): the application may want to know. */
    private void tell(Trouble trouble) {
        if (tcb.state() >= TcpState.N_ESTABLISHED) {
            connections.notify(tcb, trouble.event());
        }
    }

    private void failOpening(CloseReason reason) {
        boolean isEnded = config.ways().isOpeningEndedByIcmp();
        if (tcb.state() == TcpState.N_SYN_SENT && isEnded) {
            counters.increment(Counter.TCP_ICMP_REFUSED);
            counters.increment(Counter.TCP_OPEN_FAILED);
            ending.finish(tcb, reason);
        } else {
            counters.increment(Counter.TCP_ICMP_SOFT);
        }
    }
}
