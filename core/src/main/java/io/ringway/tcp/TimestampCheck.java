package io.ringway.tcp;

import io.ringway.wire.Seq;
import io.ringway.wire.TcpHeader;

/** Protection against wrapped sequence numbers, and TS.Recent (RFC 7323 §4.3, §5). */
final class TimestampCheck {
    /** After so long a silence a time stamp proves nothing (RFC 7323 §5.5): 24 days. */
    private static final int OUTDATED_SECONDS = 24 * 24 * 3600;

    /** RFC 7323 §3.2: once agreed on, every segment but a RST carries time stamps. */
    boolean isMissing(Tcb tcb, Segment segment) {
        return !segment.hasTimestamps && tcb.has(Flag.TIMESTAMPS) && !segment.has(TcpHeader.RST);
    }

    /** Whether the segment passes PAWS; one of a connection without time stamps does. */
    boolean passes(Tcb tcb, Segment segment, long nowNs) {
        if (!tcb.has(Flag.TIMESTAMPS) || segment.has(TcpHeader.RST)) {
            return true;
        }
        return !Seq.before(segment.timestampValue, tcb.tsRecent())
                || Ticks.second(nowNs) - tcb.tsRecentSecond() > OUTDATED_SECONDS;
    }

    /**
     * RFC 7323 §4.3 (2): what is to be echoed comes from the segment that covers the left edge of
     * the window.
     */
    void update(Tcb tcb, Segment segment, long nowNs) {
        if (segment.hasTimestamps
                && tcb.has(Flag.TIMESTAMPS)
                && Seq.beforeOrEqual(segment.seq, tcb.lastAckSent())) {
            tcb.tsRecent(segment.timestampValue);
            tcb.tsRecentSecond(Ticks.second(nowNs));
        }
    }
}
