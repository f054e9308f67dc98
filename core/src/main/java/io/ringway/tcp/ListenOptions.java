package io.ringway.tcp;

/**
 * How a listener takes connections.
 *
 * @param backlog half-open connections, and connections established but not yet shown to the
 *     application, that may wait at the same time (each kind by itself)
 * @param receiveBufferBytes octets that each connection may hold unread; 0 is the stack's setting
 * @param fastOpenLimit connections that TCP Fast Open may have opened without an ACK of their peer
 *     yet (RFC 7413 §5.1); 0 for no Fast Open. With it, what the application does at the first
 *     octets must do no harm when done twice, since a SYN may come twice (§2.1)
 * @param deferNs how long a handshake without data is left alone, so that the application only
 *     hears of connections that ask something; 0 for not at all. What has no data by then is shown
 *     at the next ACK
 * @param connections what connections begin with
 * @param member not 0 for a listener that shares its address and port with others that have such a
 *     number too, each its own: then a connection goes to one of them, chosen by its addresses and
 *     ports (SO_REUSEPORT)
 */
public record ListenOptions(
        int backlog,
        int receiveBufferBytes,
        int fastOpenLimit,
        long deferNs,
        ConnectionOptions connections,
        long member) {
    /** A backlog of 1,024. */
    public static final ListenOptions DEFAULT = new ListenOptions(1024, 0);

    private static final long MAX_DEFER_NS = 3600 * 1_000_000_000L;

    /** Without Fast Open, every connection shown at once. */
    public ListenOptions(int backlog, int receiveBufferBytes) {
        this(backlog, receiveBufferBytes, 0, 0, ConnectionOptions.DEFAULT, 0);
    }

    public ListenOptions {
        if (backlog < 1) {
            throw new IllegalArgumentException("backlog is " + backlog + "; expected at least 1");
        }
        if (receiveBufferBytes != 0
                && (receiveBufferBytes < 2048 || receiveBufferBytes > 1 << 30)) {
            throw new IllegalArgumentException(
                    "receiveBufferBytes is "
                            + receiveBufferBytes
                            + "; expected 0 (the stack's setting) or 2,048 to 1,073,741,824");
        }
        if (fastOpenLimit < 0) {
            throw new IllegalArgumentException(
                    "fastOpenLimit is " + fastOpenLimit + "; expected 0 (off) or more");
        }
        if (deferNs < 0 || deferNs > MAX_DEFER_NS) {
            throw new IllegalArgumentException(
                    "deferNs is " + deferNs + "; expected 0 (off) to an hour");
        }
    }

    /** The same with Fast Open, for at most {@code limit} unconfirmed connections at a time. */
    public ListenOptions withFastOpen(int limit) {
        return new ListenOptions(backlog, receiveBufferBytes, limit, deferNs, connections, member);
    }

    /** The same with handshakes without data left alone for {@code timeNs}. */
    public ListenOptions withDeferredAccept(long timeNs) {
        return new ListenOptions(
                backlog, receiveBufferBytes, fastOpenLimit, timeNs, connections, member);
    }

    /** The same with connections that begin as {@code options} say. */
    public ListenOptions withConnections(ConnectionOptions options) {
        return new ListenOptions(
                backlog, receiveBufferBytes, fastOpenLimit, deferNs, options, member);
    }

    /** The same as one of a group, with this number in it. */
    public ListenOptions withSharedPort(long number) {
        return new ListenOptions(
                backlog, receiveBufferBytes, fastOpenLimit, deferNs, connections, number);
    }
}
