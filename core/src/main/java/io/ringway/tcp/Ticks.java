package io.ringway.tcp;

/**
 * The lane's coarse time: milliseconds on a circle of 2^32, for what a TCB keeps in 32 bits. Pure.
 */
final class Ticks {
    static final long NS = 1_000_000L;

    private Ticks() {}

    /** The tick of a time. */
    static int of(long nowNs) {
        return (int) Math.floorDiv(nowNs, NS);
    }

    /** The first tick that is not before a time. */
    static int ceiling(long atNs) {
        return (int) Math.ceilDiv(atNs, NS);
    }

    /** The time of {@code tick}, which lies within 24 days of {@code nowNs}. */
    static long timeOf(int tick, long nowNs) {
        return nowNs + (tick - of(nowNs)) * NS - Math.floorMod(nowNs, NS);
    }

    /** The second of a time, as an int. */
    static int second(long timeNs) {
        return (int) (timeNs / 1_000_000_000);
    }
}
