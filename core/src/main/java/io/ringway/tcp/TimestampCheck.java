package io.ringway.tcp;

import io.ringway.wire.Seq;

/** Protection against wrapped sequence numbers, and TS.Recent (RFC 7323 §4.3, §5). */
final class TimestampCheck {
    /** After so long a silence a time stamp proves nothing (RFC 7323 §5.5): 24 days. */
    private static final int OUTDATED_SECONDS = 24 * 24 * 3600;

    private final boolean toleratesMissing;

    TimestampCheck(boolean toleratesMissing) {
        this.toleratesMissing = toleratesMissing;
    }

    /**
     * Whether a segment without a time stamp is taken though the connection has them: RFC 7323 §3.2
     * says that it SHOULD be dropped.
     */
    boolean toleratesMissing() {
        return toleratesMissing;
    }

    /** Whether a segment passes PAWS that has time stamps, as its connection has, and is no RST. */
    boolean passes(Tcb tcb, Segment segment, long nowNs) {
        return !Seq.before(segment.timestampValue, tcb.tsRecent())
                || Ticks.second(nowNs) - tcb.tsRecentSecond() > OUTDATED_SECONDS;
    }

    /**
     * RFC 7323 §4.3 (2): what is to be echoed comes from the segment that covers the left edge of
     * the window. Likewise of a segment and a connection that have time stamps.
     */
    void update(Tcb tcb, Segment segment, long nowNs) {
        if (Seq.beforeOrEqual(segment.seq, tcb.lastAckSent())) {
            tcb.tsRecent(segment.timestampValue);
            tcb.tsRecentSecond(Ticks.second(nowNs));
        }
    }
}
