package io.ringway.testkit;

import io.ringway.wire.ArpPacket;
import io.ringway.wire.Checksum;
import io.ringway.wire.EthernetHeader;
import io.ringway.wire.IpAddress;
import io.ringway.wire.IpProtocol;
import io.ringway.wire.Ipv6Header;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** A host on the wire that does no more than answer who has its address: ARP and RFC 4861. */
public final class PeerNeighbour {
    private final long mac;
    private final long stackMac;
    private final IpAddress address;

    /**
     * A host at {@code address}.
     *
     * @param mac its hardware address
     * @param stackMac that of the stack, which it answers
     */
    public PeerNeighbour(long mac, long stackMac, IpAddress address) {
        this.mac = mac;
        this.stackMac = stackMac;
        this.address = address;
    }

    /** The frame that answers the stack's question, or null when it is none for this host. */
    public byte @Nullable [] answer(byte[] question) {
        return address.isIpv4() ? arp(question) : solicitation(question);
    }

    private byte @Nullable [] arp(byte[] request) {
        MemorySegment asked = MemorySegment.ofArray(request);
        ArpPacket arp = new ArpPacket().wrap(asked, EthernetHeader.LENGTH);
        if (!address.isIpv4()
                || !arp.isValid(request.length - EthernetHeader.LENGTH)
                || arp.operation() != ArpPacket.REQUEST
                || arp.targetIp() != address.ipv4()) {
            return null;
        }
        byte[] frame = new byte[EthernetHeader.LENGTH + ArpPacket.LENGTH];
        MemorySegment memory = MemorySegment.ofArray(frame);
        new EthernetHeader().wrap(memory, 0).set(arp.senderMac(), mac, EthernetHeader.TYPE_ARP);
        new ArpPacket()
                .wrap(memory, EthernetHeader.LENGTH)
                .set(ArpPacket.REPLY, mac, address.ipv4(), arp.senderMac(), arp.senderIp());
        return frame;
    }

    private byte @Nullable [] solicitation(byte[] request) {
        int icmp = EthernetHeader.LENGTH + Ipv6Header.LENGTH;
        MemorySegment asked = MemorySegment.ofArray(request);
        Ipv6Header from = new Ipv6Header().wrap(asked, EthernetHeader.LENGTH);
        // RFC 4861 §4.3: type 135, and the target 8 octets in.
        if (address.isIpv4()
                || request.length < icmp + 24
                || from.nextHeader() != IpProtocol.ICMPV6
                || (request[icmp] & 0xff) != 135
                || !Arrays.equals(request, icmp + 8, icmp + 24, address.toBytes(), 0, 16)) {
            return null;
        }
        // RFC 4861 §4.4: type 136, solicited and override, the target, and our link-layer address.
        byte[] frame = new byte[icmp + 32];
        MemorySegment memory = MemorySegment.ofArray(frame);
        new EthernetHeader().wrap(memory, 0).set(stackMac, mac, EthernetHeader.TYPE_IPV6);
        Ipv6Header ip = new Ipv6Header().wrap(memory, EthernetHeader.LENGTH);
        ip.set(0, 0, 32, IpProtocol.ICMPV6, 255);
        ip.source(address.high(), address.low());
        ip.destination(from.sourceHigh(), from.sourceLow());
        frame[icmp] = (byte) 136;
        frame[icmp + 4] = 0x60;
        System.arraycopy(address.toBytes(), 0, frame, icmp + 8, 16);
        frame[icmp + 24] = 2;
        frame[icmp + 25] = 1;
        for (int i = 0; i < 6; i++) {
            frame[icmp + 26 + i] = (byte) (mac >>> (40 - 8 * i));
        }
        long sum =
                Checksum.pseudoHeader(
                        address.high(),
                        address.low(),
                        from.sourceHigh(),
                        from.sourceLow(),
                        IpProtocol.ICMPV6,
                        32);
        int checksum = Checksum.finish(Checksum.sum(memory, icmp, 32, sum));
        frame[icmp + 2] = (byte) (checksum >>> 8);
        frame[icmp + 3] = (byte) checksum;
        return frame;
    }
}
