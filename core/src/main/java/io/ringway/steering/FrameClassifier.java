package io.ringway.steering;

import io.ringway.memory.FramePool;
import io.ringway.memory.Octets;
import io.ringway.wire.EthernetHeader;
import io.ringway.wire.Icmpv4Header;
import io.ringway.wire.Icmpv6Header;
import io.ringway.wire.IpAddress;
import io.ringway.wire.IpProtocol;

import java.lang.foreign.MemorySegment;

/**
 * Tells from a received frame which bucket of the indirection table its flow is in. It only looks,
 * and believes nothing: whatever is malformed goes to some lane, which drops it with a reason.
 *
 * <ul>
 *   <li>TCP and UDP: addresses and ports, or for UDP the local port alone where that is asked for.
 *   <li>Fragments, and what has extension headers or other protocols: addresses. When the packet is
 *       whole, or its headers are read, IP hands it on to the lane of its ports.
 *   <li>ICMP errors: the packet that they quote, which was ours, so they reach the lane that sent
 *       it.
 *   <li>Echo replies: the first lane, from which pings are sent; and IGMP, which answers it.
 *   <li>ARP and neighbour discovery: every lane, since each has a neighbour table of its own.
 * </ul>
 *
 * <p>One thread.
 */
public final class FrameClassifier {
    /** Every lane is to have a copy. */
    public static final int EVERY_LANE = -1;

    /** The first lane is to have it. */
    public static final int FIRST_LANE = -2;

    private static final int ETHERNET = EthernetHeader.LENGTH;
    private static final int TYPE_VLAN = 0x8100;
    private static final int TYPE_ARP = 0x0806;
    private static final int IPV4_HEADER = 20;
    private static final int IPV6_HEADER = 40;
    private static final int IPV4_FRAGMENT = 0x3fff;
    private static final int ICMP_HEADER = 8;

    private final FramePool frames;
    private final MemorySegment memory;
    private final Toeplitz hash;
    private final int mask;
    private final boolean isUdpByPort;

    /**
     * @param buckets of the indirection table, a power of two
     * @param isUdpByPort whether UDP goes by the local port alone
     */
    public FrameClassifier(FramePool frames, Toeplitz hash, int buckets, boolean isUdpByPort) {
        this.frames = frames;
        this.memory = frames.memory();
        this.hash = hash;
        this.mask = buckets - 1;
        this.isUdpByPort = isUdpByPort;
    }

    /** The bucket of a frame, {@link #EVERY_LANE} or {@link #FIRST_LANE}. */
    public int classify(int frame) {
        int length = frames.length(frame);
        long at = frames.data(frame);
        if (length < ETHERNET) {
            return FIRST_LANE;
        }
        int type = Octets.u16(memory, at + 12);
        if (type == TYPE_VLAN && length >= ETHERNET + 4) {
            type = Octets.u16(memory, at + 16);
            at += 4;
            length -= 4;
        }
        return switch (type) {
            case EthernetHeader.TYPE_IPV4 -> ipv4(at + ETHERNET, length - ETHERNET);
            case EthernetHeader.TYPE_IPV6 -> ipv6(at + ETHERNET, length - ETHERNET);
            case TYPE_ARP -> EVERY_LANE;
            default -> FIRST_LANE;
        };
    }

    private int ipv4(long at, int length) {
        if (length < IPV4_HEADER) {
            return FIRST_LANE;
        }
        long source = IpAddress.ipv4Low(Octets.u32(memory, at + 12));
        long destination = IpAddress.ipv4Low(Octets.u32(memory, at + 16));
        int header = (Octets.u8(memory, at) & 15) * 4;
        boolean isFragment = (Octets.u16(memory, at + 6) & IPV4_FRAGMENT) != 0;
        if (isFragment || length < header + ICMP_HEADER) {
            return bucket(hash.hash(0, source, 0, destination));
        }
        int protocol = Octets.u8(memory, at + 9);
        if (protocol == IpProtocol.ICMP) {
            return icmpv4(at + header, length - header, source, destination);
        }
        if (protocol == IpProtocol.IGMP) {
            return FIRST_LANE;
        }
        return transport(protocol, at + header, 0, source, 0, destination);
    }

    private int ipv6(long at, int length) {
        if (length < IPV6_HEADER + ICMP_HEADER) {
            return FIRST_LANE;
        }
        long sourceHigh = Octets.u64(memory, at + 8);
        long sourceLow = Octets.u64(memory, at + 16);
        long toHigh = Octets.u64(memory, at + 24);
        long toLow = Octets.u64(memory, at + 32);
        int protocol = Octets.u8(memory, at + 6);
        return protocol == IpProtocol.ICMPV6
                ? icmpv6(
                        at + IPV6_HEADER,
                        length - IPV6_HEADER,
                        sourceHigh,
                        sourceLow,
                        toHigh,
                        toLow)
                : transport(protocol, at + IPV6_HEADER, sourceHigh, sourceLow, toHigh, toLow);
    }

    private int transport(
            int protocol, long at, long sourceHigh, long sourceLow, long toHigh, long toLow) {
        if (protocol != IpProtocol.TCP && protocol != IpProtocol.UDP) {
            return bucket(hash.hash(sourceHigh, sourceLow, toHigh, toLow));
        }
        int ports = Octets.u32(memory, at);
        return bucket(protocol, sourceHigh, sourceLow, toHigh, toLow, ports >>> 16, ports & 0xffff);
    }

    /**
     * The bucket of a flow, with addresses and ports as in a packet that arrives: the destination
     * is ours.
     */
    public int bucket(
            int protocol,
            long sourceHigh,
            long sourceLow,
            long toHigh,
            long toLow,
            int sourcePort,
            int toPort) {
        return protocol == IpProtocol.UDP && isUdpByPort
                ? bucket(hash.hash(toPort))
                : bucket(hash.hash(sourceHigh, sourceLow, toHigh, toLow, sourcePort, toPort));
    }

    private int icmpv4(long at, int length, long source, long destination) {
        int type = Octets.u8(memory, at);
        if (type == Icmpv4Header.ECHO_REPLY) {
            return FIRST_LANE;
        }
        boolean isError =
                type == Icmpv4Header.DESTINATION_UNREACHABLE
                        || type == Icmpv4Header.TIME_EXCEEDED
                        || type == Icmpv4Header.PARAMETER_PROBLEM;
        long quote = at + ICMP_HEADER;
        if (!isError || length < ICMP_HEADER + IPV4_HEADER + 4) {
            return bucket(hash.hash(0, source, 0, destination));
        }
        int header = (Octets.u8(memory, quote) & 15) * 4;
        if (length < ICMP_HEADER + header + 4) {
            return FIRST_LANE;
        }
        // The quoted packet went the other way.
        long from = IpAddress.ipv4Low(Octets.u32(memory, quote + 12));
        long to = IpAddress.ipv4Low(Octets.u32(memory, quote + 16));
        return quoted(Octets.u8(memory, quote + 9), quote + header, 0, from, 0, to);
    }

    private int icmpv6(
            long at, int length, long sourceHigh, long sourceLow, long toHigh, long toLow) {
        int type = Octets.u8(memory, at);
        if (type >= Icmpv6Header.ROUTER_SOLICITATION && type <= Icmpv6Header.REDIRECT) {
            return EVERY_LANE;
        }
        if (type == Icmpv6Header.ECHO_REPLY) {
            return FIRST_LANE;
        }
        if (type >= Icmpv6Header.ECHO_REQUEST || length < ICMP_HEADER + IPV6_HEADER + 4) {
            return bucket(hash.hash(sourceHigh, sourceLow, toHigh, toLow));
        }
        long quote = at + ICMP_HEADER;
        return quoted(
                Octets.u8(memory, quote + 6),
                quote + IPV6_HEADER,
                Octets.u64(memory, quote + 8),
                Octets.u64(memory, quote + 16),
                Octets.u64(memory, quote + 24),
                Octets.u64(memory, quote + 32));
    }

    /** The bucket of a packet of ours, from its own header. */
    private int quoted(
            int protocol, long at, long fromHigh, long fromLow, long toHigh, long toLow) {
        if (protocol != IpProtocol.TCP && protocol != IpProtocol.UDP) {
            // Of a ping, most likely.
            return FIRST_LANE;
        }
        int ports = Octets.u32(memory, at);
        return bucket(protocol, toHigh, toLow, fromHigh, fromLow, ports & 0xffff, ports >>> 16);
    }

    private int bucket(int hashed) {
        return hashed & mask;
    }
}
