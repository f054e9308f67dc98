package io.ringway.layer;

import io.ringway.wire.IpAddress;

/**
 * The way down from a transport: what TCP and UDP know of IP.
 *
 * <p>One lane owns it; every call is made on that lane, in the output step of its duty cycle.
 */
public interface PacketSink {
    /**
     * Sends the packet whose transport header begins at the frame's data, its transport checksum
     * complete or marked {@code CHECKSUM_NEEDED} (then the field holds the sum of the
     * pseudo-header, and checksum start and offset count from the transport header; the layers
     * below move the start as they push headers).
     *
     * <p>One hold of the frame passes to the sink, whatever happens; a packet that cannot be sent
     * is counted with its reason. Needs {@link #room()} of at least 1. Leaves {@link
     * PacketInfo#hint} for the next packet.
     */
    void send(int frame, PacketInfo info, long nowNs);

    /** How many more frames the output takes in this round. */
    int room();

    /**
     * Octets of the largest IP packet for this source and destination: the path MTU (RFC 1191,
     * 8201).
     */
    int mtu(PacketInfo info);

    /**
     * Octets of the largest IP packet that the first link takes, whatever is known of the rest of
     * the path.
     */
    default int linkMtu(PacketInfo info) {
        return mtu(info);
    }

    /**
     * Tells IP what the path to {@code info}'s destination takes, as a transport has found out by
     * itself (RFC 4821 §5.2): for a while, whether it is more or less than was known.
     */
    default void learnMtu(PacketInfo info, int mtu, long nowNs) {}

    /**
     * Chooses the source address for {@code info}'s destination (RFC 6724 in small) and stores it
     * there.
     *
     * @return false when there is no route or no address of that family
     */
    boolean chooseSource(PacketInfo info);

    /** Whether packets to this address would reach more than one host: multicast and broadcast. */
    default boolean isGroup(long high, long low) {
        return false;
    }

    /**
     * From now on {@code socket} listens to a group from these sources: packets to the group come
     * up, and routers are told (RFC 3376, RFC 3810). The transport sees to it which socket gets
     * which.
     *
     * @throws IllegalArgumentException when it is no multicast group
     * @throws IllegalStateException when there are too many
     */
    default void listen(Object socket, IpAddress group, SourceFilter from) {}

    /** Whether the address is one of this stack's. */
    boolean isLocal(long high, long low);

    /**
     * Answers a packet that no socket wants with ICMP port unreachable, rate-limited (RFC 1122
     * §4.1.3.1, RFC 4443 §3.1). The frame's data begins at the transport header and the IP header
     * is still in front of it. One hold of the frame passes to the sink.
     */
    void rejectPort(int frame, PacketInfo info, long nowNs);

    /**
     * Tells IP that the peer answers, so that neighbour discovery need not ask (RFC 4861 §7.3.1).
     */
    void confirmReachable(PacketInfo info, long nowNs);

    /**
     * Tells IP that what was sent this way stays unanswered, so that it asks whether the next hop
     * is there (RFC 1122 §3.3.1.4, negative advice).
     */
    default void doubtReachable(PacketInfo info, long nowNs) {}

    /**
     * Lowers the path MTU as an error of kind {@code TOO_BIG} says. For a transport that has
     * checked that the error quotes a packet it really sent, by ports and sequence number (RFC 5927
     * §7.2): before that nothing is believed.
     */
    default void lowerMtu(IcmpError error, long nowNs) {}

    /** Whether the port completes TCP and UDP checksums. */
    boolean hasChecksumOffload();

    /**
     * Octets of the largest IP packet that the port cuts into segments by itself; 0 when it cannot.
     */
    int maxSegmentationLength();

    /**
     * The same for UDP datagrams of equal length in one super-frame (USO), which the port also
     * completes the checksums of.
     */
    default int maxDatagramSegmentationLength() {
        return 0;
    }

    /**
     * Gives a packet that came up to the lane of its flow, if that is another one; one hold of the
     * frame passes then. The frame's data begins at the transport header and the IP header is still
     * in front of it.
     */
    default boolean handOver(int frame, PacketInfo info) {
        return false;
    }
}
