package io.ringway.testkit.script;

import io.ringway.wire.Checksum;
import io.ringway.wire.EthernetHeader;
import io.ringway.wire.IpAddress;
import io.ringway.wire.IpProtocol;
import io.ringway.wire.Ipv4Header;
import io.ringway.wire.Ipv6Header;
import io.ringway.wire.TcpHeader;
import io.ringway.wire.UdpHeader;

import java.lang.foreign.MemorySegment;
import java.util.List;

/** Makes frames of the packets that a script sends to the stack. */
final class PacketBuilder {
    private static final int HOP_LIMIT = 64;

    private final long mac;
    private final long stackMac;
    private final IpAddress peer;
    private final IpAddress stack;
    private int identification;

    PacketBuilder(long mac, long stackMac, IpAddress peer, IpAddress stack) {
        this.mac = mac;
        this.stackMac = stackMac;
        this.peer = peer;
        this.stack = stack;
    }

    /**
     * A segment to the stack.
     *
     * @param seq the real numbers, and so in the options
     * @param first the number of the payload's first octet in its stream
     */
    byte[] tcp(
            PacketSpec.Tcp spec,
            int sourcePort,
            int destinationPort,
            int seq,
            int ack,
            List<OptionSpec> options,
            long first) {
        byte[] encoded = OptionBytes.encode(options);
        byte[] payload = StreamData.range(first, spec.length());
        int headerLength = TcpHeader.MIN_LENGTH + encoded.length;
        if (headerLength > TcpHeader.MAX_LENGTH) {
            throw new SkipException("the options are longer than 40 octets");
        }
        int length = headerLength + payload.length;
        byte[] frame = frame(IpProtocol.TCP, length, spec.ip());
        int at = frame.length - length;
        MemorySegment memory = MemorySegment.ofArray(frame);
        TcpHeader tcp = new TcpHeader().wrap(memory, at);
        tcp.set(
                sourcePort << 16 | destinationPort,
                seq,
                ack,
                headerLength,
                spec.flags() & 0xff,
                Math.max(0, spec.window()));
        tcp.urgentPointer(spec.urgent());
        if (spec.has(PacketSpec.Tcp.AE)) {
            frame[at + 12] |= 1;
        }
        System.arraycopy(encoded, 0, frame, at + TcpHeader.MIN_LENGTH, encoded.length);
        System.arraycopy(payload, 0, frame, at + headerLength, payload.length);
        tcp.checksum(checksum(memory, at, length, IpProtocol.TCP));
        return frame;
    }

    /** A datagram to the stack. */
    byte[] udp(PacketSpec.Udp spec, int sourcePort, int destinationPort) {
        int length = UdpHeader.LENGTH + spec.length();
        byte[] frame = frame(IpProtocol.UDP, length, spec.ip());
        int at = frame.length - length;
        MemorySegment memory = MemorySegment.ofArray(frame);
        System.arraycopy(
                StreamData.range(1, spec.length()), 0, frame, at + UdpHeader.LENGTH, spec.length());
        UdpHeader udp = new UdpHeader().wrap(memory, at);
        udp.set(sourcePort, destinationPort, length, 0);
        int checksum = checksum(memory, at, length, IpProtocol.UDP);
        udp.checksum(checksum == 0 ? 0xffff : checksum);
        return frame;
    }

    /**
     * An ICMP error about a packet of the stack: its IP header and the first octets behind it (RFC
     * 792, RFC 4443 §3).
     *
     * @param rest the 32 bits behind the checksum: the MTU, for those that have one
     * @param seq the real number of the segment that it tells of
     */
    byte[] icmpError(
            PacketSpec.Icmp spec,
            int typeAndCode,
            int rest,
            int localPort,
            int remotePort,
            int seq) {
        boolean isIpv4 = stack.isIpv4();
        int quotedIp = isIpv4 ? Ipv4Header.MIN_LENGTH : Ipv6Header.LENGTH;
        int headerLength = spec.protocol() == IpProtocol.UDP ? UdpHeader.LENGTH : 20;
        // As much as RFC 792 asks for, and all of the segment's header with IPv6.
        int quoted = isIpv4 ? 8 : headerLength;
        int length = 8 + quotedIp + quoted;
        int protocol = isIpv4 ? IpProtocol.ICMP : IpProtocol.ICMPV6;
        byte[] frame = frame(protocol, length, spec.ip());
        int at = frame.length - length;
        MemorySegment memory = MemorySegment.ofArray(frame);
        frame[at] = (byte) (typeAndCode >> 8);
        frame[at + 1] = (byte) typeAndCode;
        put32(frame, at + 4, rest);
        ip(memory, at + 8, spec.protocol(), headerLength + spec.length(), true, PacketSpec.Ip.NONE);
        int transport = at + 8 + quotedIp;
        put32(frame, transport, localPort << 16 | remotePort);
        put32(
                frame,
                transport + 4,
                spec.protocol() == IpProtocol.UDP ? (UdpHeader.LENGTH + spec.length()) << 16 : seq);
        if (quoted == 20) {
            frame[transport + 12] = 0x50;
            frame[transport + 13] = TcpHeader.ACK;
        }
        int checksum =
                isIpv4
                        ? Checksum.compute(memory, at, length)
                        : checksum(memory, at, length, protocol);
        frame[at + 2] = (byte) (checksum >>> 8);
        frame[at + 3] = (byte) checksum;
        return frame;
    }

    private static void put32(byte[] octets, int at, int value) {
        for (int i = 0; i < 4; i++) {
            octets[at + i] = (byte) (value >>> (24 - 8 * i));
        }
    }

    private byte[] frame(int protocol, int length, PacketSpec.Ip ip) {
        boolean isIpv4 = stack.isIpv4();
        int ipLength = isIpv4 ? Ipv4Header.MIN_LENGTH : Ipv6Header.LENGTH;
        byte[] frame = new byte[EthernetHeader.LENGTH + ipLength + length];
        MemorySegment memory = MemorySegment.ofArray(frame);
        new EthernetHeader()
                .wrap(memory, 0)
                .set(stackMac, mac, isIpv4 ? EthernetHeader.TYPE_IPV4 : EthernetHeader.TYPE_IPV6);
        ip(memory, EthernetHeader.LENGTH, protocol, length, false, ip);
        return frame;
    }

    private void ip(
            MemorySegment memory,
            int at,
            int protocol,
            int length,
            boolean isFromStack,
            PacketSpec.Ip spec) {
        IpAddress from = isFromStack ? stack : peer;
        IpAddress to = isFromStack ? peer : stack;
        int hopLimit = spec.ttl() == 0 ? HOP_LIMIT : spec.ttl();
        if (stack.isIpv4()) {
            new Ipv4Header()
                    .wrap(memory, at)
                    .set(
                            spec.tos(),
                            Ipv4Header.MIN_LENGTH + length,
                            identification++ & 0xffff,
                            Ipv4Header.DONT_FRAGMENT,
                            hopLimit,
                            protocol,
                            from.ipv4(),
                            to.ipv4());
            return;
        }
        Ipv6Header ip = new Ipv6Header().wrap(memory, at);
        ip.set(spec.tos(), spec.flowLabel(), length, protocol, hopLimit);
        ip.source(from.high(), from.low());
        ip.destination(to.high(), to.low());
    }

    private int checksum(MemorySegment memory, int at, int length, int protocol) {
        long sum =
                Checksum.pseudoHeader(
                        peer.high(), peer.low(), stack.high(), stack.low(), protocol, length);
        return Checksum.finish(Checksum.sum(memory, at, length, sum));
    }
}
