package io.ringway.testkit.script;

import io.ringway.wire.Checksum;
import io.ringway.wire.EthernetHeader;
import io.ringway.wire.IpAddress;
import io.ringway.wire.IpProtocol;
import io.ringway.wire.Ipv4Header;
import io.ringway.wire.Ipv6Header;
import io.ringway.wire.TcpHeader;
import io.ringway.wire.UdpHeader;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Takes the frames apart that the stack has sent. */
final class PacketReader {
    private int order;

    /** The packet in a frame, or null when there is none: ARP and neighbour discovery. */
    @Nullable LivePacket read(byte[] frame, long timeUs) {
        int type = new EthernetHeader().wrap(MemorySegment.ofArray(frame), 0).type();
        byte[] octets = Arrays.copyOfRange(frame, EthernetHeader.LENGTH, frame.length);
        MemorySegment memory = MemorySegment.ofArray(octets);
        if (type == EthernetHeader.TYPE_IPV4) {
            Ipv4Header ip = new Ipv4Header().wrap(memory, 0);
            boolean isValid = ip.isValid(octets.length) && ip.isChecksumValid();
            return packet(
                    Arrays.copyOf(octets, ip.totalLength()),
                    timeUs,
                    false,
                    ip.protocol(),
                    ip.tos(),
                    ip.ttl(),
                    0,
                    ip.headerLength(),
                    isValid ? null : "IPv4 header",
                    0,
                    IpAddress.ipv4Low(ip.source()),
                    0,
                    IpAddress.ipv4Low(ip.destination()));
        }
        if (type != EthernetHeader.TYPE_IPV6) {
            return null;
        }
        Ipv6Header ip = new Ipv6Header().wrap(memory, 0);
        int icmpType = octets.length > Ipv6Header.LENGTH ? octets[Ipv6Header.LENGTH] & 0xff : 0;
        boolean isDiscovery =
                ip.nextHeader() == 0
                        || (ip.nextHeader() == IpProtocol.ICMPV6
                                && icmpType >= 130
                                && icmpType <= 143);
        if (isDiscovery) {
            return null;
        }
        return packet(
                Arrays.copyOf(octets, Ipv6Header.LENGTH + ip.payloadLength()),
                timeUs,
                true,
                ip.nextHeader(),
                ip.trafficClass(),
                ip.hopLimit(),
                ip.flowLabel(),
                Ipv6Header.LENGTH,
                ip.isValid(octets.length) ? null : "IPv6 header",
                ip.sourceHigh(),
                ip.sourceLow(),
                ip.destinationHigh(),
                ip.destinationLow());
    }

    private LivePacket packet(
            byte[] octets,
            long timeUs,
            boolean isIpv6,
            int protocol,
            int tos,
            int ttl,
            int flowLabel,
            int transport,
            @Nullable String ipProblem,
            long sourceHigh,
            long sourceLow,
            long destinationHigh,
            long destinationLow) {
        MemorySegment memory = MemorySegment.ofArray(octets);
        int length = octets.length - transport;
        String problem = ipProblem;
        if (problem == null && (protocol == IpProtocol.TCP || protocol == IpProtocol.UDP)) {
            long sum =
                    Checksum.pseudoHeader(
                            sourceHigh,
                            sourceLow,
                            destinationHigh,
                            destinationLow,
                            protocol,
                            length);
            boolean isIntact = Checksum.isIntact(Checksum.sum(memory, transport, length, sum));
            problem = isIntact ? null : "checksum";
        }
        LivePacket.Segment segment = null;
        byte[] payload = {};
        int sourcePort = 0;
        int destinationPort = 0;
        if (protocol == IpProtocol.TCP) {
            TcpHeader tcp = new TcpHeader().wrap(memory, transport);
            sourcePort = tcp.sourcePort();
            destinationPort = tcp.destinationPort();
            segment = segment(octets, transport, tcp);
            payload = Arrays.copyOfRange(octets, transport + tcp.dataOffset(), octets.length);
        } else if (protocol == IpProtocol.UDP) {
            UdpHeader udp = new UdpHeader().wrap(memory, transport);
            sourcePort = udp.sourcePort();
            destinationPort = udp.destinationPort();
            payload = Arrays.copyOfRange(octets, transport + UdpHeader.LENGTH, octets.length);
        }
        return new LivePacket(
                timeUs,
                order++,
                isIpv6,
                protocol,
                tos,
                ttl,
                flowLabel,
                sourcePort,
                destinationPort,
                problem,
                octets,
                transport,
                segment,
                payload);
    }

    private static LivePacket.Segment segment(byte[] octets, int at, TcpHeader tcp) {
        // The low bit of octet 12 is AE, of what was reserved before.
        int reserved = octets[at + 12] & 0x0e;
        int flags = (tcp.flags() & 0xff) | ((octets[at + 12] & 1) != 0 ? PacketSpec.Tcp.AE : 0);
        return new LivePacket.Segment(
                flags,
                reserved,
                tcp.sequence(),
                tcp.acknowledgment(),
                tcp.window(),
                tcp.urgentPointer(),
                tcp.dataOffset(),
                options(
                        Arrays.copyOfRange(
                                octets, at + TcpHeader.MIN_LENGTH, at + tcp.dataOffset())));
    }

    /** The options in their order; what is cut short ends the list as a kind of its own. */
    static List<OptionSpec> options(byte[] octets) {
        List<OptionSpec> options = new ArrayList<>();
        int at = 0;
        while (at < octets.length) {
            int kind = octets[at] & 0xff;
            if (kind <= 1) {
                options.add(new OptionSpec.Filler(kind == 0));
                at++;
                continue;
            }
            int length = at + 1 < octets.length ? octets[at + 1] & 0xff : 0;
            if (length < 2 || at + length > octets.length) {
                options.add(
                        OptionSpec.Other.of(
                                kind, Arrays.copyOfRange(octets, at + 1, octets.length)));
                break;
            }
            options.add(OptionBytes.decode(kind, Arrays.copyOfRange(octets, at + 2, at + length)));
            at += length;
        }
        return options;
    }
}
