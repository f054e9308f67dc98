package io.ringway.tcp;

/**
 * What a connection begins with, before its handler can set anything: for one that is opened, and
 * through {@link ListenOptions#connections} for all that a listener takes, as sockets that are
 * accepted have the listening one's settings elsewhere.
 *
 * @param keepAlive whether the peer is probed after silence (RFC 9293 §3.8.4)
 * @param keepAliveIdleNs silence after which it is; 0 is the stack's setting
 * @param keepAliveIntervalNs between probes; 0 is the stack's setting
 * @param keepAliveProbes unanswered probes after which the connection is given up; 0 is the stack's
 *     setting
 * @param userTimeoutNs how long octets may stay without an ACK (RFC 9293 §3.8.3); 0 is the stack's
 *     setting
 * @param diffserv the Diffserv code point of all packets, the SYN or SYN-ACK among them, 0 to 63
 *     (RFC 2474). Resets, and answers in TIME-WAIT, have 0
 */
public record ConnectionOptions(
        boolean keepAlive,
        long keepAliveIdleNs,
        long keepAliveIntervalNs,
        int keepAliveProbes,
        long userTimeoutNs,
        int diffserv) {
    /** Everything as the stack's configuration has it, without keep-alive. */
    public static final ConnectionOptions DEFAULT = new ConnectionOptions(false, 0, 0, 0, 0, 0);

    private static final int MAX_PROBES = 127;
    private static final int MAX_DIFFSERV = 63;

    /** A century, which added to any clock still fits. */
    private static final long LONGEST_NS = 36_500L * 86_400_000_000_000L;

    public ConnectionOptions {
        requireTime("keepAliveIdleNs", keepAliveIdleNs);
        requireTime("keepAliveIntervalNs", keepAliveIntervalNs);
        requireTime("userTimeoutNs", userTimeoutNs);
        if (keepAliveProbes < 0 || keepAliveProbes > MAX_PROBES) {
            throw new IllegalArgumentException(
                    "keepAliveProbes is "
                            + keepAliveProbes
                            + "; expected 0 (the stack's setting) to "
                            + MAX_PROBES);
        }
        if (diffserv < 0 || diffserv > MAX_DIFFSERV) {
            throw new IllegalArgumentException(
                    "diffserv is " + diffserv + "; expected 0 to " + MAX_DIFFSERV);
        }
    }

    private static void requireTime(String name, long given) {
        if (given < 0) {
            throw new IllegalArgumentException(
                    name + " is " + given + "; expected 0 (the stack's setting) or more");
        }
    }

    /** The same with keep-alive, at the stack's times. */
    public ConnectionOptions withKeepAlive() {
        return new ConnectionOptions(true, 0, 0, 0, userTimeoutNs, diffserv);
    }

    /**
     * The same with keep-alive: the peer is probed when the connection has been silent for {@code
     * idleNs}, every {@code intervalNs}, and given up after {@code probes} without an answer.
     *
     * @throws IllegalArgumentException when a time is not positive, or there is no probe
     */
    public ConnectionOptions withKeepAlive(long idleNs, long intervalNs, int probes) {
        if (probes < 1) {
            throw new IllegalArgumentException("probes is " + probes + "; expected at least 1");
        }
        return new ConnectionOptions(
                true,
                positive("idleNs", idleNs),
                positive("intervalNs", intervalNs),
                probes,
                userTimeoutNs,
                diffserv);
    }

    /**
     * The same, given up when octets stay without an ACK for {@code timeoutNs}.
     *
     * @throws IllegalArgumentException when it is not positive
     */
    public ConnectionOptions withUserTimeout(long timeoutNs) {
        return new ConnectionOptions(
                keepAlive,
                keepAliveIdleNs,
                keepAliveIntervalNs,
                keepAliveProbes,
                positive("timeoutNs", timeoutNs),
                diffserv);
    }

    /** The same with another Diffserv code point, 0 to 63; 46 is expedited forwarding. */
    public ConnectionOptions withDiffserv(int codePoint) {
        return new ConnectionOptions(
                keepAlive,
                keepAliveIdleNs,
                keepAliveIntervalNs,
                keepAliveProbes,
                userTimeoutNs,
                codePoint);
    }

    private static long positive(String name, long given) {
        if (given <= 0) {
            throw new IllegalArgumentException(name + " is " + given + "; expected more than 0");
        }
        return Math.min(given, LONGEST_NS);
    }

    /** Whether a connection needs settings of its own for it. */
    boolean hasSettings() {
        return (keepAliveIdleNs | keepAliveIntervalNs | userTimeoutNs) != 0
                || (keepAliveProbes | diffserv) != 0;
    }

    /** The IP header's field, without the bits of ECN. */
    int trafficClass() {
        return diffserv << 2;
    }
}
