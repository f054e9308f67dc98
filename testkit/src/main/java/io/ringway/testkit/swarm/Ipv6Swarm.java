package io.ringway.testkit.swarm;

import io.ringway.memory.Octets;
import io.ringway.wire.Checksum;
import io.ringway.wire.EthernetHeader;
import io.ringway.wire.Icmpv6Header;
import io.ringway.wire.IpAddress;
import io.ringway.wire.Ipv6Header;
import io.ringway.wire.MacAddress;
import io.ringway.wire.NdpMessage;
import io.ringway.wire.NdpOptions;
import io.ringway.wire.TcpHeader;

import java.lang.foreign.MemorySegment;

/** A swarm over IPv6: it answers neighbour solicitations for its own address and its clients'. */
final class Ipv6Swarm implements SwarmNetwork {
    private static final int TCP = 6;
    private static final int ICMPV6 = 58;
    private static final int MSS = 1440;
    private static final int NDP = EthernetHeader.LENGTH + Ipv6Header.LENGTH;
    private static final int WITH_OPTION =
            NdpMessage.NEIGHBOUR_LENGTH + NdpOptions.LINK_ADDRESS_LENGTH;

    private final EthernetHeader ethernet = new EthernetHeader();
    private final Ipv6Header header = new Ipv6Header();
    private final NdpMessage message = new NdpMessage();
    private final long ownMac;
    private final IpAddress own;
    private final IpAddress nextHop;
    private final IpAddress server;
    private final long clientHigh;
    private final long firstClient;
    private final int addresses;
    private long nextHopMac;

    Ipv6Swarm(SwarmConfig config, long ownMac) {
        this.ownMac = ownMac;
        this.own = config.own();
        this.nextHop = config.nextHop();
        this.server = config.server();
        this.clientHigh = config.firstClient().high();
        this.firstClient = config.firstClient().low();
        this.addresses = config.addresses();
    }

    @Override
    public int etherType() {
        return EthernetHeader.TYPE_IPV6;
    }

    @Override
    public int headerLength() {
        return Ipv6Header.LENGTH;
    }

    @Override
    public int mss() {
        return MSS;
    }

    @Override
    public boolean knowsNextHop() {
        return nextHopMac != 0;
    }

    @Override
    public long nextHopMac() {
        return nextHopMac;
    }

    @Override
    public int ask(MemorySegment memory, long at) {
        long group = IpAddress.solicitedNodeLow(nextHop.low());
        ethernet.wrap(memory, at)
                .set(MacAddress.ofIpv6Multicast(group), ownMac, EthernetHeader.TYPE_IPV6);
        writeIp(memory, at, own.high(), own.low(), IpAddress.solicitedNodeHigh(), group);
        message.wrap(memory, at + NDP)
                .setNeighbour(
                        Icmpv6Header.NEIGHBOUR_SOLICITATION, 0, nextHop.high(), nextHop.low());
        return finish(memory, at, NdpOptions.SOURCE_LINK_ADDRESS);
    }

    @Override
    public boolean isControl(MemorySegment memory, long at, int length) {
        return length >= NDP + NdpMessage.NEIGHBOUR_LENGTH
                && ethernet.wrap(memory, at).type() == EthernetHeader.TYPE_IPV6
                && Octets.u8(memory, at + EthernetHeader.LENGTH + 6) == ICMPV6;
    }

    @Override
    public int answer(MemorySegment memory, long at, int length, long to) {
        header.wrap(memory, at + EthernetHeader.LENGTH);
        message.wrap(memory, at + NDP);
        long askerMac = ethernet.wrap(memory, at).source();
        if (header.hopLimit() != NdpMessage.HOP_LIMIT || !message.isValid(length - NDP)) {
            return 0;
        }
        if (message.type() == Icmpv6Header.NEIGHBOUR_ADVERTISEMENT) {
            if (message.targetHigh() == nextHop.high() && message.targetLow() == nextHop.low()) {
                nextHopMac = askerMac;
            }
            return 0;
        }
        if (message.type() != Icmpv6Header.NEIGHBOUR_SOLICITATION
                || !isOurs(message.targetHigh(), message.targetLow())
                || IpAddress.isUnspecified(header.sourceHigh(), header.sourceLow())) {
            return 0;
        }
        long targetHigh = message.targetHigh();
        long targetLow = message.targetLow();
        ethernet.wrap(memory, to).set(askerMac, ownMac, EthernetHeader.TYPE_IPV6);
        writeIp(memory, to, targetHigh, targetLow, header.sourceHigh(), header.sourceLow());
        message.wrap(memory, to + NDP)
                .setNeighbour(
                        Icmpv6Header.NEIGHBOUR_ADVERTISEMENT,
                        NdpMessage.SOLICITED | NdpMessage.OVERRIDE,
                        targetHigh,
                        targetLow);
        return finish(memory, to, NdpOptions.TARGET_LINK_ADDRESS);
    }

    private boolean isOurs(long high, long low) {
        return (high == own.high() && low == own.low())
                || (high == clientHigh && low - firstClient >= 0 && low - firstClient < addresses);
    }

    private static void writeIp(
            MemorySegment memory,
            long at,
            long sourceHigh,
            long sourceLow,
            long destinationHigh,
            long destinationLow) {
        long ip = at + EthernetHeader.LENGTH;
        Octets.put64(
                memory,
                ip,
                0x6000_0000_0000_0000L | WITH_OPTION << 16 | ICMPV6 << 8 | NdpMessage.HOP_LIMIT);
        Octets.put64(memory, ip + 8, sourceHigh);
        Octets.put64(memory, ip + 16, sourceLow);
        Octets.put64(memory, ip + 24, destinationHigh);
        Octets.put64(memory, ip + 32, destinationLow);
    }

    private int finish(MemorySegment memory, long at, int option) {
        long icmp = at + NDP;
        NdpOptions.putLinkAddress(memory, icmp + NdpMessage.NEIGHBOUR_LENGTH, option, ownMac);
        long sum = pseudoHeader(memory, at + EthernetHeader.LENGTH, WITH_OPTION, ICMPV6);
        Octets.put16(
                memory,
                icmp + Icmpv6Header.CHECKSUM,
                Checksum.finish(Checksum.sum(memory, icmp, WITH_OPTION, sum)));
        return NDP + WITH_OPTION;
    }

    @Override
    public int client(MemorySegment memory, long ip, int available) {
        int payload = Octets.u16(memory, ip + 4);
        if (Octets.u8(memory, ip) >>> 4 != 6
                || Octets.u8(memory, ip + 6) != TCP
                || Octets.u64(memory, ip + 8) != server.high()
                || Octets.u64(memory, ip + 16) != server.low()
                || Octets.u64(memory, ip + 24) != clientHigh
                || payload < TcpHeader.MIN_LENGTH
                || payload > available - Ipv6Header.LENGTH) {
            return NOBODY;
        }
        long client = Octets.u64(memory, ip + 32) - firstClient;
        return client >= 0 && client < addresses ? (int) client : NOBODY;
    }

    @Override
    public int segmentLength(MemorySegment memory, long ip) {
        return Octets.u16(memory, ip + 4);
    }

    @Override
    public void writeHeader(MemorySegment memory, long ip, int client, int segmentLength) {
        Octets.put64(
                memory, ip, 0x6000_0000_0000_0000L | (long) segmentLength << 16 | TCP << 8 | 0x40);
        Octets.put64(memory, ip + 8, clientHigh);
        Octets.put64(memory, ip + 16, firstClient + client);
        Octets.put64(memory, ip + 24, server.high());
        Octets.put64(memory, ip + 32, server.low());
    }

    @Override
    public long pseudoHeader(MemorySegment memory, long ip, int segmentLength) {
        return pseudoHeader(memory, ip, segmentLength, TCP);
    }

    private static long pseudoHeader(MemorySegment memory, long ip, int length, int protocol) {
        return Checksum.pseudoHeader(
                Octets.u64(memory, ip + 8),
                Octets.u64(memory, ip + 16),
                Octets.u64(memory, ip + 24),
                Octets.u64(memory, ip + 32),
                protocol,
                length);
    }
}
