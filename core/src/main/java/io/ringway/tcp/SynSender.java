package io.ringway.tcp;

import io.ringway.layer.PacketInfo;
import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.memory.FramePool;
import io.ringway.wire.TcpHeader;

/** Sends the SYN of an active open, and the SYN-ACK of a simultaneous one. */
final class SynSender {
    private final TcpConfig config;
    private final Connections connections;
    private final Negotiation negotiation;
    private final PathMtu pathMtu;
    private final TcpSettings settings;
    private final SegmentWriter writer;
    private final FastOpenClient fastOpen;
    private final FastOpenServer fastOpenServer;
    private final SynOptions options;
    private final Timers timers;
    private final Counters counters;

    SynSender(
            TcpConfig config,
            Connections connections,
            Negotiation negotiation,
            PathMtu pathMtu,
            TcpSettings settings,
            SegmentWriter writer,
            FastOpenClient fastOpen,
            FastOpenServer fastOpenServer,
            Timers timers,
            Counters counters) {
        this.config = config;
        this.options = new SynOptions(config.ways().isBsdOptionOrder());
        this.connections = connections;
        this.negotiation = negotiation;
        this.pathMtu = pathMtu;
        this.settings = settings;
        this.writer = writer;
        this.fastOpen = fastOpen;
        this.fastOpenServer = fastOpenServer;
        this.timers = timers;
        this.counters = counters;
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
        route.trafficClass = settings.trafficClass(tcb);
        fill(tcb, flight, route, isAnswer, nowNs);
        int payload =
                !isAnswer && flight.isFastOpen
                        ? fastOpen.prepare(tcb, flight, options, nowNs)
                        : FramePool.NONE;
        int ecn = isAnswer ? (tcb.has(Flag.ECN) ? TcpHeader.ECE : 0) : ecnOfSyn(tcb, flight);
        boolean isSent =
                writer.sendSyn(
                        route,
                        tcb.ports(),
                        isAnswer && flight.isFastOpen ? tcb.sndUna() - 1 : tcb.sndUna(),
                        isAnswer ? tcb.rcvNxt() : 0,
                        (isAnswer ? TcpHeader.SYN | TcpHeader.ACK : TcpHeader.SYN) | ecn,
                        Math.min(tcb.receiveLimit(), 0xffff),
                        options,
                        payload,
                        nowNs);
        if (!isSent) {
            timers.scheduleRetry(tcb, nowNs);
            return 0;
        }
        tcb.hint(route.hint);
        flight.isSynDue = false;
        if (flight.backoff == 0) {
            flight.synSentNs = nowNs;
        }
        return 1;
    }

    private void fill(Tcb tcb, Flight flight, PacketInfo route, boolean isAnswer, long nowNs) {
        boolean isUnscaled = isAnswer && tcb.sendScale() == 0 && tcb.receiveScale() == 0;
        options.mss = pathMtu.mssToOffer(route);
        options.scale = isUnscaled ? -1 : scale(tcb, flight, isAnswer);
        options.hasSack = isAnswer ? tcb.has(Flag.SACK) : config.selectiveAck();
        options.hasTimestamps = isAnswer ? tcb.has(Flag.TIMESTAMPS) : config.timestamps();
        options.timestampValue = SegmentWriter.timestamp(tcb.tsOffset(), nowNs);
        options.timestampEcho = isAnswer ? tcb.tsRecent() : 0;
        options.cookieLength = SynOptions.NO_COOKIE;
        if (isAnswer && flight.isFastOpen && flight.isCookieDue) {
            options.cookieLength = FastOpenServer.COOKIE_LENGTH;
            options.cookieHigh = fastOpenServer.cookie(tcb.remoteHigh(), tcb.remoteLow(), nowNs);
        }
    }

    /**
     * The window shift that we offer: what suits the receive limit when the first SYN leaves, and
     * the same in all that follow, since our windows are shifted by it (RFC 7323 §2.2).
     */
    private int scale(Tcb tcb, Flight flight, boolean isAnswer) {
        if (isAnswer || flight.backoff > 0) {
            return config.windowScaling() ? tcb.receiveScale() : -1;
        }
        int scale = negotiation.scaleFor(tcb.receiveLimit());
        tcb.scales(tcb.sendScale(), Math.max(0, scale));
        return scale;
    }

    /**
     * RFC 3168 §6.1.1.1: the first SYN asks for marks where the configuration says so; those that
     * are sent again do so only for a while, because some paths lose those that ask.
     */
    private int ecnOfSyn(Tcb tcb, Flight flight) {
        boolean wasAsked = flight.isEcnAsked;
        flight.isEcnAsked =
                wantsEcn(tcb)
                        && flight.backoff <= config.ways().ecnSynRetries()
                        && !flight.isEcnRefused;
        if (wasAsked && !flight.isEcnAsked) {
            counters.increment(Counter.TCP_ECN_FALLBACKS);
        }
        return flight.isEcnAsked ? EcnState.SETUP_SYN : 0;
    }

    private boolean wantsEcn(Tcb tcb) {
        Ecn ecn = config.congestion().ecn();
        return ecn == Ecn.ON || (ecn == Ecn.PASSIVE && connections.algorithm(tcb).echoesEachMark());
    }
}
