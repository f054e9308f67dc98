package io.ringway.bench.echo;

/**
 * A loop that always does the same, to tell how fast this core is just now: 32 times a shift, an
 * exclusive or and a multiplication, each of which waits for the one before. One thread.
 */
public final class Calibration {
    private static final int REPEAT = 2000;
    private static final int CHAIN = 32;

    private long value = 1;

    /** Nanoseconds that a chain of 32 steps takes now. */
    public double measure() {
        long startNs = System.nanoTime();
        for (int i = 0; i < REPEAT; i++) {
            value = chain(value);
        }
        return (System.nanoTime() - startNs) / (double) REPEAT;
    }

    private static long chain(long from) {
        long value = from;
        for (int i = 0; i < CHAIN; i++) {
            // With an addition in the place of the shift, C2 would work the chain out by itself.
            value = (value ^ value >>> 29) * 0x5851_f42d_4c95_7f2dL;
        }
        return value;
    }

    /** What came out, so that the loop is not dead code. */
    public long value() {
        return value;
    }
}
