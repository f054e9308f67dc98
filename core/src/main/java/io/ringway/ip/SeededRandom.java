package io.ringway.ip;

/**
 * Numbers for delays and identifications, from a seed alone (SplitMix64), so that a run can be
 * repeated.
 */
final class SeededRandom {
    private long state;

    SeededRandom(long seed) {
        this.state = seed;
    }

    long next() {
        state += 0x9e37_79b9_7f4a_7c15L;
        return mix(state);
    }

    /** A number from 0 to {@code bound} - 1; {@code bound} is positive. */
    long below(long bound) {
        return Long.remainderUnsigned(next(), bound);
    }

    /**
     * Spreads every bit of {@code value} over all of the result; different values give different
     * results.
     */
    static long mix(long value) {
        long z = value;
        z = (z ^ z >>> 30) * 0xbf58_476d_1ce4_e5b9L;
        z = (z ^ z >>> 27) * 0x94d0_49bb_1331_11ebL;
        return z ^ z >>> 31;
    }
}
