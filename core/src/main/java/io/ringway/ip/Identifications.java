package io.ringway.ip;

/**
 * Identifications of fragments that an observer cannot foresee and that do not come again soon (RFC
 * 6864 §4, RFC 7739).
 *
 * <p>A counter, its start and step from the seed, goes through a permutation: every value comes
 * once a round.
 */
final class Identifications {
    private final int key16;
    private final int key32;
    private int counter;

    Identifications(SeededRandom random) {
        long keys = random.next();
        this.key16 = (int) (keys & 0xffff);
        this.key32 = (int) (keys >>> 32);
        this.counter = (int) random.next();
    }

    /** For IPv4: 16 bits. */
    int next16() {
        int x = (counter++ ^ key16) & 0xffff;
        x = (x ^ x >>> 7) * 0x2d69 & 0xffff;
        x = (x ^ x >>> 9 ^ key32) * 0x6a4d & 0xffff;
        return (x ^ x >>> 8) & 0xffff;
    }

    /** For IPv6: 32 bits. */
    int next32() {
        int x = counter++ ^ key32;
        x = (x ^ x >>> 16) * 0x85eb_ca6b;
        x = (x ^ x >>> 13 ^ key16) * 0xc2b2_ae35;
        return x ^ x >>> 16;
    }
}
