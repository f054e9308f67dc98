package io.ringway.tcp;

import io.ringway.wire.Seq;

/**
 * RACK: a segment is lost when one sent sufficiently later has arrived (RFC 8985 §6). What is
 * sufficient is a quarter of the shortest round trip as soon as the path is known to reorder, and
 * grows while DSACKs say that it was too little.
 *
 * <p>Part of a {@link Flight}; the names of the RFC are in brackets.
 */
final class Rack {
    /** Segments reported above a hole that are as good as a time (DupThresh of RFC 6675). */
    static final int DUPLICATE_THRESHOLD = 3;

    /** Recoveries without a DSACK after which the window is as small as it began. */
    private static final int PERSISTENCE = 16;

    /** The window grows to so many quarters; it never exceeds SRTT anyway. */
    private static final int MAX_MULTIPLE = 255;

    private long sentNs;
    private int endSeq;
    private long rttNs;
    private long minRttNs;
    private int forwardAck;
    private boolean hasForwardAck;
    private boolean isReordering;
    private int multiple;
    private int persistence;
    private boolean hasDuplicateRound;
    private int duplicateRound;

    /**
     * Begins anew with a connection.
     *
     * @param knownRttNs a round trip that is known not to be too short, or 0
     */
    void reset(boolean isKnownToReorder, long knownRttNs) {
        sentNs = Long.MIN_VALUE;
        rttNs = knownRttNs;
        minRttNs = knownRttNs;
        hasForwardAck = false;
        isReordering = isKnownToReorder;
        multiple = 1;
        persistence = 0;
        hasDuplicateRound = false;
    }

    /** The shortest round trip seen, or 0 (RACK.min_RTT). */
    long minRttNs() {
        return minRttNs;
    }

    /** Whether the path was seen to reorder (RACK.reordering_seen). */
    boolean isReordering() {
        return isReordering;
    }

    /** Quarters of the shortest round trip in the window (RACK.reo_wnd_mult). */
    int multiple() {
        return multiple;
    }

    /** A round trip was measured without doubt (step 1). */
    void onRtt(long sampleNs) {
        if (minRttNs == 0 || sampleNs < minRttNs) {
            minRttNs = Math.max(1, sampleNs);
        }
    }

    /** A segment was acknowledged or reported for the first time (steps 2 and 3). */
    void onDelivered(
            long segmentSentNs,
            int segmentEnd,
            boolean isOriginal,
            boolean hasEcho,
            int echoTick,
            long nowNs) {
        if (isOriginal) {
            detectReordering(segmentEnd);
        } else if (!hasForwardAck || Seq.after(segmentEnd, forwardAck)) {
            forwardAck = segmentEnd;
            hasForwardAck = true;
        }
        long rtt = nowNs - segmentSentNs;
        // The ACK may be for the sending before: then the time of this one tells nothing.
        boolean isAmbiguous =
                !isOriginal
                        && ((hasEcho && echoTick - Ticks.of(segmentSentNs) < 0) || rtt < minRttNs);
        if (isAmbiguous) {
            return;
        }
        rttNs = rtt;
        if (segmentSentNs > sentNs || (segmentSentNs == sentNs && Seq.after(segmentEnd, endSeq))) {
            sentNs = segmentSentNs;
            endSeq = segmentEnd;
        }
    }

    private void detectReordering(int segmentEnd) {
        if (!hasForwardAck || Seq.after(segmentEnd, forwardAck)) {
            forwardAck = segmentEnd;
            hasForwardAck = true;
        } else if (Seq.before(segmentEnd, forwardAck)) {
            isReordering = true;
        }
    }

    /** All that was sent has arrived, so nothing that comes now can be out of order. */
    void forgetOrder() {
        hasForwardAck = false;
    }

    /** The peer got something twice, so the window was too small (step 4). */
    void onDuplicate(int sndUna, int sndNxt) {
        if (hasDuplicateRound && Seq.afterOrEqual(sndUna, duplicateRound)) {
            hasDuplicateRound = false;
        }
        if (!hasDuplicateRound) {
            hasDuplicateRound = true;
            duplicateRound = sndNxt;
            multiple = Math.min(MAX_MULTIPLE, multiple + 1);
            persistence = PERSISTENCE;
        }
    }

    /** A recovery ended (step 4). */
    void onRecovered() {
        if (persistence > 0 && --persistence == 0) {
            multiple = 1;
        }
    }

    /** How long a segment may be late (RACK_update_reo_wnd). */
    long reorderingWindowNs(boolean isInRecovery, int sackedSegments, long srttNs) {
        if (!isReordering && (isInRecovery || sackedSegments >= DUPLICATE_THRESHOLD)) {
            return 0;
        }
        return Math.min(multiple * (minRttNs >> 2), srttNs);
    }

    /**
     * Marks what is lost by now (RACK_detect_loss).
     *
     * @param windowNs see {@link #reorderingWindowNs}
     * @return how long until the rest of what was sent too early may be lost as well; 0 when there
     *     is none
     */
    long detectLoss(SentSegments segments, DeliveryRate rate, long windowNs, long nowNs) {
        long timeoutNs = 0;
        for (int position = 0; position < segments.count(); position++) {
            int flags = segments.flags(position);
            if ((flags & (SentSegments.SACKED | SentSegments.LOST)) != 0) {
                continue;
            }
            long at = segments.sentNs(position);
            boolean isOlder =
                    at < sentNs || (at == sentNs && Seq.before(segments.end(position), endSeq));
            if (!isOlder) {
                if ((flags & SentSegments.RETRANSMITTED) == 0) {
                    // What was sent once lies in the order of sending, and so does the first
                    // sending of what follows.
                    break;
                }
                continue;
            }
            long remainingNs = at + rttNs + windowNs - nowNs;
            if (remainingNs <= 0) {
                rate.noteLost(segments, position);
                rate.onLost(segments.markLost(position));
            } else {
                timeoutNs = Math.max(timeoutNs, remainingNs);
            }
        }
        return timeoutNs;
    }

    /**
     * The retransmission timer expired: the first segment is lost, and what was sent so early that
     * it should have been acknowledged; the rest may still arrive (§6.3).
     */
    void markLossesOnTimeout(
            SentSegments segments, DeliveryRate rate, int mss, long windowNs, long nowNs) {
        for (int position = 0; position < segments.count(); position++) {
            if (!segments.has(position, SentSegments.SACKED | SentSegments.LOST)
                    && segments.sentNs(position) + rttNs + windowNs - nowNs <= 0) {
                rate.noteLost(segments, position);
                rate.onLost(segments.markLost(position));
            }
        }
        rate.onLost(segments.markFirstLost(mss));
    }
}
