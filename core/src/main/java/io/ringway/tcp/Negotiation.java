package io.ringway.tcp;

import io.ringway.layer.PacketInfo;
import io.ringway.layer.PacketSink;
import io.ringway.wire.TcpHeader;
import io.ringway.wire.TcpOptions;

/**
 * What the options of the two SYNs agree on (RFC 9293 §3.7.1, RFC 7323 §2 and §3.2, RFC 2018 §2).
 */
final class Negotiation {
    /** ACKs sent at once at the start of a connection. */
    static final int QUICK_ACKS = 8;

    private static final int MAX_SCALE = 14;
    private static final int IPV4_HEADERS = 40;
    private static final int IPV6_HEADERS = 60;

    // RFC 9293 §3.7.1: what holds when the SYN says nothing.
    private static final int DEFAULT_MSS_IPV4 = 536;
    private static final int DEFAULT_MSS_IPV6 = 1220;

    private final TcpConfig config;
    private final PacketSink sink;
    private final Connections connections;
    private final PacketInfo path = new PacketInfo();

    Negotiation(TcpConfig config, PacketSink sink, Connections connections) {
        this.config = config;
        this.sink = sink;
        this.connections = connections;
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

    /** The MSS option to send: the MTU of the way without the fixed headers (RFC 6691). */
    int mssToOffer(PacketInfo route) {
        return Math.min(0xffff, sink.mtu(route) - headers(route.isDestinationIpv4()));
    }

    private static int headers(boolean isIpv4) {
        return isIpv4 ? IPV4_HEADERS : IPV6_HEADERS;
    }

    /**
     * The payload of a full segment: the least of the peer's MSS and the path, less the options of
     * each segment.
     */
    int effectiveMss(int peerMss, PacketInfo route, boolean withTimestamps) {
        int offered =
                peerMss > 0
                        ? peerMss
                        : route.isDestinationIpv4() ? DEFAULT_MSS_IPV4 : DEFAULT_MSS_IPV6;
        int mss = Math.min(Math.max(offered, config.minMss()), mssToOffer(route));
        return withTimestamps ? mss - SegmentWriter.TIMESTAMPS_LENGTH : mss;
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
        tcb.mss(effectiveMss(peerMss, path, hasTimestamps));
        start(tcb);
        Flight flight = connections.flight(tcb);
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

    /** The path MTU changed to {@code mtu}: the MSS follows, downward only. */
    void onPathMtu(Tcb tcb, int mtu) {
        pathOf(tcb);
        int mss = mtu - headers(path.isDestinationIpv4());
        if (tcb.has(Flag.TIMESTAMPS)) {
            mss -= SegmentWriter.TIMESTAMPS_LENGTH;
        }
        if (mss > 0 && mss < tcb.mss()) {
            tcb.mss(mss);
            if (tcb.flight() >= 0) {
                connections.flight(tcb).congestion.mss = mss;
            }
        }
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
