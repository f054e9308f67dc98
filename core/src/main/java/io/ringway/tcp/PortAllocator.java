package io.ringway.tcp;

/**
 * Chooses the local port of a connection that we open, so that an attacker off the path cannot
 * guess it and ports are reused as late as possible: the double-hash algorithm of RFC 6056 §3.3.4.
 *
 * <p>Each pair of addresses and remote port begins at an offset of its own, and counts on from
 * there with one of {@value #COUNTERS} counters, so that what one peer sees says nothing about what
 * another will see.
 *
 * <p>One thread owns it.
 */
final class PortAllocator {
    /** Given when every port is in use. */
    static final int NONE = -1;

    /** The range that is used unless another is configured. */
    static final int DEFAULT_FIRST = 32_768;

    static final int DEFAULT_LAST = 60_999;

    private static final int COUNTERS = 1024;

    private final int first;
    private final int count;
    private final SipHash offsetHash;
    private final SipHash counterHash;
    private final int[] counters = new int[COUNTERS];

    /** Says whether a port is taken. */
    interface InUse {
        /**
         * Whether a connection or a TIME-WAIT between these two exists, or the port may not be used
         * otherwise.
         */
        boolean isInUse(
                long localHigh,
                long localLow,
                int localPort,
                long remoteHigh,
                long remoteLow,
                int remotePort);
    }

    /** Makes an allocator of the ports {@code first} to {@code last}, both included. */
    PortAllocator(int first, int last, long seed) {
        if (first < 1 || last > 0xffff || first > last) {
            throw new IllegalArgumentException(
                    "a range of ports lies between 1 and 65535, the lower end first; given "
                            + first
                            + " to "
                            + last);
        }
        this.first = first;
        this.count = last - first + 1;
        offsetHash = new SipHash(Mix.key(seed, 1), Mix.key(seed, 2));
        counterHash = new SipHash(Mix.key(seed, 3), Mix.key(seed, 4));
        for (int i = 0; i < COUNTERS; i++) {
            counters[i] = (int) Mix.key(seed, 5 + i);
        }
    }

    /**
     * Chooses a port for a connection from a local address to a remote address and port, or {@link
     * #NONE} after having tried each port of the range once.
     */
    int choose(
            long localHigh,
            long localLow,
            long remoteHigh,
            long remoteLow,
            int remotePort,
            InUse inUse) {
        long offset = keyed(offsetHash, localHigh, localLow, remoteHigh, remoteLow, remotePort);
        int counter =
                (int) keyed(counterHash, localHigh, localLow, remoteHigh, remoteLow, remotePort)
                        & (COUNTERS - 1);
        for (int tried = 0; tried < count; tried++) {
            long next = (offset & 0xffffffffL) + (counters[counter] & 0xffffffffL);
            counters[counter]++;
            int port = first + (int) (next % count);
            if (!inUse.isInUse(localHigh, localLow, port, remoteHigh, remoteLow, remotePort)) {
                return port;
            }
        }
        return NONE;
    }

    private static long keyed(
            SipHash hash,
            long localHigh,
            long localLow,
            long remoteHigh,
            long remoteLow,
            int remotePort) {
        return hash.start()
                .add(localHigh)
                .add(localLow)
                .add(remoteHigh)
                .add(remoteLow)
                .add(remotePort)
                .finish();
    }
}
