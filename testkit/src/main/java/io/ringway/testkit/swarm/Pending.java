package io.ringway.testkit.swarm;

/** The connections that are being opened, or closed, in the order in which they were asked. */
final class Pending {
    private final int[] connections;
    private final long[] sentNs;
    private final int mask;
    private int head;
    private int tail;

    Pending(int most) {
        int size = Integer.highestOneBit(Math.max(1, most * 2 - 1));
        connections = new int[size];
        sentNs = new long[size];
        mask = size - 1;
    }

    int count() {
        return tail - head;
    }

    boolean hasRoom() {
        return count() <= mask;
    }

    /** The one that waits longest. */
    int first() {
        return connections[head & mask];
    }

    long firstSentNs() {
        return sentNs[head & mask];
    }

    void removeFirst() {
        head++;
    }

    void add(int connection, long nowNs) {
        connections[tail & mask] = connection;
        sentNs[tail & mask] = nowNs;
        tail++;
    }
}
