package io.ringway.tcp;

import io.ringway.wire.Seq;

/**
 * Tail loss probe (RFC 8985 §7): when the last segments of a flight bring no ACK, one segment more
 * is sent well before the retransmission timer, so that its ACK shows what was lost.
 *
 * <p>Part of a {@link Flight}; the names of the RFC are in brackets.
 */
final class TailLossProbe {
    /** What an ACK told of the probe that is out. */
    enum Verdict {
        /** Nothing yet. */
        PENDING,

        /** Nothing was lost, or what was lost RACK sees. */
        OVER,

        /**
         * The probe repaired the loss of the last segment: congestion control has to hear of it.
         */
        REPAIRED
    }

    /**
     * The least time: less than this is not known of a peer's, or of our own, scheduling; it is
     * also what the timer wheel does not turn for too often.
     */
    static final long MIN_TIMEOUT_NS = 10_000_000L;

    /** What a peer may hold the ACK of a single segment back (TLP.max_ack_delay). */
    static final long MAX_ACK_DELAY_NS = 200_000_000L;

    /** The time without a sample of the round trip. */
    private static final long UNKNOWN_NS = 1_000_000_000L;

    private boolean isOut;
    private boolean isRetransmission;
    private int endSeq;

    /** A probe is to be sent when the connection is next served. */
    boolean isDue;

    void clear() {
        isOut = false;
        isDue = false;
    }

    /** Whether a probe was sent and not accounted for (TLP.end_seq is set). */
    boolean isOut() {
        return isOut;
    }

    /** The time from the last transmission to the probe (TLP_calc_PTO). */
    static long timeoutNs(long srttNs, boolean isSingleSegment) {
        if (srttNs == 0) {
            return UNKNOWN_NS;
        }
        long timeoutNs = Math.max(2 * srttNs, MIN_TIMEOUT_NS);
        return isSingleSegment ? timeoutNs + MAX_ACK_DELAY_NS : timeoutNs;
    }

    /** The probe was sent; everything up to {@code sndNxt} is outstanding (TLP_send_probe). */
    void onSent(boolean wasSentBefore, int sndNxt) {
        isDue = false;
        isOut = true;
        isRetransmission = wasSentBefore;
        endSeq = sndNxt;
    }

    /**
     * An ACK while a probe is out (TLP_process_ack).
     *
     * @param hasDuplicate whether it carries a DSACK
     * @param isBare whether it acknowledges nothing new and carries no SACK block
     */
    Verdict onAck(int ack, boolean hasDuplicate, int duplicateEnd, boolean isBare) {
        if (Seq.before(ack, endSeq)) {
            return Verdict.PENDING;
        }
        if (!isRetransmission || (hasDuplicate && duplicateEnd == endSeq)) {
            isOut = false;
            return Verdict.OVER;
        }
        if (Seq.after(ack, endSeq)) {
            isOut = false;
            return Verdict.REPAIRED;
        }
        if (isBare) {
            // A peer without DSACK got the segment and the probe.
            isOut = false;
            return Verdict.OVER;
        }
        return Verdict.PENDING;
    }
}
