package io.ringway.tcp;

import io.ringway.wire.Seq;

/**
 * Whether the last repair was for nothing, because what was held for lost was only late: by time
 * stamps (Eifel, RFC 3522), by DSACKs of all that was sent again (RFC 2883, RFC 3708), and after a
 * time-out by what had been sent only once (F-RTO, RFC 5682 §3, with SACK).
 *
 * <p>Part of a {@link Flight}. It only finds out; {@link Recovery} takes the reduction back.
 */
final class SpuriousLoss {
    /** The repair may yet prove needless. */
    private boolean isWatching;

    /** SND.UNA when the repair began. */
    private int from;

    /** Retransmissions in it that no DSACK has reported. */
    private int unreported;

    private boolean hasRetransmitted;
    private int firstTick;

    // --- F-RTO ---
    private boolean isProbing;
    private boolean isAsking;

    void clear() {
        isWatching = false;
        isProbing = false;
        isAsking = false;
    }

    /**
     * A repair begins, and with it a reduction that could be taken back.
     *
     * @param isRepeating whether something is on its way that was sent again before this repair:
     *     what its ACK will echo lies before the repair and says nothing of it, so that the time
     *     stamps go on counting from what was sent again first
     */
    void begin(int sndUna, boolean isRepeating) {
        isWatching = true;
        isProbing = false;
        isAsking = false;
        from = sndUna;
        unreported = 0;
        hasRetransmitted &= isRepeating;
    }

    /** Whether there is a reduction that could be taken back. */
    boolean isWatching() {
        return isWatching;
    }

    /** A segment was sent again in the repair. */
    void onRetransmitted(long nowNs) {
        unreported++;
        onRepeated(nowNs);
    }

    /** A segment was sent again, if only as a probe. */
    void onRepeated(long nowNs) {
        if (!hasRetransmitted) {
            hasRetransmitted = true;
            firstTick = Ticks.of(nowNs);
        }
    }

    /**
     * RFC 3522 §3.2: an ACK for what was sent again echoes a time before it was, so the first
     * sending arrived.
     */
    boolean isShownByTimestamp(AckNews news) {
        return isWatching
                && hasRetransmitted
                && news.hasRetransmitted
                && news.ackedOctets > 0
                && news.hasEcho()
                && news.echoTick() - firstTick < 0;
    }

    /** A DSACK came; whether now all retransmissions are known to have been needless. */
    boolean isShownByDuplicate(AckNews news, int mss) {
        if (!isWatching || unreported == 0 || !Seq.after(news.duplicateEnd, from)) {
            return false;
        }
        int octets = news.duplicateEnd - news.duplicateStart;
        unreported = Math.max(0, unreported - Math.max(1, (octets + mss - 1) / mss));
        return unreported == 0;
    }

    // --- F-RTO ---

    /** The timer expired, and the first segment is sent again (§3.1 step 1). */
    void probeTimeout() {
        isProbing = true;
        isAsking = false;
    }

    /** Whether it is open if the time-out was spurious. */
    boolean isProbing() {
        return isProbing;
    }

    /** Whether new data is to be sent rather than what may be lost (step 2 b). */
    boolean isAsking() {
        return isAsking;
    }

    void ask() {
        isAsking = true;
    }

    /** It cannot be found out, or the loss is real: conventional recovery (steps 2 a and 3 a). */
    void stopProbing() {
        isProbing = false;
        isAsking = false;
    }
}
