package io.ringway.steering;

/**
 * The Toeplitz hash, by which network cards spread flows over their queues (RSS): for every bit of
 * the input that is set, the 32 bits of the key from that place on are added without carry. Equal,
 * bit for bit, to what a card computes with the same key.
 *
 * <p>The input is source address, destination address, source port, destination port, as they stand
 * in the packet; without the ports where a packet has none (fragments).
 *
 * <p>With the symmetric key both directions of a flow have the same hash. Its sixteen bits repeat,
 * so all that counts of the input is the sum of its 16-bit words, and two look-ups do. Any other
 * key takes a look-up for each octet. Immutable; any thread.
 */
public final class Toeplitz {
    private static final int SYMMETRIC_WORD = 0x6d5a;

    /** Octets of the longest input: two IPv6 addresses and two ports. */
    private static final int LONGEST = 36;

    private static final int KEY = LONGEST + 4;
    private static final long IPV4 = 0xffffL;

    private static final Toeplitz SYMMETRIC = new Toeplitz(symmetricKey());

    private final byte[] key;
    private final boolean isPeriodic;

    /**
     * What an octet adds, by its place in the input and its value; for a periodic key, two places.
     */
    private final int[] tables;

    private Toeplitz(byte[] key) {
        this.key = key.clone();
        this.isPeriodic = isPeriodic(key);
        int places = isPeriodic ? 2 : LONGEST;
        this.tables = new int[places << 8];
        for (int place = 0; place < places; place++) {
            for (int value = 0; value < 256; value++) {
                tables[place << 8 | value] = slowly(place, value);
            }
        }
    }

    private static byte[] symmetricKey() {
        byte[] key = new byte[KEY];
        for (int i = 0; i < KEY; i += 2) {
            key[i] = (byte) (SYMMETRIC_WORD >>> 8);
            key[i + 1] = (byte) SYMMETRIC_WORD;
        }
        return key;
    }

    private static boolean isPeriodic(byte[] key) {
        for (int i = 2; i < KEY; i++) {
            if (key[i] != key[i - 2]) {
                return false;
            }
        }
        return true;
    }

    /** The hash with the key 6d5a, repeated: the same for both directions of a flow. */
    public static Toeplitz symmetric() {
        return SYMMETRIC;
    }

    /**
     * The hash with a key of one's own, as a card was given it.
     *
     * @param key 40 octets or more, of which the first 40 count
     * @throws IllegalArgumentException when the key is shorter
     */
    public static Toeplitz of(byte[] key) {
        if (key.length < KEY) {
            throw new IllegalArgumentException(
                    "a Toeplitz key for IPv6 has " + KEY + " octets; given " + key.length);
        }
        return new Toeplitz(key);
    }

    /** What an octet with this value adds, bit by bit. */
    private int slowly(int place, int value) {
        int sum = 0;
        for (int bit = 0; bit < 8; bit++) {
            if ((value & (0x80 >>> bit)) != 0) {
                sum ^= window(place * 8 + bit);
            }
        }
        return sum;
    }

    /** The 32 bits of the key from bit {@code at} on. */
    private int window(int at) {
        int window = 0;
        for (int i = 0; i < 32; i++) {
            int bit = (at + i) % (KEY * 8);
            window = window << 1 | (key[bit >> 3] >> (7 - (bit & 7)) & 1);
        }
        return window;
    }

    /**
     * The hash of addresses, each in two longs, an IPv4 address mapped (::ffff:a.b.c.d), and ports.
     */
    public int hash(
            long sourceHigh,
            long sourceLow,
            long destinationHigh,
            long destinationLow,
            int sourcePort,
            int destinationPort) {
        if (isPeriodic) {
            int words =
                    words(sourceHigh, sourceLow)
                            ^ words(destinationHigh, destinationLow)
                            ^ sourcePort
                            ^ destinationPort;
            return ofWords(words);
        }
        int octets = isIpv4(sourceHigh, sourceLow) ? 8 : 32;
        return addresses(sourceHigh, sourceLow, destinationHigh, destinationLow)
                ^ four(octets, sourcePort << 16 | destinationPort);
    }

    /** The hash of two addresses alone. */
    public int hash(long sourceHigh, long sourceLow, long destinationHigh, long destinationLow) {
        return isPeriodic
                ? ofWords(words(sourceHigh, sourceLow) ^ words(destinationHigh, destinationLow))
                : addresses(sourceHigh, sourceLow, destinationHigh, destinationLow);
    }

    /** The hash of one number of 16 bits, such as a port, with the first bits of the key. */
    public int hash(int word) {
        return ofWords(word);
    }

    private int ofWords(int words) {
        return tables[words >>> 8 & 0xff] ^ tables[256 | (words & 0xff)];
    }

    /** The sum of the 16-bit words of an address; the prefix of a mapped one does not count. */
    private static int words(long high, long low) {
        long sum = isIpv4(high, low) ? low & 0xffff_ffffL : high ^ low;
        sum ^= sum >>> 32;
        return (int) (sum ^ sum >>> 16) & 0xffff;
    }

    private static boolean isIpv4(long high, long low) {
        return high == 0 && low >>> 32 == IPV4;
    }

    private int addresses(long sourceHigh, long sourceLow, long toHigh, long toLow) {
        if (isIpv4(sourceHigh, sourceLow)) {
            return four(0, (int) sourceLow) ^ four(4, (int) toLow);
        }
        return eight(0, sourceHigh) ^ eight(8, sourceLow) ^ eight(16, toHigh) ^ eight(24, toLow);
    }

    private int eight(int place, long octets) {
        return four(place, (int) (octets >>> 32)) ^ four(place + 4, (int) octets);
    }

    private int four(int place, int octets) {
        int at = place << 8;
        return tables[at | octets >>> 24]
                ^ tables[at + 256 | (octets >>> 16 & 0xff)]
                ^ tables[at + 512 | (octets >>> 8 & 0xff)]
                ^ tables[at + 768 | (octets & 0xff)];
    }
}
