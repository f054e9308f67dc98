package io.ringway.tcp;

/**
 * How much each peer has of what is scarce: half-open connections, connections that the application
 * was not shown yet, and connections in all. A peer is an IPv4 address, or the first 64 bits of an
 * IPv6 address, since whoever has one address of such a network has them all.
 *
 * <p>A hash table of a fixed size with linear probing, its entries packed into two longs. When it
 * is full a peer more is not counted, which lets it have more than the limit and costs nobody else
 * anything. One thread owns it.
 */
final class PeerTable {
    /** What is counted; each has 21 bits. */
    static final int HALF_OPEN = 0;

    static final int UNACCEPTED = 1;
    static final int CONNECTIONS = 2;

    private static final int BITS = 21;
    private static final long MASK = (1L << BITS) - 1;

    private final SipHash hash;
    private final int mask;
    private final int limit;
    private final long[] keys;
    private final long[] counts;
    private int size;

    /**
     * Makes an empty table.
     *
     * @param peers the most that are counted
     * @param seed random; nobody outside can tell where a peer lands
     */
    PeerTable(int peers, long seed) {
        hash = new SipHash(Mix.key(seed, 1), Mix.key(seed, 2));
        limit = peers;
        int length = Integer.highestOneBit(Math.max(8, peers * 2 - 1)) << 1;
        mask = length - 1;
        keys = new long[length];
        counts = new long[length];
    }

    /** The peer of an address: all of it, or an IPv6 network. */
    static long peer(long high, long low) {
        // An IPv4 address has no bits in its upper half; a network 0 has no hosts.
        return high == 0 ? low : high;
    }

    private int slot(long peer) {
        return (int) hash.start().add(peer).finish() & mask;
    }

    /** Where {@code peer} is, or the free slot where it would go. A slot without counts is free. */
    private int find(long peer) {
        int at = slot(peer);
        while (counts[at] != 0 && keys[at] != peer) {
            at = at + 1 & mask;
        }
        return at;
    }

    /** How many of {@code kind} a peer has. */
    int get(int kind, long peer) {
        return (int) ((counts[find(peer)] >>> (kind * BITS)) & MASK);
    }

    /**
     * A peer has one more.
     *
     * @return false when it could not be counted, the table being full
     */
    boolean add(int kind, long peer) {
        int at = find(peer);
        if (counts[at] == 0) {
            if (size == limit) {
                return false;
            }
            size++;
            keys[at] = peer;
        }
        long count = (counts[at] >>> (kind * BITS)) & MASK;
        if (count != MASK) {
            counts[at] += 1L << (kind * BITS);
        }
        return true;
    }

    /** A peer has one less; nothing happens when none was counted. */
    void remove(int kind, long peer) {
        int at = find(peer);
        if (((counts[at] >>> (kind * BITS)) & MASK) == 0) {
            return;
        }
        counts[at] -= 1L << (kind * BITS);
        if (counts[at] == 0) {
            size--;
            close(at);
        }
    }

    /** Moves up what stands behind a slot that became free, so that no search stops there. */
    private void close(int free) {
        int hole = free;
        int at = hole + 1 & mask;
        while (counts[at] != 0) {
            int home = slot(keys[at]);
            if ((at - home & mask) >= (at - hole & mask)) {
                keys[hole] = keys[at];
                counts[hole] = counts[at];
                counts[at] = 0;
                hole = at;
            }
            at = at + 1 & mask;
        }
    }

    /** Peers that have anything. */
    int size() {
        return size;
    }
}
