package io.ringway.port;

/**
 * The time that octets take on a wire of a given rate, and the queue in front of it. Exact over any
 * number of frames: what a division leaves over is carried to the next frame.
 */
final class WireClock {
    private static final long BITS_NS = 8_000_000_000L;

    private final long rateBitsPerSecond;
    private final long[] departures;
    private long head;
    private long tail;
    private long freeNs = Long.MIN_VALUE;
    private long remainder;

    /** A wire that is free now; a rate of 0 takes no time. */
    WireClock(long rateBitsPerSecond, int queueFrames) {
        this.rateBitsPerSecond = rateBitsPerSecond;
        this.departures = new long[queueFrames];
    }

    /** When the last bit of a frame leaves that is put behind all others now. */
    long departure(int length, long nowNs) {
        if (rateBitsPerSecond == 0) {
            freeNs = nowNs;
            return nowNs;
        }
        if (freeNs < nowNs) {
            freeNs = nowNs;
            remainder = 0;
        }
        long work = length * BITS_NS + remainder;
        freeNs += work / rateBitsPerSecond;
        remainder = work % rateBitsPerSecond;
        return freeNs;
    }

    /** Whether as many frames wait or are being sent as the queue holds. */
    boolean isFull(long nowNs) {
        while (head != tail && departures[(int) (head % departures.length)] <= nowNs) {
            head++;
        }
        return tail - head == departures.length;
    }

    /** The frame whose {@link #departure} was asked last takes a place in the queue until then. */
    void enqueued() {
        assert tail - head < departures.length : "the queue is full";
        departures[(int) (tail++ % departures.length)] = freeNs;
    }

    /** When the first place becomes free; {@link Long#MAX_VALUE} when none is taken. */
    long firstDepartureNs() {
        return head == tail ? Long.MAX_VALUE : departures[(int) (head % departures.length)];
    }
}
