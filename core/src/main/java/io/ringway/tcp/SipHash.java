package io.ringway.tcp;

/**
 * SipHash-2-4 (Aumasson and Bernstein, 2012): a keyed hash whose results may be shown to an
 * attacker, who learns nothing from them about the key or about other results.
 *
 * <pre>
 *  long hash = sipHash.start().add(high).add(low).finish();
 * </pre>
 *
 * <p>It keeps the state of one computation, so one thread owns it; nothing is allocated.
 */
final class SipHash {
    private final long key0;
    private final long key1;
    private long v0;
    private long v1;
    private long v2;
    private long v3;
    private int octets;

    /**
     * Makes a hash under a key of 128 bits, its octets taken in little-endian order as the paper
     * does.
     */
    SipHash(long key0, long key1) {
        this.key0 = key0;
        this.key1 = key1;
    }

    /** Begins anew. */
    SipHash start() {
        v0 = key0 ^ 0x736f6d6570736575L;
        v1 = key1 ^ 0x646f72616e646f6dL;
        v2 = key0 ^ 0x6c7967656e657261L;
        v3 = key1 ^ 0x7465646279746573L;
        octets = 0;
        return this;
    }

    /** Adds eight octets, the first in the lowest bits. */
    SipHash add(long word) {
        compress(word);
        octets += 8;
        return this;
    }

    /** Ends the message. */
    long finish() {
        return finish(0, 0);
    }

    /**
     * Ends the message with the {@code length} lowest octets of {@code tail}, 0 to 7; the others
     * must be 0.
     */
    long finish(long tail, int length) {
        assert length < 8 && tail >>> (length * 8) == 0 : tail + " with " + length + " octets";
        compress(tail | ((long) (octets + length) << 56));
        v2 ^= 0xff;
        round();
        round();
        round();
        round();
        return v0 ^ v1 ^ v2 ^ v3;
    }

    private void compress(long word) {
        v3 ^= word;
        round();
        round();
        v0 ^= word;
    }

    private void round() {
        v0 += v1;
        v2 += v3;
        v1 = Long.rotateLeft(v1, 13) ^ v0;
        v3 = Long.rotateLeft(v3, 16) ^ v2;
        v0 = Long.rotateLeft(v0, 32);
        v2 += v1;
        v0 += v3;
        v1 = Long.rotateLeft(v1, 17) ^ v2;
        v3 = Long.rotateLeft(v3, 21) ^ v0;
        v2 = Long.rotateLeft(v2, 32);
    }
}
