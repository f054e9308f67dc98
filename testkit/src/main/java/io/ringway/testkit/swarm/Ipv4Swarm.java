package io.ringway.testkit.swarm;

import io.ringway.memory.Octets;
import io.ringway.wire.ArpPacket;
import io.ringway.wire.Checksum;
import io.ringway.wire.EthernetHeader;
import io.ringway.wire.Ipv4Header;
import io.ringway.wire.MacAddress;
import io.ringway.wire.TcpHeader;

import java.lang.foreign.MemorySegment;

/** A swarm over IPv4: it answers ARP for its own address and those of its clients. */
final class Ipv4Swarm implements SwarmNetwork {
    private static final int PROTOCOL = 6;
    private static final int MSS = 1460;

    private final EthernetHeader ethernet = new EthernetHeader();
    private final ArpPacket arp = new ArpPacket();
    private final long ownMac;
    private final int own;
    private final int nextHop;
    private final int server;
    private final int firstClient;
    private final int addresses;
    private long nextHopMac;

    Ipv4Swarm(SwarmConfig config, long ownMac) {
        this.ownMac = ownMac;
        this.own = config.own().ipv4();
        this.nextHop = config.nextHop().ipv4();
        this.server = config.server().ipv4();
        this.firstClient = config.firstClient().ipv4();
        this.addresses = config.addresses();
    }

    @Override
    public int etherType() {
        return EthernetHeader.TYPE_IPV4;
    }

    @Override
    public int headerLength() {
        return Ipv4Header.MIN_LENGTH;
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
        return write(memory, at, ArpPacket.REQUEST, MacAddress.BROADCAST, own, 0, nextHop);
    }

    @Override
    public boolean isControl(MemorySegment memory, long at, int length) {
        return length >= EthernetHeader.LENGTH + ArpPacket.LENGTH
                && ethernet.wrap(memory, at).type() == EthernetHeader.TYPE_ARP;
    }

    @Override
    public int answer(MemorySegment memory, long at, int length, long to) {
        arp.wrap(memory, at + EthernetHeader.LENGTH);
        int asker = arp.senderIp();
        long askerMac = arp.senderMac();
        if (asker == nextHop) {
            nextHopMac = askerMac;
        }
        int target = arp.targetIp();
        boolean isOurs =
                target == own || (target - firstClient >= 0 && target - firstClient < addresses);
        return arp.operation() == ArpPacket.REQUEST && isOurs
                ? write(memory, to, ArpPacket.REPLY, askerMac, target, askerMac, asker)
                : 0;
    }

    private int write(
            MemorySegment memory,
            long at,
            int operation,
            long toMac,
            int sender,
            long targetMac,
            int target) {
        ethernet.wrap(memory, at).set(toMac, ownMac, EthernetHeader.TYPE_ARP);
        arp.wrap(memory, at + EthernetHeader.LENGTH)
                .set(operation, ownMac, sender, targetMac, target);
        return EthernetHeader.LENGTH + ArpPacket.LENGTH;
    }

    @Override
    public int client(MemorySegment memory, long ip, int available) {
        int total = Octets.u16(memory, ip + 2);
        if (Octets.u8(memory, ip) != 0x45
                || Octets.u8(memory, ip + 9) != PROTOCOL
                || Octets.u32(memory, ip + 12) != server
                || total < Ipv4Header.MIN_LENGTH + TcpHeader.MIN_LENGTH
                || total > available) {
            return NOBODY;
        }
        int client = Octets.u32(memory, ip + 16) - firstClient;
        return client >= 0 && client < addresses ? client : NOBODY;
    }

    @Override
    public int segmentLength(MemorySegment memory, long ip) {
        return Octets.u16(memory, ip + 2) - Ipv4Header.MIN_LENGTH;
    }

    @Override
    public void writeHeader(MemorySegment memory, long ip, int client, int segmentLength) {
        int total = Ipv4Header.MIN_LENGTH + segmentLength;
        // Version and length, then "don't fragment", time to live and protocol (RFC 791 §3.1).
        Octets.put64(memory, ip, 0x4500_0000_0000_4000L | (long) total << 32);
        int address = firstClient + client;
        Octets.put64(memory, ip + 8, 0x4006_0000_0000_0000L | (address & 0xffff_ffffL));
        Octets.put32(memory, ip + 16, server);
        Octets.put16(memory, ip + 10, Checksum.compute(memory, ip, Ipv4Header.MIN_LENGTH));
    }

    @Override
    public long pseudoHeader(MemorySegment memory, long ip, int segmentLength) {
        return (Octets.u32(memory, ip + 12) & 0xffff_ffffL)
                + (Octets.u32(memory, ip + 16) & 0xffff_ffffL)
                + PROTOCOL
                + segmentLength;
    }
}
