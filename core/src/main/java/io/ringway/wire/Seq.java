package io.ringway.wire;

/**
 * Arithmetic of sequence numbers, which live on a circle of 2^32 (RFC 9293 §3.4): {@code <} on them
 * is a mistake.
 *
 * <p>All answers hold for numbers less than 2^31 apart. Pure; any thread.
 */
public final class Seq {
    private Seq() {}

    /** Whether {@code a} comes before {@code b}. */
    public static boolean before(int a, int b) {
        return a - b < 0;
    }

    public static boolean beforeOrEqual(int a, int b) {
        return a - b <= 0;
    }

    /** Whether {@code a} comes after {@code b}. */
    public static boolean after(int a, int b) {
        return a - b > 0;
    }

    public static boolean afterOrEqual(int a, int b) {
        return a - b >= 0;
    }

    /** Octets from {@code from} forward to {@code to}; negative when {@code to} comes before. */
    public static int distance(int from, int to) {
        return to - from;
    }

    public static int max(int a, int b) {
        return a - b >= 0 ? a : b;
    }

    public static int min(int a, int b) {
        return a - b <= 0 ? a : b;
    }

    /** Whether {@code low <= number < high}. */
    public static boolean isWithin(int number, int low, int high) {
        return Integer.compareUnsigned(number - low, high - low) < 0;
    }
}
