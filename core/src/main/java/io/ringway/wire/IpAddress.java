package io.ringway.wire;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * An IPv4 or IPv6 address in 128 bits. An IPv4 address is kept mapped (::ffff:a.b.c.d, RFC 4291
 * §2.5.5.2), so that the two longs are all that the data path carries.
 *
 * <p>The static methods that take the halves are for the data path; they allocate nothing.
 *
 * @param high the first eight octets
 * @param low the last eight octets
 */
public record IpAddress(long high, long low) implements Comparable<IpAddress> {
    public static final IpAddress ANY_IPV4 = ofIpv4(0);
    public static final IpAddress ANY_IPV6 = new IpAddress(0, 0);
    public static final IpAddress BROADCAST_IPV4 = ofIpv4(0xffff_ffff);
    public static final IpAddress LOOPBACK_IPV4 = ofIpv4(0x7f00_0001);
    public static final IpAddress LOOPBACK_IPV6 = new IpAddress(0, 1);

    /** All nodes of the link, ff02::1 (RFC 4291 §2.7.1). */
    public static final IpAddress ALL_NODES = new IpAddress(0xff02L << 48, 1);

    /** All routers of the link, ff02::2 (RFC 4291 §2.7.1). */
    public static final IpAddress ALL_ROUTERS = new IpAddress(0xff02L << 48, 2);

    private static final long MAPPED = 0xffff_0000_0000L;
    private static final long SOLICITED_NODE_HIGH = 0xff02L << 48;
    private static final long SOLICITED_NODE_LOW = 0x1_ff00_0000L;

    /** The IPv4 address whose four octets are {@code address}, the first one uppermost. */
    public static IpAddress ofIpv4(int address) {
        return new IpAddress(0, ipv4Low(address));
    }

    /**
     * The address of 4 or 16 octets in network order.
     *
     * @throws IllegalArgumentException for any other count
     */
    public static IpAddress ofBytes(byte[] octets) {
        return switch (octets.length) {
            case 4 -> ofIpv4((int) number(octets, 0, 4));
            case 16 -> new IpAddress(number(octets, 0, 8), number(octets, 8, 8));
            default ->
                    throw new IllegalArgumentException(
                            octets.length + " octets are no IP address: 4 or 16 are expected");
        };
    }

    /** The same address without its name or zone. */
    public static IpAddress of(InetAddress address) {
        return ofBytes(address.getAddress());
    }

    /**
     * Reads dotted decimal ({@code 198.18.0.1}) or any of the forms of RFC 4291 §2.2 ({@code
     * 2001:2::1}). Names, zones ({@code %eth0}) and IPv4 in octal, hexadecimal or with fewer than
     * four numbers are refused.
     *
     * @throws IllegalArgumentException when it is no such text; the message says what is wrong
     */
    public static IpAddress parse(String text) {
        return IpAddressText.parse(text);
    }

    public boolean isIpv4() {
        return isIpv4(high, low);
    }

    public static boolean isIpv4(long high, long low) {
        return high == 0 && low >>> 32 == 0xffff;
    }

    /** The low half of a mapped IPv4 address; its high half is 0. */
    public static long ipv4Low(int address) {
        return MAPPED | (address & 0xffff_ffffL);
    }

    /** The four octets of an IPv4 address; meaningless for IPv6. */
    public int ipv4() {
        assert isIpv4() : this;
        return (int) low;
    }

    /** Whether it is 0.0.0.0 or ::. */
    public boolean isUnspecified() {
        return isUnspecified(high, low);
    }

    public static boolean isUnspecified(long high, long low) {
        return high == 0 && (low == 0 || low == MAPPED);
    }

    /**
     * Whether who is bound to this address gets what comes for {@code other}: it is the same, or
     * the unspecified address, of which 0.0.0.0 stands for all of IPv4 and :: for all of both
     * versions.
     */
    public boolean covers(IpAddress other) {
        return equals(other) || equals(ANY_IPV6) || (equals(ANY_IPV4) && other.isIpv4());
    }

    /** Whether it is in 127.0.0.0/8 or is ::1. */
    public boolean isLoopback() {
        return isLoopback(high, low);
    }

    public static boolean isLoopback(long high, long low) {
        return high == 0 && (low == 1 || low >>> 24 == 0xff_ff7fL);
    }

    /** Whether it is in 224.0.0.0/4 or ff00::/8; broadcast is not multicast. */
    public boolean isMulticast() {
        return isMulticast(high, low);
    }

    public static boolean isMulticast(long high, long low) {
        return high >>> 56 == 0xff || (high == 0 && low >>> 28 == 0xf_fffeL);
    }

    /** Whether it is in 169.254.0.0/16 (RFC 3927) or fe80::/10. */
    public boolean isLinkLocal() {
        return isLinkLocal(high, low);
    }

    public static boolean isLinkLocal(long high, long low) {
        return high >>> 54 == 0x3fa || (high == 0 && low >>> 16 == 0xffff_a9feL);
    }

    /** Whether it is 255.255.255.255. */
    public boolean isBroadcast() {
        return high == 0 && low == 0xffff_ffff_ffffL;
    }

    /**
     * The multicast address that a neighbour solicitation for this address goes to (RFC 4291
     * §2.7.1).
     */
    public IpAddress solicitedNode() {
        return new IpAddress(SOLICITED_NODE_HIGH, solicitedNodeLow(low));
    }

    /** The high half of every solicited-node address. */
    public static long solicitedNodeHigh() {
        return SOLICITED_NODE_HIGH;
    }

    /** The low half of the solicited-node address for an address with this low half. */
    public static long solicitedNodeLow(long low) {
        return SOLICITED_NODE_LOW | (low & 0xff_ffffL);
    }

    /** Bits of an address of its version: 32 or 128. */
    public int bits() {
        return isIpv4() ? 32 : 128;
    }

    /** 4 or 16 octets in network order. */
    public byte[] toBytes() {
        byte[] octets = new byte[bits() / 8];
        for (int i = 0; i < octets.length; i++) {
            int fromEnd = octets.length - 1 - i;
            octets[i] = (byte) ((fromEnd < 8 ? low : high) >>> (8 * (fromEnd % 8)));
        }
        return octets;
    }

    /** The same address for the platform's classes. */
    public InetAddress toInetAddress() {
        try {
            return InetAddress.getByAddress(toBytes());
        } catch (UnknownHostException e) {
            throw new AssertionError("4 and 16 octets are always an address", e);
        }
    }

    /** IPv4 before IPv6, then by number. */
    @Override
    public int compareTo(IpAddress other) {
        if (isIpv4() != other.isIpv4()) {
            return isIpv4() ? -1 : 1;
        }
        int byHigh = Long.compareUnsigned(high, other.high);
        return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
    }

    /** Dotted decimal, or the canonical form of RFC 5952. */
    @Override
    public String toString() {
        return IpAddressText.format(high, low);
    }

    /** As {@link #toString()}, from the halves. */
    public static String format(long high, long low) {
        return IpAddressText.format(high, low);
    }

    private static long number(byte[] octets, int from, int count) {
        long number = 0;
        for (int i = from; i < from + count; i++) {
            number = number << 8 | (octets[i] & 0xff);
        }
        return number;
    }
}
