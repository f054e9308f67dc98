package io.ringway.tcp;

import io.ringway.layer.PacketInfo;
import io.ringway.wire.TcpHeader;
import io.ringway.wire.TcpOptions;

/**
 * What the options of the two SYNs agree on (RFC 9293 §3.7.1, RFC 7323 §2 and §3.2, RFC 2018 §2).
 */
final class Negotiation {
    /** ACKs sent at once at the start of a connection. */
    static final int QUICK_ACKS = 8;

    private static final int MAX_SCALE = 14;

    private final TcpConfig config;
    private final Connections connections;
    private final PathMtu pathMtu;
    private final PacketInfo path = new PacketInfo();

    Negotiation(TcpConfig config, Connections connections, PathMtu pathMtu) {
        this.config = config;
        this.connections = connections;
        this.pathMtu = pathMtu;
    }

    /**
     * Our window shift for a receive window of {@code limit} octets, or -1 when scaling is not to
     * be offered.
     */
    int scaleFor(int limit) {
        if (!config.windowScaling()) {
            return -1;
        }
        int most = isTuned(limit) ? config.buffers().maxReceiveBytes() : limit;
        int scale = 0;
        // An octet less is no loss: 64 KiB need no shift, and 32 MiB one of nine.
        while (scale < MAX_SCALE && (most - 1) >>> scale > 0xffff) {
            scale++;
        }
        return scale;
    }

    /** Whether a window that begins with {@code limit} grows: nobody asked for another size. */
    private boolean isTuned(int limit) {
        return limit == config.receiveBufferBytes() && limit < config.buffers().maxReceiveBytes();
    }

    /** Sets how large the receive window is at first, and whether it may grow. */
    void limitWindow(Tcb tcb, int limit) {
        tcb.receiveLimit(limit);
        if (!isTuned(limit)) {
            tcb.set(Flag.FIXED_WINDOW);
        }
    }

    /** Notes in {@code half} what the peer's SYN offers and the configuration takes. */
    void onSyn(SynEntry half, Listeners.Listener listener, Segment segment) {
        half.window(segment.window);
        if (config.timestamps() && segment.hasTimestamps) {
            half.timestamps(segment.timestampValue);
        }
        if (config.congestion().ecn() != Ecn.OFF && EcnState.isSetupSyn(segment.flags)) {
            half.ecn();
        }
        if (!segment.hasOptions) {
            return;
        }
        TcpOptions options = segment.options;
        if (options.hasMss()) {
            half.mss(options.mss());
        }
        if (config.selectiveAck() && options.isSackPermitted()) {
            half.sackPermitted();
        }
        int scale = scaleFor(listener.receiveLimit);
        if (scale >= 0 && options.hasWindowScale()) {
            half.windowScale(Math.min(MAX_SCALE, options.windowScale()), scale);
        }
    }

    /** Settles a connection that sent a SYN with all our offers, and now has the peer's SYN. */
    void onSyn(Tcb tcb, Segment segment, long nowNs) {
        boolean isScaled =
                config.windowScaling() && segment.hasOptions && segment.options.hasWindowScale();
        boolean hasTimestamps = config.timestamps() && segment.hasTimestamps;
        int peerMss = segment.hasOptions && segment.options.hasMss() ? segment.options.mss() : 0;
        tcb.scales(
                isScaled ? Math.min(MAX_SCALE, segment.options.windowScale()) : 0,
                isScaled ? tcb.receiveScale() : 0);
        tcb.flags(tcb.flags() & ~(Flag.TIMESTAMPS | Flag.SACK | Flag.ECN));
        if (agreesOnEcn(tcb, segment)) {
            tcb.set(Flag.ECN);
        }
        if (hasTimestamps) {
            tcb.set(Flag.TIMESTAMPS);
            tcb.tsRecent(segment.timestampValue);
            tcb.tsRecentSecond(Ticks.second(nowNs));
        }
        if (config.selectiveAck() && segment.hasOptions && segment.options.isSackPermitted()) {
            tcb.set(Flag.SACK);
        }
        pathOf(tcb);
        pathMtu.open(tcb, peerMss, path, nowNs);
        start(tcb);
        Flight flight = connections.flight(tcb);
        flight.path = connections.searches.of(tcb.index());
        flight.congestion.reset(tcb.cwnd(), tcb.ssthresh(), tcb.mss(), 0);
        flight.algorithm.onStart(flight.congestion, nowNs);
    }

    /**
     * RFC 3168 §6.1.1: a SYN-ACK agrees to what our last SYN asked for; a SYN that crossed ours
     * asks by itself.
     */
    private boolean agreesOnEcn(Tcb tcb, Segment segment) {
        if (segment.has(TcpHeader.ACK)) {
            return connections.flight(tcb).isEcnAsked && EcnState.isSetupSynAck(segment.flags);
        }
        return config.congestion().ecn() != Ecn.OFF && EcnState.isSetupSyn(segment.flags);
    }

    /** Sets what a new connection begins with: the windows and the initial cwnd. */
    void start(Tcb tcb) {
        tcb.cwnd(connections.initialWindow(tcb.mss()));
        tcb.ssthresh(Integer.MAX_VALUE);
        tcb.rcvAdv(tcb.rcvNxt() + Math.min(tcb.receiveLimit(), 0xffff));
    }

    /** The round trip of the SYN, or of the SYN-ACK, is the first sample (RFC 6298 §2.2). */
    void sampleHandshake(Tcb tcb, long sampleNs) {
        int sampleUs = Math.clamp(sampleNs / 1000, 1, 1 << 30);
        tcb.rttvarUs(RttEstimator.rttvar(0, 0, sampleUs));
        tcb.srttUs(RttEstimator.srtt(0, sampleUs));
    }

    private void pathOf(Tcb tcb) {
        path.sourceHigh = tcb.localHigh();
        path.sourceLow = tcb.localLow();
        path.destinationHigh = tcb.remoteHigh();
        path.destinationLow = tcb.remoteLow();
        path.hint = tcb.hint();
    }

    /** The way to the connection's peer. */
    PacketInfo path(Tcb tcb) {
        pathOf(tcb);
        return path;
    }
}
