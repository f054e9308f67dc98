package io.ringway.tcp;

/**
 * Mixing of 64-bit numbers, to make seeds and keys from a seed (SplitMix64; Steele, Lea and Flood,
 * 2014). Pure.
 */
final class Mix {
    /** 2^64 divided by the golden ratio, odd: steps of it visit every number. */
    static final long GOLDEN = 0x9e3779b97f4a7c15L;

    private Mix() {}

    /** The {@code number}th of the keys, each independent of the others, that a seed gives. */
    static long key(long seed, int number) {
        return mix64(seed + number * GOLDEN);
    }

    /**
     * A one-to-one mapping in which each bit of the argument changes about half of the result's.
     */
    static long mix64(long value) {
        long mixed = (value ^ value >>> 30) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
        return mixed ^ mixed >>> 31;
    }
}
