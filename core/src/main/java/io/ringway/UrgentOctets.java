package io.ringway;

/**
 * Which octets of a socket's two streams are urgent (RFC 9293 §3.8.5). The sockets of others have
 * one urgent octet at a time, the last one before where the pointer points, and can take it out of
 * the stream; RFC 6093 §3.1 wants it left where it is, as it is here unless {@link #isInline} says
 * otherwise.
 */
final class UrgentOctets {
    private volatile boolean isInline = true;
    private volatile long sendEnd;

    /** Whether an urgent octet stays in the stream that is read; any thread. */
    void isInline(boolean value) {
        isInline = value;
    }

    /**
     * How many of {@code length} octets that were received come before the one that is out of band;
     * all of them when none is.
     */
    int before(TcpConnection from, int length) {
        int unread = isInline ? 0 : from.urgentUnread();
        return unread == 0 ? length : Math.min(length, unread - 1);
    }

    /** The octet before position {@code end} of what is written will be urgent. Who writes. */
    void send(long end) {
        sendEnd = end;
    }

    /**
     * The position behind the next urgent octet from {@code position} on, for who has looked at
     * what is there to be sent before; or the largest number.
     */
    long sendEnd(long position) {
        long end = sendEnd;
        return end > position ? end : Long.MAX_VALUE;
    }
}
