package io.ringway.testkit;

/**
 * The octets of a test's stream: each follows from its sequence number, so that one in the wrong
 * place is seen.
 */
final class Pattern {
    private Pattern() {}

    /** The octet with this number, the first of a stream being 1. */
    static byte at(long number) {
        long mixed = number * 0x9e3779b97f4a7c15L;
        return (byte) (mixed >>> 56);
    }

    static byte[] range(long from, int length) {
        byte[] octets = new byte[length];
        for (int i = 0; i < length; i++) {
            octets[i] = at(from + i);
        }
        return octets;
    }
}
