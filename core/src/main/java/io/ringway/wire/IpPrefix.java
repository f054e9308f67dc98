package io.ringway.wire;

/**
 * An address with the length of its network's prefix, as in {@code 198.18.0.1/24}. The bits behind
 * the prefix are kept, so that one text says an interface's address and its network; {@link
 * #network()} clears them.
 *
 * @param address IPv4 or IPv6
 * @param length bits of the prefix: 0 to 32 for IPv4, 0 to 128 for IPv6
 */
public record IpPrefix(IpAddress address, int length) {
    public IpPrefix {
        if (length < 0 || length > address.bits()) {
            throw new IllegalArgumentException(
                    "prefix length "
                            + length
                            + " of "
                            + address
                            + ": 0 to "
                            + address.bits()
                            + " is expected");
        }
    }

    /**
     * Reads {@code ADDRESS/LENGTH}; an address alone is a prefix of all its bits.
     *
     * @throws IllegalArgumentException when it is no such text
     */
    public static IpPrefix parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            IpAddress address = IpAddress.parse(text);
            return new IpPrefix(address, address.bits());
        }
        IpAddress address = IpAddress.parse(text.substring(0, slash));
        String length = text.substring(slash + 1);
        int number = Digits.parse(length, address.bits());
        if (number < 0) {
            throw new IllegalArgumentException(
                    "\""
                            + text
                            + "\": a prefix length from 0 to "
                            + address.bits()
                            + " is expected after \"/\", not \""
                            + length
                            + "\"");
        }
        return new IpPrefix(address, number);
    }

    /** Whether the address is of this version and in this network. */
    public boolean contains(IpAddress other) {
        return contains(other.high(), other.low());
    }

    /** As {@link #contains(IpAddress)}, from the halves; allocates nothing. */
    public boolean contains(long high, long low) {
        int bits = prefixBits();
        return address.isIpv4() == IpAddress.isIpv4(high, low)
                && ((high ^ address.high()) & maskHigh(bits)) == 0
                && ((low ^ address.low()) & maskLow(bits)) == 0;
    }

    /** The network alone: the bits behind the prefix cleared. */
    public IpPrefix network() {
        int bits = prefixBits();
        return new IpPrefix(
                new IpAddress(address.high() & maskHigh(bits), address.low() & maskLow(bits)),
                length);
    }

    /**
     * The last address: an IPv4 network's directed broadcast, if the prefix is shorter than 31 bits
     * (RFC 3021).
     */
    public IpAddress last() {
        int bits = prefixBits();
        return new IpAddress(address.high() | ~maskHigh(bits), address.low() | ~maskLow(bits));
    }

    @Override
    public String toString() {
        return address + "/" + length;
    }

    /** The length counted in the 128 bits of a mapped address. */
    private int prefixBits() {
        return length + 128 - address.bits();
    }

    private static long maskHigh(int bits) {
        return bits == 0 ? 0 : -1L << (64 - Math.min(bits, 64));
    }

    private static long maskLow(int bits) {
        return bits <= 64 ? 0 : -1L << (128 - bits);
    }
}
