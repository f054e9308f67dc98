package io.ringway.tcp;

import io.ringway.layer.PacketInfo;
import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.memory.IntQueue;
import io.ringway.tcp.Listeners.Listener;
import io.ringway.wire.Seq;
import io.ringway.wire.TcpHeader;
import io.ringway.wire.TcpOptions;

/**
 * The passive side of the handshake: a SYN for a listener becomes an entry of the syncache, and its
 * ACK a connection (RFC 9293 §3.10.7.2, RFC 4987).
 */
final class PassiveOpen implements SynCache.Expiry {
    private static final int MAX_SCALE = 14;

    private final TcpConfig config;
    private final Counters counters;
    private final Connections connections;
    private final Listeners listeners;
    private final SynCache cache;
    private final Negotiation negotiation;
    private final InitialSequence initialSequence;
    private final SegmentWriter writer;
    private final Replies replies;
    private final RateLimit challengeLimit;
    private final IntQueue due = new IntQueue(64);
    private final PacketInfo route = new PacketInfo();
    private final Tcb tcb;
    private boolean isEstablished;

    PassiveOpen(
            TcpConfig config,
            Counters counters,
            Connections connections,
            Listeners listeners,
            SynCache cache,
            Negotiation negotiation,
            InitialSequence initialSequence,
            SegmentWriter writer,
            Replies replies,
            RateLimit challengeLimit) {
        this.config = config;
        this.counters = counters;
        this.connections = connections;
        this.listeners = listeners;
        this.cache = cache;
        this.negotiation = negotiation;
        this.initialSequence = initialSequence;
        this.writer = writer;
        this.replies = replies;
        this.challengeLimit = challengeLimit;
        this.tcb = connections.cursor();
    }

    /** Whether the last segment completed a handshake, so that its connection can be found now. */
    boolean isEstablished() {
        return isEstablished;
    }

    /**
     * Takes a segment for which there is no connection.
     *
     * @param reopenAfter the number that a new ISS must lie behind, or 0 (see {@link
     *     TimeWaits#reopenAfter})
     * @return false when it is for no listener and no half-open connection
     */
    boolean onSegment(Segment segment, int hash, int reopenAfter, long nowNs) {
        isEstablished = false;
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
            onHalfOpen(entry, segment, nowNs);
            return true;
        }
        // RFC 9293 §3.10.7.2: first RST, second ACK, third SYN. The first two are the caller's: no
        // connection.
        int flags = segment.flags & (TcpHeader.RST | TcpHeader.ACK | TcpHeader.SYN);
        if (flags != TcpHeader.SYN) {
            return false;
        }
        Listener listener =
                listeners.find(info.destinationHigh, info.destinationLow, segment.destinationPort);
        if (listener == null) {
            return false;
        }
        onSyn(listener, segment, hash, reopenAfter, nowNs);
        return true;
    }

    private void onSyn(Listener listener, Segment segment, int hash, int reopenAfter, long nowNs) {
        if (listener.isQueueFull()) {
            counters.increment(Counter.TCP_ACCEPT_QUEUE_FULL);
            return;
        }
        PacketInfo info = segment.info;
        int entry =
                cache.count(listener.index) >= listener.backlog
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
            counters.increment(Counter.TCP_SYN_QUEUE_FULL);
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
        fill(cache.at(entry), listener, segment, iss);
        due.add(entry);
    }

    private void fill(SynEntry entry, Listener listener, Segment segment, int iss) {
        PacketInfo info = segment.info;
        entry.iss(iss).irs(segment.seq).window(segment.window);
        if (config.timestamps() && segment.hasTimestamps) {
            entry.timestamps(
                    segment.timestampValue,
                    initialSequence.timestampOffset(
                            info.destinationHigh,
                            info.destinationLow,
                            segment.destinationPort,
                            info.sourceHigh,
                            info.sourceLow,
                            segment.sourcePort));
        }
        if (!segment.hasOptions) {
            return;
        }
        TcpOptions options = segment.options;
        if (options.hasMss()) {
            entry.mss(options.mss());
        }
        if (config.selectiveAck() && options.isSackPermitted()) {
            entry.sackPermitted();
        }
        int scale = negotiation.scaleFor(listener.receiveLimit);
        if (scale >= 0 && options.hasWindowScale()) {
            entry.windowScale(Math.min(MAX_SCALE, options.windowScale()), scale);
        }
    }

    // --- an entry's segments ---

    private void onHalfOpen(int entry, Segment segment, long nowNs) {
        SynEntry half = cache.at(entry);
        if (segment.has(TcpHeader.RST)) {
            // RFC 5961 §3.2 for SYN-RECEIVED: only the very number expected.
            if (segment.seq == half.irs() + 1) {
                counters.increment(Counter.TCP_RESETS_RECEIVED);
                counters.increment(Counter.TCP_OPEN_FAILED);
                cache.remove(entry);
            } else if (isInWindow(half, segment.seq)) {
                challenge(half, segment, nowNs);
            }
            return;
        }
        if (segment.has(TcpHeader.SYN)) {
            if (segment.seq == half.irs() && !segment.has(TcpHeader.ACK)) {
                // The SYN again: our SYN-ACK was lost, or is late.
                due.add(entry);
            } else {
                challenge(half, segment, nowNs);
            }
            return;
        }
        if (!segment.has(TcpHeader.ACK)) {
            counters.increment(Counter.TCP_NO_ACK);
            return;
        }
        Listener listener = listeners.get(half.listener());
        boolean isOld =
                half.hasTimestamps()
                        && segment.hasTimestamps
                        && Seq.before(segment.timestampValue, half.peerTimestamp());
        if (isOld || !isInWindow(half, segment.seq)) {
            challenge(half, segment, nowNs);
        } else if (segment.ack != half.iss() + 1) {
            replies.note(segment, segment.ack, 0, TcpHeader.RST, 0, false, 0, 0);
        } else if (listener == null || listener.isQueueFull()) {
            // The peer believes itself connected; it will send again, and by then there may be
            // room.
            counters.increment(Counter.TCP_ACCEPT_QUEUE_FULL);
        } else {
            establish(entry, half, listener, segment, nowNs);
        }
    }

    private boolean isInWindow(SynEntry half, int seq) {
        Listener listener = listeners.get(half.listener());
        int limit = listener == null ? 0 : Math.min(listener.receiveLimit, 0xffff);
        return Seq.isWithin(seq, half.irs() + 1, half.irs() + 2 + limit);
    }

    private void challenge(SynEntry half, Segment segment, long nowNs) {
        if (!challengeLimit.tryTake(nowNs)) {
            counters.increment(Counter.TCP_CHALLENGE_LIMITED);
            return;
        }
        counters.increment(Counter.TCP_CHALLENGE_ACKS);
        boolean hasTimestamps = half.hasTimestamps();
        replies.note(
                segment,
                half.iss() + 1,
                half.irs() + 1,
                TcpHeader.ACK,
                0xffff >>> half.ownShift(),
                hasTimestamps,
                hasTimestamps ? SegmentWriter.timestamp(half.timestampOffset(), nowNs) : 0,
                hasTimestamps ? half.peerTimestamp() : 0);
    }

    private void establish(
            int entry, SynEntry half, Listener listener, Segment segment, long nowNs) {
        PacketInfo info = segment.info;
        if (!connections.create(tcb, info, segment.destinationPort, segment.sourcePort)) {
            return;
        }
        int rcvNxt = half.irs() + 1;
        int sndNxt = half.iss() + 1;
        tcb.state(TcpState.N_ESTABLISHED);
        tcb.application(listener.application);
        tcb.receiveLimit(listener.receiveLimit);
        tcb.rcvNxt(rcvNxt);
        tcb.lastAckSent(rcvNxt);
        tcb.sndUna(sndNxt);
        tcb.sndNxt(sndNxt);
        tcb.wl1(rcvNxt);
        tcb.wl2(sndNxt);
        if (half.hasWindowScale()) {
            tcb.scales(half.peerShift(), half.ownShift());
        }
        tcb.sndWnd(segment.window << tcb.sendScale());
        if (half.isSackPermitted()) {
            tcb.set(Flag.SACK);
        }
        if (half.hasTimestamps()) {
            tcb.set(Flag.TIMESTAMPS);
            tcb.tsRecent(half.peerTimestamp());
            tcb.tsRecentSecond(Ticks.second(nowNs));
            tcb.tsOffset(half.timestampOffset());
        }
        route.answerTo(info);
        tcb.mss(negotiation.effectiveMss(half.mss(), route, half.hasTimestamps()));
        negotiation.start(tcb);
        if (half.retransmits() == 0) {
            negotiation.sampleHandshake(tcb, nowNs - half.insertedNs());
        } else {
            // RFC 5681 §3.1: after a lost SYN-ACK the initial window is one segment.
            tcb.cwnd(tcb.mss());
        }
        tcb.quickAcks(Negotiation.QUICK_ACKS);
        cache.remove(entry);
        listeners.onEstablished(tcb, listener);
        counters.increment(Counter.TCP_OPENED_PASSIVE);
        connections.notify(tcb, TcpUser.OPENED);
        isEstablished = true;
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

    boolean hasDue() {
        return !due.isEmpty();
    }

    /** Sends the SYN-ACK that has waited longest. */
    void sendDue(long nowNs) {
        SynEntry half = cache.at(due.remove());
        if (half.listener() == SynCache.NONE) {
            return;
        }
        route.sourceHigh = half.localHigh();
        route.sourceLow = half.localLow();
        route.destinationHigh = half.remoteHigh();
        route.destinationLow = half.remoteLow();
        route.hint = 0;
        Listener listener = listeners.get(half.listener());
        int limit = listener == null ? 0 : listener.receiveLimit;
        boolean hasTimestamps = half.hasTimestamps();
        writer.sendSyn(
                route,
                half.localPort() << 16 | half.remotePort(),
                half.iss(),
                half.irs() + 1,
                TcpHeader.SYN | TcpHeader.ACK,
                Math.min(limit, 0xffff),
                negotiation.mssToOffer(route),
                half.hasWindowScale() ? half.ownShift() : -1,
                half.isSackPermitted(),
                hasTimestamps,
                hasTimestamps ? SegmentWriter.timestamp(half.timestampOffset(), nowNs) : 0,
                hasTimestamps ? half.peerTimestamp() : 0,
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
