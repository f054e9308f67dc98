package io.ringway.tcp;

import io.ringway.wire.Seq;

/**
 * Whether a SYN may open a new connection over one in TIME-WAIT (RFC 9293 §3.6.1, RFC 6191). Pure;
 * any thread.
 */
final class TimeWaitReuse {
    /**
     * How far a new connection stays clear of what the former one has sent: a window without
     * scaling, and its FIN.
     */
    private static final int GAP = 65_535 + 2;

    private TimeWaitReuse() {}

    /**
     * RFC 6191 §2: with time stamps on both connections the newer stamp decides, and the sequence
     * number between equal ones; with time stamps on the new one only, it may; without them the
     * sequence number decides.
     *
     * @param synSequence the SYN's sequence number
     * @param rcvNxt what the former connection expected next; the last number it saw is the one
     *     before
     * @param hadTimestamps whether the former connection used time stamps
     * @param hasTimestamps whether the new one will
     * @param synTimestamp the SYN's time stamp, where there is one
     * @param tsRecent the last time stamp seen on the former connection, where it used them
     */
    static boolean mayReopen(
            int synSequence,
            int rcvNxt,
            boolean hadTimestamps,
            boolean hasTimestamps,
            int synTimestamp,
            int tsRecent) {
        boolean isNewer = Seq.afterOrEqual(synSequence, rcvNxt);
        if (!hasTimestamps) {
            return isNewer;
        }
        if (!hadTimestamps || Seq.after(synTimestamp, tsRecent)) {
            return true;
        }
        return synTimestamp == tsRecent && isNewer;
    }

    /**
     * The initial sequence number for a connection that follows one in TIME-WAIT: it must lie
     * beyond everything that the former connection has used (RFC 9293 §3.6.1), which the clock
     * alone does not promise after a fast transfer.
     */
    static int initialSequence(int proposed, int sndNxt) {
        return Seq.after(proposed, sndNxt) ? proposed : sndNxt + GAP;
    }
}
