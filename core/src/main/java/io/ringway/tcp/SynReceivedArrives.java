package io.ringway.tcp;

import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.tcp.Listeners.Listener;
import io.ringway.wire.Seq;
import io.ringway.wire.TcpHeader;

/**
 * A segment arrives for an entry of the syncache: RFC 9293 §3.10.7.4 for SYN-RECEIVED after a
 * passive open, with the checks of RFC 5961.
 */
final class SynReceivedArrives {
    private final Counters counters;
    private final Listeners listeners;
    private final SynCache cache;
    private final CookieHandshakes cookies;
    private final Accepting accepting;
    private final ChallengeLimit challengeLimit;
    private final Replies replies;

    SynReceivedArrives(
            Counters counters,
            Listeners listeners,
            SynCache cache,
            CookieHandshakes cookies,
            Accepting accepting,
            ChallengeLimit challengeLimit,
            Replies replies) {
        this.counters = counters;
        this.listeners = listeners;
        this.cache = cache;
        this.cookies = cookies;
        this.accepting = accepting;
        this.challengeLimit = challengeLimit;
        this.replies = replies;
    }

    /**
     * Takes a segment for {@code entry}.
     *
     * @return whether the SYN-ACK is to be sent again
     */
    boolean onSegment(int entry, Segment segment, long nowNs) {
        SynEntry half = cache.at(entry);
        if (segment.has(TcpHeader.RST)) {
            onReset(entry, half, segment, nowNs);
            return false;
        }
        if (segment.has(TcpHeader.SYN)) {
            if (segment.seq == half.irs() && !segment.has(TcpHeader.ACK)) {
                // The SYN again: our SYN-ACK was lost, or is late. Who sends it without end gets no
                // answer without end. RFC 3168 §6.1.1: who has sent a SYN without the bits will
                // not use marks.
                if (!EcnState.isSetupSyn(segment.flags)) {
                    half.withoutEcn();
                }
                return challengeLimit.tryTake(entry, nowNs);
            }
            challenge(entry, half, segment, nowNs);
            return false;
        }
        if (!segment.has(TcpHeader.ACK)) {
            counters.increment(Counter.TCP_NO_ACK);
            return false;
        }
        boolean isOld =
                half.hasTimestamps()
                        && segment.hasTimestamps
                        && Seq.before(segment.timestampValue, half.peerTimestamp());
        if (isOld || !isInWindow(half, segment.seq)) {
            challenge(entry, half, segment, nowNs);
        } else {
            onAck(entry, half, segment, nowNs);
        }
        return false;
    }

    private void onReset(int entry, SynEntry half, Segment segment, long nowNs) {
        // RFC 5961 §3.2 for SYN-RECEIVED: only the very number expected.
        if (segment.seq == half.irs() + 1) {
            counters.increment(Counter.TCP_RESETS_RECEIVED);
            counters.increment(Counter.TCP_OPEN_FAILED);
            cache.remove(entry);
        } else if (isInWindow(half, segment.seq)) {
            challenge(entry, half, segment, nowNs);
        }
    }

    private boolean isInWindow(SynEntry half, int seq) {
        Listener listener = listeners.get(half.listener());
        int limit = listener == null ? 0 : Math.min(listener.receiveLimit, 0xffff);
        return Seq.isWithin(seq, half.irs() + 1, half.irs() + 1 + limit);
    }

    private void challenge(int entry, SynEntry half, Segment segment, long nowNs) {
        if (!challengeLimit.tryTake(entry, nowNs)) {
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

    private void onAck(int entry, SynEntry half, Segment segment, long nowNs) {
        Listener listener = listeners.get(half.listener());
        if (listener == null) {
            // It closed, and takes its entries with it.
            return;
        }
        if (segment.ack != half.iss() + 1) {
            // While there was no room this SYN may have had a cookie before it had an entry, and
            // the peer believes in the cookie.
            if (cookies.onAck(listener, segment, nowNs)) {
                cache.remove(entry);
            } else {
                replies.note(segment, segment.ack, 0, TcpHeader.RST, 0, false, 0, 0);
            }
            return;
        }
        if (segment.length() == 0 && nowNs - half.insertedNs() < listener.deferNs) {
            // The peer shows by its ACKs of our SYN-ACKs that it is still there.
            counters.increment(Counter.TCP_DEFERRED);
            return;
        }
        boolean isLost = half.retransmits() > 0;
        long sampleNs = isLost ? -1 : nowNs - half.insertedNs();
        if (accepting.establish(half, listener, segment, sampleNs, isLost, nowNs)) {
            cache.remove(entry);
        }
    }
}
