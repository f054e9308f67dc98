package io.ringway.port;

/**
 * Steele, Lea and Flood's SplitMix64: a small generator whose numbers a seed repeats on every JDK.
 */
final class SplitMix64 {
    private long state;

    SplitMix64(long seed) {
        this.state = seed;
    }

    long nextLong() {
        state += 0x9e37_79b9_7f4a_7c15L;
        long z = state;
        z = (z ^ z >>> 30) * 0xbf58_476d_1ce4_e5b9L;
        z = (z ^ z >>> 27) * 0x94d0_49bb_1331_11ebL;
        return z ^ z >>> 31;
    }

    /** A number from 0 to {@code bound - 1}; the bias is below 2^-31 for bounds of 32 bits. */
    long below(long bound) {
        return Math.unsignedMultiplyHigh(nextLong(), bound);
    }

    /**
     * True with a probability; draws nothing when it is 0, so that an unused impairment changes no
     * other.
     */
    boolean happens(double probability) {
        return probability > 0 && (nextLong() >>> 11) * 0x1p-53 < probability;
    }
}
