package io.ringway;

/** Derives independent seeds from one (SplitMix64, Steele, Lea and Flood 2014). */
final class SeedMix {
    private SeedMix() {}

    /** The {@code stream}-th seed derived from {@code seed}. */
    static long derive(long seed, long stream) {
        long z = seed + (stream + 1) * 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
