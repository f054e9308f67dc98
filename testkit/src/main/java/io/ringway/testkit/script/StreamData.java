package io.ringway.testkit.script;

/**
 * The octets of both streams: a script gives lengths only, so each octet follows from its number
 * and can be checked wherever it turns up. The first octet after the SYN is number 1. Pure.
 */
final class StreamData {
    private StreamData() {}

    static byte at(long number) {
        int n = (int) number;
        return (byte) (n ^ n >>> 8 ^ 7 * (n >>> 16));
    }

    /** {@code length} octets from number {@code first} on. */
    static byte[] range(long first, int length) {
        byte[] octets = new byte[length];
        for (int i = 0; i < length; i++) {
            octets[i] = at(first + i);
        }
        return octets;
    }

    /** The index of the first octet that is not what it must be, or -1. */
    static int firstWrong(byte[] octets, int length, long first) {
        for (int i = 0; i < length; i++) {
            if (octets[i] != at(first + i)) {
                return i;
            }
        }
        return -1;
    }
}
