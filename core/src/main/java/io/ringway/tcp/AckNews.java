package io.ringway.tcp;

import io.ringway.wire.Seq;

import org.jspecify.annotations.Nullable;

import java.util.Objects;

/**
 * What one ACK told of the segments that were sent: gathered while the cumulative ACK and the SACK
 * blocks are applied to {@link SentSegments}, then read by the parts that draw conclusions. A lane
 * has one.
 */
final class AckNews {
    private static final long NONE = Long.MIN_VALUE;

    private @Nullable Flight flight;
    private long nowNs;
    private int echoTick;
    private boolean hasEcho;

    /** Octets that nothing had reported before. */
    int deliveredOctets;

    /** Octets new in the cumulative ACK. */
    int ackedOctets;

    /** Octets that the SACK blocks reported first. */
    int sackedOctets;

    /**
     * When the first segment was sent that the cumulative ACK newly acknowledges, among those sent
     * once; for the RTO, which has to reckon with ACKs that were delayed.
     */
    private long oldestSentNs;

    /** When the last one newly acknowledged or reported was sent, among those sent once. */
    private long latestSentNs;

    /**
     * Whether the cumulative ACK covers what was sent again: then it is as late as that, also for
     * what was sent once and lay at the peer all the while.
     */
    private boolean isLate;

    /** Whether a segment below the recovery point that was never sent again has arrived. */
    boolean hasOriginal;

    /** Whether the segment that a retransmission repeated was acknowledged. */
    boolean hasRetransmitted;

    // --- of the newest segment that arrived, for the delivery rate ---
    long newestSentNs;
    int newestEnd;
    long priorDelivered;
    long priorDeliveredNs;
    long firstSentNs;
    long lostBefore;
    int inFlightBefore;
    boolean isAppLimited;

    // --- of the DSACK, if there is one (RFC 2883) ---
    boolean hasDuplicate;
    int duplicateStart;
    int duplicateEnd;

    /** An ACK for what is in {@code of} is taken in, with the time that it echoes. */
    void begin(Tcb tcb, Flight of, Segment segment, long now) {
        begin(of, now);
        hasEcho = segment.hasTimestamps && tcb.has(Flag.TIMESTAMPS);
        echoTick = hasEcho ? segment.timestampEcho - tcb.tsOffset() : 0;
    }

    void begin(Flight of, long now) {
        flight = of;
        nowNs = now;
        clear();
    }

    /** Makes it that of no ACK. */
    void clear() {
        hasEcho = false;
        deliveredOctets = 0;
        ackedOctets = 0;
        sackedOctets = 0;
        oldestSentNs = NONE;
        latestSentNs = NONE;
        isLate = false;
        hasOriginal = false;
        hasRetransmitted = false;
        newestSentNs = NONE;
        hasDuplicate = false;
    }

    /** A range arrived, of which nothing was known before. */
    void onDelivered(
            SentSegments segments,
            int record,
            int start,
            int end,
            int flags,
            boolean isCumulative) {
        Flight of = Objects.requireNonNull(flight);
        int octets = end - start;
        long sentNs = segments.sentNsOf(record);
        boolean isOriginal = (flags & SentSegments.RETRANSMITTED) == 0;
        deliveredOctets += octets;
        of.rate.onDelivered(octets, nowNs);
        if (isOriginal) {
            if (isCumulative && oldestSentNs == NONE) {
                oldestSentNs = sentNs;
            }
            latestSentNs = Math.max(latestSentNs, sentNs);
            hasOriginal |= Seq.beforeOrEqual(end, of.recoverPoint);
        } else {
            hasRetransmitted = true;
            isLate |= isCumulative;
        }
        of.rack.onDelivered(sentNs, end, isOriginal, hasEcho, echoTick, nowNs);
        if (sentNs > newestSentNs || (sentNs == newestSentNs && Seq.after(end, newestEnd))) {
            newestSentNs = sentNs;
            newestEnd = end;
            priorDelivered = segments.deliveredBefore(record);
            priorDeliveredNs = segments.deliveredNsBefore(record);
            firstSentNs = segments.firstSentNsBefore(record);
            lostBefore = segments.lostBefore(record);
            inFlightBefore = segments.inFlightBefore(record);
            isAppLimited = (flags & SentSegments.APP_LIMITED) != 0;
            of.rate.firstSentNs(sentNs);
        }
    }

    boolean hasEcho() {
        return hasEcho;
    }

    /** The time stamp echoed, in the lane's ticks; only with {@link #hasEcho}. */
    int echoTick() {
        return echoTick;
    }

    /** The round trip for the RTO, delays of the ACK included; -1 when nothing measures it. */
    long rttForTimeoutNs() {
        if (oldestSentNs != NONE && !isLate) {
            return nowNs - oldestSentNs;
        }
        return rttNs();
    }

    /** The latest round trip; -1 when nothing measures it. */
    long rttNs() {
        return latestSentNs == NONE || isLate ? -1 : nowNs - latestSentNs;
    }
}
