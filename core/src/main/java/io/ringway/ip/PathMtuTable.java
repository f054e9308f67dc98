package io.ringway.ip;

import io.ringway.memory.Counter;
import io.ringway.memory.Counters;

/**
 * Destinations to which the path's MTU is known to be lower than the link's (RFC 1191, RFC 8201).
 *
 * <p>Each belief ends after a while, and the full MTU is tried again (RFC 1191 §6.3). When the
 * table is full, the belief that would end first makes room: it costs one more ICMP message later.
 */
final class PathMtuTable {
    private final Counters counters;
    private final int linkMtu;
    private final long lifetimeNs;
    private final long[] high;
    private final long[] low;
    private final int[] mtu;
    private final long[] untilNs;
    private int count;

    /** No known path is narrower than this: packets up to it need no look-up. */
    private int lowest;

    private long nextDeadlineNs = Long.MAX_VALUE;

    PathMtuTable(Counters counters, int linkMtu, int capacity, long lifetimeNs) {
        this.counters = counters;
        this.linkMtu = linkMtu;
        this.lifetimeNs = lifetimeNs;
        this.high = new long[capacity];
        this.low = new long[capacity];
        this.mtu = new int[capacity];
        this.untilNs = new long[capacity];
        this.lowest = linkMtu;
    }

    int linkMtu() {
        return linkMtu;
    }

    int lowest() {
        return lowest;
    }

    /** Octets of the largest packet for this destination. */
    int get(long destinationHigh, long destinationLow) {
        if (count == 0) {
            return linkMtu;
        }
        int index = find(destinationHigh, destinationLow);
        return index < 0 ? linkMtu : mtu[index];
    }

    private int find(long destinationHigh, long destinationLow) {
        for (int i = 0; i < count; i++) {
            if (low[i] == destinationLow && high[i] == destinationHigh) {
                return i;
            }
        }
        return -1;
    }

    /** Believes a lower MTU; one that is not lower is no news (RFC 1191 §3, RFC 8201 §4). */
    void lower(long destinationHigh, long destinationLow, int octets, long nowNs) {
        if (octets >= get(destinationHigh, destinationLow)) {
            return;
        }
        counters.increment(Counter.PATH_MTU_LOWERED);
        int index = find(destinationHigh, destinationLow);
        if (index < 0) {
            index = count < mtu.length ? count++ : soonest();
            high[index] = destinationHigh;
            low[index] = destinationLow;
        }
        mtu[index] = octets;
        untilNs[index] = nowNs + lifetimeNs;
        summarize();
    }

    /** Believes what a transport found out, for as long, whether it is more or less than before. */
    void learn(long destinationHigh, long destinationLow, int octets, long nowNs) {
        int index = find(destinationHigh, destinationLow);
        if (index >= 0 && octets >= linkMtu) {
            forget(index);
            summarize();
        } else if (index >= 0 && octets >= mtu[index]) {
            mtu[index] = octets;
            untilNs[index] = nowNs + lifetimeNs;
            summarize();
        } else {
            lower(destinationHigh, destinationLow, octets, nowNs);
        }
    }

    private void forget(int index) {
        count--;
        high[index] = high[count];
        low[index] = low[count];
        mtu[index] = mtu[count];
        untilNs[index] = untilNs[count];
    }

    private int soonest() {
        int soonest = 0;
        for (int i = 1; i < count; i++) {
            if (untilNs[i] < untilNs[soonest]) {
                soonest = i;
            }
        }
        return soonest;
    }

    private void summarize() {
        lowest = linkMtu;
        nextDeadlineNs = Long.MAX_VALUE;
        for (int i = 0; i < count; i++) {
            lowest = Math.min(lowest, mtu[i]);
            nextDeadlineNs = Math.min(nextDeadlineNs, untilNs[i]);
        }
    }

    long nextDeadlineNs() {
        return nextDeadlineNs;
    }

    /** Forgets what is too old. */
    int expire(long nowNs) {
        if (nowNs < nextDeadlineNs) {
            return 0;
        }
        int before = count;
        for (int i = count - 1; i >= 0; i--) {
            if (untilNs[i] <= nowNs) {
                forget(i);
            }
        }
        summarize();
        return before - count;
    }
}
