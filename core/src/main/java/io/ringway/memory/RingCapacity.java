package io.ringway.memory;

/** How long a ring is that shall hold so many. */
final class RingCapacity {
    private static final int MOST = 1 << 28;

    private RingCapacity() {}

    /** The next power of two, at least 2. */
    static int of(int capacity) {
        if (capacity < 1 || capacity > MOST) {
            throw new IllegalArgumentException(
                    "a ring's capacity must be 1 to " + MOST + "; given " + capacity);
        }
        return Math.max(2, Integer.highestOneBit(2 * capacity - 1));
    }
}
