package io.ringway.udp;

/**
 * Chooses ephemeral ports: a random one, and from there the next that is free (RFC 6056 §3.3.1).
 */
final class UdpPorts {
    private static final int LAST = 65_535;

    private final UdpTable table;
    private final int firstPort;
    private long state;

    UdpPorts(UdpTable table, int firstPort, long seed) {
        this.table = table;
        this.firstPort = firstPort;
        this.state = seed;
    }

    /** A port that no socket has, or 0 when there is none. */
    int choose() {
        int range = LAST - firstPort + 1;
        int start = (int) Long.remainderUnsigned(random(), range);
        for (int i = 0; i < range; i++) {
            int port = firstPort + (start + i) % range;
            if (!table.isPortUsed(port)) {
                return port;
            }
        }
        return 0;
    }

    /** The next number of SplitMix64: enough for ports, whose secret is the seed. */
    private long random() {
        state += 0x9e3779b97f4a7c15L;
        long z = (state ^ (state >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
