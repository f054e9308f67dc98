package io.ringway.testkit;

/**
 * Random numbers from a seed, the same on every machine and in every version (SplitMix64). What a
 * random test draws, it draws from here, so that its seed says everything. One thread.
 */
public final class Rand {
    private final long seed;
    private long state;

    public Rand(long seed) {
        this.seed = seed;
        this.state = seed;
    }

    /** The seed it was made from. */
    public long seed() {
        return seed;
    }

    public long nextLong() {
        state += 0x9e3779b97f4a7c15L;
        long z = state;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    public int nextInt() {
        return (int) (nextLong() >>> 32);
    }

    /** From 0 to {@code bound - 1}. */
    public int below(int bound) {
        if (bound <= 0) {
            throw new IllegalArgumentException("bound must be positive; given " + bound);
        }
        return (int) Math.multiplyHigh(nextLong() >>> 1, (long) bound << 1);
    }

    /** From {@code low} to {@code high}, both of them included. */
    public int between(int low, int high) {
        return low + below(high - low + 1);
    }

    /** True with this probability, 0 to 1. */
    public boolean chance(double probability) {
        return nextDouble() < probability;
    }

    /** At least 0 and below 1. */
    public double nextDouble() {
        return (nextLong() >>> 11) * 0x1.0p-53;
    }

    public byte[] bytes(int length) {
        byte[] octets = new byte[length];
        for (int i = 0; i < length; i++) {
            octets[i] = (byte) nextLong();
        }
        return octets;
    }

    /** One of the given. */
    @SafeVarargs
    public final <T> T oneOf(T... choices) {
        return choices[below(choices.length)];
    }

    /** Another generator, which draws independently of this one. */
    public Rand split() {
        return new Rand(nextLong());
    }

    @Override
    public String toString() {
        return "seed " + seed;
    }
}
