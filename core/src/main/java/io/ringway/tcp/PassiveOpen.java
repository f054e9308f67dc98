package io.ringway.tcp;

import io.ringway.layer.PacketInfo;
import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.memory.FramePool;
import io.ringway.memory.IntQueue;
import io.ringway.tcp.Listeners.Listener;
import io.ringway.wire.Seq;
import io.ringway.wire.TcpHeader;

/**
 * The passive side of the handshake: a SYN for a listener becomes an entry of the syncache, and its
 * ACK a connection (RFC 9293 §3.10.7.2, RFC 4987).
 */
final class PassiveOpen implements SynCache.Expiry {
    /**
     * Half-open connections that a listener may have whatever its backlog: who finds the accept
     * queue full when its handshake ends waits in an entry, and would be lost with a cookie.
     */
    private static final int LEAST_HALF_OPEN = 128;

    private final TcpConfig config;
    private final Counters counters;
    private final Listeners listeners;
    private final PeerLimits peers;
    private final SynCache cache;
    private final Negotiation negotiation;
    private final PathMtu pathMtu;
    private final InitialSequence initialSequence;
    private final SegmentWriter writer;
    private final Accepting accepting;
    private final CookieHandshakes cookies;
    private final SynReceivedArrives synReceived;
    private final FastOpenServer fastOpen;
    private final SynOptions synOptions;
    private final IntQueue due = new IntQueue(64);
    private final PacketInfo route = new PacketInfo();

    PassiveOpen(
            TcpConfig config,
            Counters counters,
            Listeners listeners,
            PeerLimits peers,
            SynCache cache,
            Negotiation negotiation,
            PathMtu pathMtu,
            InitialSequence initialSequence,
            SegmentWriter writer,
            Accepting accepting,
            CookieHandshakes cookies,
            SynReceivedArrives synReceived,
            FastOpenServer fastOpen) {
        this.config = config;
        this.synOptions = new SynOptions(config.ways().isBsdOptionOrder());
        this.counters = counters;
        this.listeners = listeners;
        this.peers = peers;
        this.cache = cache;
        this.negotiation = negotiation;
        this.pathMtu = pathMtu;
        this.initialSequence = initialSequence;
        this.writer = writer;
        this.accepting = accepting;
        this.cookies = cookies;
        this.synReceived = synReceived;
        this.fastOpen = fastOpen;
    }

    /** Whether the last segment completed a handshake, so that its connection can be found now. */
    boolean isEstablished() {
        return accepting.isEstablished();
    }

    /**
     * Takes a segment for which there is no connection.
     *
     * @param reopenAfter the number that a new ISS must lie behind, or 0 (see {@link
     *     TimeWaits#reopenAfter})
     * @return false when it is for no listener and no half-open connection
     */
    boolean onSegment(Segment segment, int hash, int reopenAfter, long nowNs) {
        accepting.start();
        PacketInfo info = segment.info;
        int entry =
                cache.find(
                        info.sourceHigh,
                        info.sourceLow,
                        info.destinationHigh,
                        info.destinationLow,
                        segment.sourcePort,
                        segment.destinationPort,
                        hash);
        if (entry != SynCache.NONE) {
            if (synReceived.onSegment(entry, segment, nowNs)) {
                due.add(entry);
            }
            return true;
        }
        // RFC 9293 §3.10.7.2: first RST, second ACK, third SYN. The first is the caller's, and so
        // is
        // the second unless it brings a cookie back: no connection.
        int flags = segment.flags & (TcpHeader.RST | TcpHeader.ACK | TcpHeader.SYN);
        if (flags != TcpHeader.SYN && flags != TcpHeader.ACK && flags != 0) {
            return false;
        }
        Listener listener =
                listeners.find(
                        info.destinationHigh, info.destinationLow, segment.destinationPort, hash);
        if (listener == null) {
            return false;
        }
        if (flags == 0) {
            // Ibidem, fourth: what is none of these is dropped.
            counters.increment(Counter.TCP_NO_ACK);
            return true;
        }
        if (flags == TcpHeader.ACK) {
            return cookies.onAck(listener, segment, nowNs)
                    || cookies.mayFollow(listener, segment, nowNs);
        }
        onSyn(listener, segment, hash, reopenAfter, nowNs);
        return true;
    }

    private void onSyn(Listener listener, Segment segment, int hash, int reopenAfter, long nowNs) {
        if (listeners.isQueueFull(listener)) {
            accepting.refuse(Counter.TCP_ACCEPT_QUEUE_FULL, segment);
            return;
        }
        PacketInfo info = segment.info;
        if (!peers.allowsSyn(info.sourceHigh, info.sourceLow)) {
            return;
        }
        int iss =
                initialSequence.next(
                        info.destinationHigh,
                        info.destinationLow,
                        segment.destinationPort,
                        info.sourceHigh,
                        info.sourceLow,
                        segment.sourcePort,
                        nowNs);
        if (reopenAfter != 0 && !Seq.after(iss, reopenAfter)) {
            iss = reopenAfter + 1;
        }
        if (fastOpen.onSyn(listener, segment, iss, nowNs)) {
            return;
        }
        SynCookieMode mode = config.defence().synCookies();
        int entry =
                mode == SynCookieMode.ALWAYS
                                || cache.count(listener.index)
                                        >= Math.max(listener.backlog, LEAST_HALF_OPEN)
                        ? SynCache.NONE
                        : cache.insert(
                                info.sourceHigh,
                                info.sourceLow,
                                info.destinationHigh,
                                info.destinationLow,
                                segment.sourcePort,
                                segment.destinationPort,
                                hash,
                                listener.index,
                                nowNs);
        if (entry == SynCache.NONE) {
            if (mode == SynCookieMode.OFF) {
                accepting.refuse(Counter.TCP_SYN_QUEUE_FULL, segment);
            } else {
                cookies.offer(listener, segment, nowNs);
            }
            return;
        }
        SynEntry half = cache.at(entry).iss(iss).irs(segment.seq);
        negotiation.onSyn(half, listener, segment);
        if (FastOpenServer.isAsked(listener, segment)) {
            half.fastOpenAsked();
        }
        if (half.hasTimestamps()) {
            half.timestampOffset(
                    initialSequence.timestampOffset(
                            info.destinationHigh,
                            info.destinationLow,
                            segment.destinationPort,
                            info.sourceHigh,
                            info.sourceLow,
                            segment.sourcePort));
        }
        due.add(entry);
    }

    // --- time and output ---

    /** Sends again, and gives up, what is due. */
    int expire(long nowNs, int limit) {
        return cache.expire(nowNs, limit, this);
    }

    @Override
    public void onRetransmit(int entry) {
        due.add(entry);
    }

    @Override
    public void onGaveUp(int entry) {
        counters.increment(Counter.TCP_SYN_EXPIRED);
    }

    /** The SYN-ACK of this entry is due. */
    void sendAgain(int entry) {
        due.add(entry);
    }

    boolean hasDue() {
        return !due.isEmpty() || cookies.hasAnswers();
    }

    /** Sends the SYN-ACK that has waited longest, those of entries first. */
    void sendDue(long nowNs) {
        if (due.isEmpty()) {
            SynEntry half = cookies.removeAnswer();
            int timestamp = SegmentWriter.timestamp(half.timestampOffset(), nowNs);
            send(half, SynCookies.timestamp(timestamp, SynCookies.options(half)), nowNs);
            return;
        }
        SynEntry half = cache.at(due.remove());
        if (half.listener() != SynCache.NONE) {
            send(half, SegmentWriter.timestamp(half.timestampOffset(), nowNs), nowNs);
        }
    }

    private void send(SynEntry half, int timestamp, long nowNs) {
        route.sourceHigh = half.localHigh();
        route.sourceLow = half.localLow();
        route.destinationHigh = half.remoteHigh();
        route.destinationLow = half.remoteLow();
        route.hint = 0;
        Listener listener = listeners.get(half.listener());
        int limit = listener == null ? 0 : listener.receiveLimit;
        route.trafficClass = listener == null ? 0 : listener.trafficClass;
        SynOptions options = synOptions;
        options.mss = pathMtu.mssToOffer(route);
        options.scale = half.hasWindowScale() ? half.ownShift() : -1;
        options.hasSack = half.isSackPermitted();
        options.hasTimestamps = half.hasTimestamps();
        options.timestampValue = timestamp;
        options.timestampEcho = half.peerTimestamp();
        options.cookieLength = SynOptions.NO_COOKIE;
        if (half.isFastOpenAsked()) {
            options.cookieLength = FastOpenServer.COOKIE_LENGTH;
            options.cookieHigh = fastOpen.cookie(half.remoteHigh(), half.remoteLow(), nowNs);
        }
        writer.sendSyn(
                route,
                half.localPort() << 16 | half.remotePort(),
                half.iss(),
                half.irs() + 1,
                TcpHeader.SYN | TcpHeader.ACK | (half.isEcn() ? TcpHeader.ECE : 0),
                Math.min(limit, 0xffff),
                options,
                FramePool.NONE,
                nowNs);
    }

    /** A listener closed: its half-open connections are forgotten. */
    void onUnlisten(int listener) {
        cache.removeAll(listener);
    }

    long nextDeadlineNs() {
        return cache.nextDeadlineNs();
    }

    int halfOpenCount() {
        return cache.count();
    }
}
