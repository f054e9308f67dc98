package io.ringway.tcp;

/**
 * The keyed hash of a connection's addresses and ports, for the tables of connections.
 *
 * <p>Three multiplications of 64 by 64 bits to 128, the halves folded by XOR, under a secret of 128
 * bits: a few nanoseconds. Who does not know the secret and does not see hashes cannot choose
 * addresses and ports that collide more often than chance has it, so a table cannot be flooded
 * blindly. It is no cryptographic hash: it must not be shown to anybody, and where an answer goes
 * out on the wire (sequence numbers, ports) {@link SipHash} is used.
 *
 * <p>Immutable; any thread.
 */
final class FlowHash {
    private final long keyA;
    private final long keyB;
    private final long keyC;
    private final long keyD;

    /** Makes a hash under a secret of 128 bits, which must be random. */
    FlowHash(long secretHigh, long secretLow) {
        keyA = secretHigh;
        keyB = secretLow;
        keyC = Mix.key(secretHigh, 1);
        keyD = Mix.key(secretLow, 2);
    }

    /** The two ports as {@link #hash} wants them, which is as a received segment has them. */
    static int ports(int remotePort, int localPort) {
        return remotePort << 16 | localPort;
    }

    /** Hashes; all 32 bits are equally good. */
    int hash(long remoteHigh, long remoteLow, long localHigh, long localLow, int ports) {
        long low = fold(remoteLow ^ keyA, localLow ^ keyB);
        long high = fold(remoteHigh ^ keyC, localHigh ^ keyD);
        long all = fold(low ^ (ports & 0xffffffffL) ^ keyC, high ^ keyD ^ Mix.GOLDEN);
        return (int) (all ^ all >>> 32);
    }

    private static long fold(long a, long b) {
        return a * b ^ Math.unsignedMultiplyHigh(a, b);
    }
}
