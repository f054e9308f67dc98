package io.ringway.layer;

import io.ringway.wire.Checksum;

/**
 * What IP and a transport tell each other of one packet: a plain carrier of fields, used over and
 * over.
 *
 * <p>Addresses are 128 bits in two longs; an IPv4 address is mapped (::ffff:a.b.c.d, RFC 4291
 * §2.5.5.2), so a transport has no branch by version. Whoever passes the carrier on may change it
 * after the call returns.
 */
public final class PacketInfo {
    /** The high half of every mapped IPv4 address. */
    public static final long IPV4_HIGH = 0;

    /** The upper 32 bits of the low half of every mapped IPv4 address. */
    public static final long IPV4_LOW = 0x0000_ffff_0000_0000L;

    public long sourceHigh;
    public long sourceLow;
    public long destinationHigh;
    public long destinationLow;

    /** Protocol or next-header number: 6 TCP, 17 UDP. */
    public int protocol;

    /** TTL or hop limit; going down, 0 asks for the configured default. */
    public int hopLimit;

    /** TOS or traffic class: DSCP in the upper six bits, ECN in the lower two (RFC 2474, 3168). */
    public int trafficClass;

    /** Going down: never fragment (IPv4's DF; IPv6 packets over the path MTU are refused then). */
    public boolean dontFragment;

    /**
     * Going down to a group, or to everybody: whether who listens on this stack receives it too
     * (IP_MULTICAST_LOOP).
     */
    public boolean isHeardHere;

    /** Going down to a group: whether it is not to leave this stack (TTL 0, RFC 1112 §6.1). */
    public boolean staysHere;

    /**
     * Going down: what {@link PacketSink#send} left here for the same destination the last time, or
     * 0. It spares the look-up of the route and the neighbour; a stale one only costs that look-up.
     */
    public int hint;

    /**
     * Coming up: octets of the IP header in front of the frame's data, for whoever quotes the
     * packet.
     */
    public int networkHeaderLength;

    /**
     * Coming up: whether the destination was a multicast or broadcast address (also of the link).
     */
    public boolean isMulticast;

    public boolean isIpv4() {
        return sourceHigh == IPV4_HIGH && sourceLow >>> 32 == 0xffffL;
    }

    /** Whether the destination is an IPv4 address. For a packet whose source is not chosen yet. */
    public boolean isDestinationIpv4() {
        return destinationHigh == IPV4_HIGH && destinationLow >>> 32 == 0xffffL;
    }

    /**
     * The sum of the pseudo-header that a transport's checksum covers (RFC 9293 §3.1, RFC 8200
     * §8.1), not folded.
     *
     * @param transport protocol number of the header that holds the checksum
     * @param length octets of that header and what follows it
     */
    public long pseudoHeader(int transport, int length) {
        return Checksum.pseudoHeader(
                sourceHigh, sourceLow, destinationHigh, destinationLow, transport, length);
    }

    /**
     * Makes this the header of an answer to {@code received}: source and destination change places.
     */
    public void answerTo(PacketInfo received) {
        sourceHigh = received.destinationHigh;
        sourceLow = received.destinationLow;
        destinationHigh = received.sourceHigh;
        destinationLow = received.sourceLow;
        protocol = received.protocol;
        hopLimit = 0;
        trafficClass = 0;
        dontFragment = false;
        isHeardHere = false;
        staysHere = false;
        hint = 0;
        networkHeaderLength = 0;
        isMulticast = false;
    }
}
