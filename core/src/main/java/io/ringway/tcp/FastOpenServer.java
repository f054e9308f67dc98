package io.ringway.tcp;

import io.ringway.layer.PacketInfo;
import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.tcp.Listeners.Listener;
import io.ringway.wire.TcpOptions;

/**
 * The server's side of TCP Fast Open (RFC 7413 §4.2): a SYN with a cookie that we gave to its
 * address opens the connection at once, with its data.
 *
 * <p>A cookie is a SipHash of the peer's address and of the period of {@link #PERIOD_NS} it was
 * made in. It is good in the next period too, and renewed then.
 */
final class FastOpenServer {
    /** Octets of our cookies. */
    static final int COOKIE_LENGTH = 8;

    /** A cookie is good for this long at least, and for less than twice that. */
    static final long PERIOD_NS = 12 * 3600 * 1_000_000_000L;

    private final Counters counters;
    private final CookieHandshakes cookies;
    private final Accepting accepting;
    private final Connections connections;
    private final Receiver receiver;
    private final SipHash hash;
    private final Tcb tcb;

    FastOpenServer(
            Counters counters,
            CookieHandshakes cookies,
            Accepting accepting,
            Connections connections,
            Receiver receiver,
            long seed) {
        this.counters = counters;
        this.cookies = cookies;
        this.accepting = accepting;
        this.connections = connections;
        this.receiver = receiver;
        this.hash = new SipHash(Mix.key(seed, 1), Mix.key(seed, 2));
        this.tcb = connections.cursor();
    }

    /** Whether the SYN-ACK should bring a cookie, the SYN having asked for one or brought one. */
    static boolean isAsked(Listener listener, Segment segment) {
        return listener.fastOpenLimit > 0 && segment.hasOptions && segment.options.hasFastOpen();
    }

    /** The cookie for a peer. */
    long cookie(long remoteHigh, long remoteLow, long nowNs) {
        return cookieOf(remoteHigh, remoteLow, Math.floorDiv(nowNs, PERIOD_NS));
    }

    private long cookieOf(long remoteHigh, long remoteLow, long period) {
        return hash.start().add(remoteHigh).add(remoteLow).add(period).finish();
    }

    /**
     * Takes a SYN for a listener.
     *
     * @param iss the initial sequence number of the connection
     * @return false when it must go the usual way of three segments
     */
    boolean onSyn(Listener listener, Segment segment, int iss, long nowNs) {
        if (!isAsked(listener, segment) || segment.options.fastOpenCookieLength() == 0) {
            return false;
        }
        PacketInfo info = segment.info;
        TcpOptions options = segment.options;
        long period = Math.floorDiv(nowNs, PERIOD_NS);
        long cookie = options.fastOpenCookieHigh();
        boolean isNew = cookie == cookieOf(info.sourceHigh, info.sourceLow, period);
        if (options.fastOpenCookieLength() != COOKIE_LENGTH
                || (!isNew && cookie != cookieOf(info.sourceHigh, info.sourceLow, period - 1))) {
            counters.increment(Counter.TCP_FAST_OPEN_REJECTED);
            return false;
        }
        // RFC 7413 §5.1: who has a cookie of somebody else's may flood us from there, so few
        // connections are open without an ACK at the same time.
        if (listener.fastOpenPending >= listener.fastOpenLimit
                || segment.payloadLength > listener.receiveLimit) {
            counters.increment(Counter.TCP_FAST_OPEN_LIMITED);
            return false;
        }
        SynEntry half = cookies.describe(listener, segment).iss(iss);
        if (!accepting.openBeforeAck(half, listener, segment, !isNew, nowNs)) {
            return false;
        }
        counters.increment(Counter.TCP_FAST_OPEN_PASSIVE);
        takeData(segment, nowNs);
        return true;
    }

    private void takeData(Segment segment, long nowNs) {
        if (segment.payloadLength == 0) {
            return;
        }
        int ports = segment.destinationPort << 16 | segment.sourcePort;
        boolean isThere =
                connections.find(tcb, segment.info, ports, connections.hash(segment.info, ports));
        assert isThere : "just opened";
        // The SYN took the first number (RFC 9293 §3.4).
        segment.seq++;
        receiver.onText(tcb, segment, nowNs);
    }
}
