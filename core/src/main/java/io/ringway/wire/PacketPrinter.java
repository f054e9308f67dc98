package io.ringway.wire;

import io.ringway.memory.Octets;

import java.lang.foreign.MemorySegment;

/**
 * Says a frame in one line, in tcpdump's words. For traces and tests: it allocates. Whatever the
 * octets are, it never throws and never reads outside those given; what is cut short ends in {@code
 * [|layer]}.
 *
 * <p>Keeps flyweights, so one thread at a time.
 */
public final class PacketPrinter {
    /** Nested tags beyond this many are not followed. */
    private static final int MAX_TAGS = 4;

    private final EthernetHeader ethernet = new EthernetHeader();
    private final VlanTag vlan = new VlanTag();
    private final ArpPacket arp = new ArpPacket();
    private final Ipv4Header ipv4 = new Ipv4Header();
    private final Ipv6Header ipv6 = new Ipv6Header();
    private final Ipv6Extensions extensions = new Ipv6Extensions();
    private final FragmentHeader fragment = new FragmentHeader();
    private final UdpHeader udp = new UdpHeader();
    private final TcpPrinter tcp = new TcpPrinter();
    private final IcmpPrinter icmp = new IcmpPrinter();

    /** The line for an Ethernet frame of {@code length} octets. */
    public String frame(MemorySegment memory, long offset, int length) {
        StringBuilder out = new StringBuilder(120);
        if (!ethernet.wrap(memory, offset).isValid(length)) {
            return out.append("[|ether], length ").append(length).toString();
        }
        int type = ethernet.type();
        int position = EthernetHeader.LENGTH;
        for (int tags = 0; type == EthernetHeader.TYPE_VLAN && tags < MAX_TAGS; tags++) {
            if (!vlan.wrap(memory, offset + position).isValid(length - position)) {
                return out.append("[|vlan], length ").append(length).toString();
            }
            out.append("vlan ").append(vlan.identifier());
            out.append(", p ").append(vlan.priority());
            out.append(vlan.isDropEligible() ? ", DEI, " : ", ");
            type = vlan.type();
            position += VlanTag.LENGTH;
        }
        payload(out, type, memory, offset + position, length - position);
        return out.toString();
    }

    /** The line for an IPv4 or IPv6 packet of {@code length} octets, without a link header. */
    public String packet(MemorySegment memory, long offset, int length) {
        StringBuilder out = new StringBuilder(120);
        int version = length < 1 ? 0 : Octets.u8(memory, offset) >>> 4;
        switch (version) {
            case 4 -> ipv4(out, memory, offset, length);
            case 6 -> ipv6(out, memory, offset, length);
            default -> out.append("[|ip], length ").append(length);
        }
        return out.toString();
    }

    private void payload(
            StringBuilder out, int type, MemorySegment memory, long offset, int length) {
        switch (type) {
            case EthernetHeader.TYPE_ARP -> arp(out, memory, offset, length);
            case EthernetHeader.TYPE_IPV4 -> ipv4(out, memory, offset, length);
            case EthernetHeader.TYPE_IPV6 -> ipv6(out, memory, offset, length);
            default -> {
                out.append(MacAddress.format(ethernet.source())).append(" > ");
                out.append(MacAddress.format(ethernet.destination()));
                if (type < EthernetHeader.TYPE_MIN) {
                    out.append(", 802.3, length ").append(type);
                } else {
                    out.append(String.format(", ethertype 0x%04x, length %d", type, length));
                }
            }
        }
    }

    private void arp(StringBuilder out, MemorySegment memory, long offset, int length) {
        out.append("ARP, ");
        if (!arp.wrap(memory, offset).isValid(length)) {
            out.append("[|arp], length ").append(length);
            return;
        }
        String sender = IpAddress.ofIpv4(arp.senderIp()).toString();
        String target = IpAddress.ofIpv4(arp.targetIp()).toString();
        switch (arp.operation()) {
            case ArpPacket.REQUEST ->
                    out.append("Request who-has ").append(target).append(" tell ").append(sender);
            case ArpPacket.REPLY -> {
                out.append("Reply ").append(sender).append(" is-at ");
                out.append(MacAddress.format(arp.senderMac()));
            }
            default -> out.append("operation ").append(arp.operation());
        }
        out.append(", length ").append(length);
    }

    private void ipv4(StringBuilder out, MemorySegment memory, long offset, int length) {
        out.append("IP ");
        if (!ipv4.wrap(memory, offset).isValid(length)) {
            out.append("[|ip], length ").append(length);
            return;
        }
        String source = IpAddress.ofIpv4(ipv4.source()).toString();
        String destination = IpAddress.ofIpv4(ipv4.destination()).toString();
        int headerLength = ipv4.headerLength();
        int payload = ipv4.totalLength() - headerLength;
        // Only the first fragment has the transport's header, and most of its lengths are then
        // wrong.
        if (ipv4.fragmentOffset() > 0) {
            between(out, source, destination);
            out.append("frag (").append(ipv4.identification()).append(':').append(payload);
            out.append('@').append(ipv4.fragmentOffset());
            out.append(ipv4.isMoreFragments() ? "+)" : ")");
            return;
        }
        transport(
                out, source, destination, ipv4.protocol(), memory, offset + headerLength, payload);
        if (ipv4.isMoreFragments()) {
            out.append(" (frag ").append(ipv4.identification()).append(':').append(payload);
            out.append("@0+)");
        }
    }

    private void ipv6(StringBuilder out, MemorySegment memory, long offset, int length) {
        out.append("IP6 ");
        if (!ipv6.wrap(memory, offset).isValid(length)) {
            out.append("[|ip6], length ").append(length);
            return;
        }
        String source = IpAddress.format(ipv6.sourceHigh(), ipv6.sourceLow());
        String destination = IpAddress.format(ipv6.destinationHigh(), ipv6.destinationLow());
        int packetLength = Ipv6Header.LENGTH + ipv6.payloadLength();
        if (!extensions.parse(memory, offset, packetLength)) {
            between(out, source, destination);
            out.append("bad extension header, ").append(extensions.problem());
            out.append(" at ").append(extensions.problemPosition());
            out.append(", length ").append(ipv6.payloadLength());
            return;
        }
        int position = extensions.headerLength();
        if (extensions.isFragment()) {
            between(out, source, destination);
            fragment(out, memory, offset + position, packetLength - position);
            return;
        }
        transport(
                out,
                source,
                destination,
                extensions.protocol(),
                memory,
                offset + position,
                packetLength - position);
    }

    private void fragment(StringBuilder out, MemorySegment memory, long offset, int length) {
        fragment.wrap(memory, offset);
        out.append(String.format("frag (0x%08x:", fragment.identification()));
        out.append(fragment.fragmentOffset()).append('|').append(length - FragmentHeader.LENGTH);
        out.append(fragment.isMoreFragments() ? "+)" : ")");
    }

    private void transport(
            StringBuilder out,
            String source,
            String destination,
            int protocol,
            MemorySegment memory,
            long offset,
            int length) {
        switch (protocol) {
            case IpProtocol.TCP -> tcp.print(out, source, destination, memory, offset, length);
            case IpProtocol.UDP -> udp(out, source, destination, memory, offset, length);
            case IpProtocol.ICMP -> {
                between(out, source, destination);
                icmp.print4(out, memory, offset, length);
            }
            case IpProtocol.ICMPV6 -> {
                between(out, source, destination);
                icmp.print6(out, memory, offset, length);
            }
            default -> {
                between(out, source, destination);
                out.append("ip-proto-").append(protocol).append(", length ").append(length);
            }
        }
    }

    private void udp(
            StringBuilder out,
            String source,
            String destination,
            MemorySegment memory,
            long offset,
            int length) {
        udp.wrap(memory, offset);
        if (length < UdpHeader.LENGTH) {
            between(out, source, destination);
            out.append("[|udp], length ").append(length);
            return;
        }
        out.append(source).append('.').append(udp.sourcePort()).append(" > ");
        out.append(destination).append('.').append(udp.destinationPort()).append(": UDP, ");
        if (!udp.isValid(length)) {
            out.append("bad length ").append(udp.length()).append(", ");
        }
        out.append("length ").append(Math.max(0, udp.length() - UdpHeader.LENGTH));
    }

    private static void between(StringBuilder out, String source, String destination) {
        out.append(source).append(" > ").append(destination).append(": ");
    }
}
