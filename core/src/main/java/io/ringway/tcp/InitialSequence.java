package io.ringway.tcp;

/**
 * Chooses the numbers that a connection begins with so that nobody off the path can guess them: the
 * initial sequence number (RFC 6528, RFC 9293 §3.4.1) and the offset of its time stamps (RFC 7323
 * §7.1).
 *
 * <p>Both belong to the addresses and ports: a later connection between the same two has a greater
 * sequence number and time stamps that go on, which is what lets it follow the former one in
 * TIME-WAIT (RFC 6191).
 *
 * <p>One thread owns it.
 */
final class InitialSequence {
    /** The period of the timer in the sequence number (RFC 9293 §3.4.1). */
    static final long TICK_NS = 4_000;

    private static final long SEQUENCE = 1L << 32;
    private static final long TIMESTAMP = 2L << 32;

    private final SipHash hash;

    /** Makes it with a secret key of 128 bits derived from {@code seed}, which must be random. */
    InitialSequence(long seed) {
        hash = new SipHash(Mix.key(seed, 1), Mix.key(seed, 2));
    }

    /**
     * ISN = M + F(local address, local port, remote address, remote port, key), M counting up every
     * 4 µs.
     */
    int next(
            long localHigh,
            long localLow,
            int localPort,
            long remoteHigh,
            long remoteLow,
            int remotePort,
            long nowNs) {
        long ports = (long) localPort << 16 | remotePort;
        long secret = keyed(localHigh, localLow, remoteHigh, remoteLow, SEQUENCE | ports);
        return (int) (nowNs / TICK_NS + secret);
    }

    /**
     * What is to be added to the time-stamp clock for a connection; the same for the same addresses
     * and ports.
     */
    int timestampOffset(
            long localHigh,
            long localLow,
            int localPort,
            long remoteHigh,
            long remoteLow,
            int remotePort) {
        long ports = (long) localPort << 16 | remotePort;
        return (int) keyed(localHigh, localLow, remoteHigh, remoteLow, TIMESTAMP | ports);
    }

    private long keyed(
            long localHigh, long localLow, long remoteHigh, long remoteLow, long purposeAndPorts) {
        return hash.start()
                .add(localHigh)
                .add(localLow)
                .add(remoteHigh)
                .add(remoteLow)
                .add(purposeAndPorts)
                .finish();
    }
}
