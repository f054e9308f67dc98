package io.ringway.testkit.swarm;

/** SND.NXT and RCV.NXT of every connection, in eight octets. */
final class Numbers {
    private static final long GOLDEN = 0x9e37_79b9_7f4a_7c15L;

    private final long[] pairs;

    Numbers(int connections) {
        pairs = new long[connections];
    }

    /**
     * The first sequence number of a connection: always the same, and other than its neighbour's.
     */
    static int iss(int of) {
        return (int) ((of * GOLDEN) >>> 32);
    }

    int sndNxt(int of) {
        return (int) (pairs[of] >>> 32);
    }

    int rcvNxt(int of) {
        return (int) pairs[of];
    }

    void set(int of, int sndNxt, int rcvNxt) {
        pairs[of] = (long) sndNxt << 32 | (rcvNxt & 0xffff_ffffL);
    }
}
