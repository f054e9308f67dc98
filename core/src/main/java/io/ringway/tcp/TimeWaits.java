package io.ringway.tcp;

import io.ringway.layer.PacketInfo;
import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.wire.TcpHeader;

/**
 * What happens to segments for connections in TIME-WAIT (RFC 9293 §3.10.7.4, RFC 1337, RFC 6191).
 */
final class TimeWaits {
    private final TcpConfig config;
    private final TimeWaitTable table;
    private final Connections connections;
    private final Listeners listeners;
    private final Counters counters;
    private final ChallengeLimit challengeLimit;
    private final Replies replies;
    private final PacketInfo addresses = new PacketInfo();
    private int reopenAfter;

    TimeWaits(
            TcpConfig config,
            TimeWaitTable table,
            Connections connections,
            Listeners listeners,
            Counters counters,
            ChallengeLimit challengeLimit,
            Replies replies) {
        this.config = config;
        this.table = table;
        this.connections = connections;
        this.listeners = listeners;
        this.counters = counters;
        this.challengeLimit = challengeLimit;
        this.replies = replies;
    }

    void insert(Tcb tcb, long nowNs) {
        connections.addressesOf(tcb, addresses);
        if (table.isFull()) {
            counters.increment(Counter.TCP_TIME_WAIT_OVERFLOW);
        }
        int entry =
                table.insert(
                        addresses.sourceHigh,
                        addresses.sourceLow,
                        addresses.destinationHigh,
                        addresses.destinationLow,
                        tcb.remotePort(),
                        tcb.localPort(),
                        connections.hash(addresses, tcb.ports()),
                        nowNs);
        TimeWaitEntry waiting = table.at(entry);
        waiting.sndNxt(tcb.sndNxt())
                .rcvNxt(tcb.rcvNxt())
                .window(Math.max(0, ReceiveWindow.advertised(tcb)), tcb.receiveScale());
        if (tcb.has(Flag.TIMESTAMPS)) {
            waiting.timestamps(tcb.tsRecent(), tcb.tsRecentSecond(), tcb.tsOffset());
        }
    }

    /**
     * After a SYN took the place of an old connection: the number its ISS must lie behind;
     * otherwise 0.
     */
    int reopenAfter() {
        return reopenAfter;
    }

    /**
     * Whether there is one between these addresses and ports; {@code info} as of a packet from the
     * peer.
     */
    boolean isWaiting(PacketInfo info, int remotePort, int localPort, int hash) {
        return find(info, remotePort, localPort, hash) != TimeWaitTable.NONE;
    }

    private int find(PacketInfo info, int remotePort, int localPort, int hash) {
        return table.find(
                info.sourceHigh,
                info.sourceLow,
                info.destinationHigh,
                info.destinationLow,
                remotePort,
                localPort,
                hash);
    }

    /**
     * Takes a segment; false when it is for nobody here, or opens a new connection in the place of
     * an old one.
     */
    boolean onSegment(Segment segment, int hash, long nowNs) {
        reopenAfter = 0;
        int entry = find(segment.info, segment.sourcePort, segment.destinationPort, hash);
        if (entry == TimeWaitTable.NONE) {
            return false;
        }
        if (segment.has(TcpHeader.RST)) {
            // RFC 1337 §2.1: a RST must not cut TIME-WAIT short.
            return true;
        }
        TimeWaitEntry waiting = table.at(entry);
        if (mayReopen(segment, waiting)) {
            reopenAfter = TimeWaitReuse.initialSequence(waiting.sndNxt(), waiting.sndNxt());
            reopenAfter = reopenAfter == 0 ? 1 : reopenAfter;
            table.remove(entry);
            return false;
        }
        boolean isInWindow = isInWindow(segment, waiting);
        if (isInWindow && (segment.flags & (TcpHeader.ACK | TcpHeader.SYN)) == 0) {
            // Ibidem, fifth: what has no ACK says nothing.
            counters.increment(Counter.TCP_NO_ACK);
            return true;
        }
        if (segment.has(TcpHeader.FIN) && segment.end() == waiting.rcvNxt()) {
            // RFC 9293 §3.10.7.4, eighth: the peer's FIN again, our ACK was lost.
            answer(segment, waiting, nowNs);
            table.restart(entry, nowNs);
        } else if (segment.length() > 0 || !isInWindow) {
            // Ibidem, first: what is not acceptable is answered with an ACK.
            challenge(entry, segment, waiting, nowNs);
        }
        return true;
    }

    private static boolean isInWindow(Segment segment, TimeWaitEntry waiting) {
        return Acceptability.isInWindow(
                segment.seq, 0, waiting.rcvNxt(), Math.max(1, waiting.rcvWnd()));
    }

    /** What cannot be of the old connection, but for a late duplicate. */
    private void challenge(int entry, Segment segment, TimeWaitEntry waiting, long nowNs) {
        if (challengeLimit.tryTake(entry, nowNs)) {
            counters.increment(Counter.TCP_CHALLENGE_ACKS);
            answer(segment, waiting, nowNs);
        } else {
            counters.increment(Counter.TCP_CHALLENGE_LIMITED);
        }
    }

    // Where nobody listens, a SYN must not cut TIME-WAIT short either.
    private boolean mayReopen(Segment segment, TimeWaitEntry waiting) {
        return segment.has(TcpHeader.SYN)
                && !segment.has(TcpHeader.ACK)
                && isListening(segment)
                && TimeWaitReuse.mayReopen(
                        segment.seq,
                        waiting.rcvNxt(),
                        waiting.hasTimestamps(),
                        config.timestamps() && segment.hasTimestamps,
                        segment.timestampValue,
                        waiting.hasTimestamps() ? waiting.tsRecent() : 0);
    }

    private boolean isListening(Segment segment) {
        PacketInfo info = segment.info;
        return listeners.isListening(
                info.destinationHigh, info.destinationLow, segment.destinationPort);
    }

    private void answer(Segment segment, TimeWaitEntry waiting, long nowNs) {
        boolean hasTimestamps = waiting.hasTimestamps();
        replies.note(
                segment,
                waiting.sndNxt(),
                waiting.rcvNxt(),
                TcpHeader.ACK,
                Math.min(0xffff, waiting.rcvWnd() >>> waiting.ownShift()),
                hasTimestamps,
                hasTimestamps ? SegmentWriter.timestamp(waiting.timestampOffset(), nowNs) : 0,
                hasTimestamps ? waiting.tsRecent() : 0);
    }

    int expire(long nowNs, int limit) {
        return table.expire(nowNs, limit);
    }

    long nextDeadlineNs() {
        return table.nextDeadlineNs();
    }

    int count() {
        return table.count();
    }
}
