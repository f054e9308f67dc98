package io.ringway.wire;

import java.util.HexFormat;

/**
 * Link addresses (IEEE 802 EUI-48), which are a {@code long} here: the lower 48 bits, the first
 * octet on the wire uppermost, the upper 16 bits zero.
 *
 * <p>Pure; any thread.
 */
public final class MacAddress {
    /** Octets on the wire. */
    public static final int LENGTH = 6;

    public static final long BROADCAST = 0xffff_ffff_ffffL;

    private static final long MULTICAST_BIT = 1L << 40;
    private static final long LOCALLY_ADMINISTERED_BIT = 1L << 41;
    private static final long IPV4_MULTICAST = 0x0100_5e00_0000L;
    private static final long IPV6_MULTICAST = 0x3333_0000_0000L;
    private static final HexFormat COLONS = HexFormat.ofDelimiter(":");

    private MacAddress() {}

    /** Whether it names a group of stations; the broadcast address does. */
    public static boolean isMulticast(long mac) {
        return (mac & MULTICAST_BIT) != 0;
    }

    public static boolean isBroadcast(long mac) {
        return mac == BROADCAST;
    }

    /**
     * Whether it can be the address of one station: neither zero nor a group, and no more than 48
     * bits.
     */
    public static boolean isUnicast(long mac) {
        return mac != 0 && mac >>> 48 == 0 && !isMulticast(mac);
    }

    /** Whether it was made up locally and does not come from a manufacturer's range. */
    public static boolean isLocallyAdministered(long mac) {
        return (mac & LOCALLY_ADMINISTERED_BIT) != 0;
    }

    /** The group address that carries an IPv4 multicast destination (RFC 1112 §6.4). */
    public static long ofIpv4Multicast(int group) {
        return IPV4_MULTICAST | (group & 0x7f_ffff);
    }

    /**
     * The group address that carries an IPv6 multicast destination, from its low half (RFC 2464
     * §7).
     */
    public static long ofIpv6Multicast(long groupLow) {
        return IPV6_MULTICAST | (groupLow & 0xffff_ffffL);
    }

    /**
     * The modified EUI-64 interface identifier, low half of a link-local address (RFC 4291 appendix
     * A).
     */
    public static long interfaceIdentifier(long mac) {
        long flipped = mac ^ LOCALLY_ADMINISTERED_BIT;
        return flipped >>> 24 << 40 | 0xff_fe00_0000L | (flipped & 0xff_ffffL);
    }

    /** As {@code 02:00:5e:00:53:01}. */
    public static String format(long mac) {
        byte[] octets = new byte[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            octets[i] = (byte) (mac >>> (40 - 8 * i));
        }
        return COLONS.formatHex(octets);
    }

    /**
     * Reads six pairs of hexadecimal digits with colons or hyphens between them.
     *
     * @throws IllegalArgumentException when it is anything else
     */
    public static long parse(String text) {
        if (text.length() != 3 * LENGTH - 1) {
            throw malformed(text);
        }
        char delimiter = text.charAt(2);
        if (delimiter != ':' && delimiter != '-') {
            throw malformed(text);
        }
        long mac = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (i % 3 == 2) {
                if (c != delimiter) {
                    throw malformed(text);
                }
            } else if (HexFormat.isHexDigit(c)) {
                mac = mac << 4 | HexFormat.fromHexDigit(c);
            } else {
                throw malformed(text);
            }
        }
        return mac;
    }

    private static IllegalArgumentException malformed(String text) {
        return new IllegalArgumentException(
                "\""
                        + text
                        + "\" is not a link address: six pairs of hexadecimal digits are"
                        + " expected, as in 02:00:5e:00:53:01");
    }
}
