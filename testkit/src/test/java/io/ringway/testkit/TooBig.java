package io.ringway.testkit;

import io.ringway.memory.FramePool;
import io.ringway.memory.Octets;
import io.ringway.wire.Checksum;
import io.ringway.wire.EthernetHeader;
import io.ringway.wire.IpAddress;
import io.ringway.wire.IpProtocol;
import io.ringway.wire.Ipv4Header;
import io.ringway.wire.Ipv6Header;

import java.lang.foreign.MemorySegment;

/** A router's answer to a packet that is too big for what lies behind it (RFC 1191, RFC 8201). */
final class TooBig {
    private static final IpAddress ROUTER = IpAddress.parse("198.18.0.254");
    private static final IpAddress ROUTER6 = IpAddress.parse("2001:2::fe");
    private static final int ICMP_HEADER = 8;
    private static final int QUOTED = 48;
    private static final int QUOTED6 = 100;

    private final FramePool frames;
    private final MemorySegment memory;
    private final long mac;

    TooBig(FramePool frames, long mac) {
        this.frames = frames;
        this.memory = frames.memory();
        this.mac = mac;
    }

    /** A frame with it, or NONE when the pool has none. */
    int about(RoughPacket packet, int mtu) {
        int frame = frames.allocate();
        if (frame == FramePool.NONE) {
            return frame;
        }
        long source =
                new EthernetHeader().wrap(memory, packet.ip() - EthernetHeader.LENGTH).source();
        int quoted =
                Math.min(
                        packet.isIpv4() ? QUOTED : QUOTED6,
                        frames.length(packet.frame()) - EthernetHeader.LENGTH);
        int ipHeader = packet.isIpv4() ? Ipv4Header.MIN_LENGTH : Ipv6Header.LENGTH;
        int length = EthernetHeader.LENGTH + ipHeader + ICMP_HEADER + quoted;
        frames.range(frame, FramePool.PAYLOAD_START, length);
        long at = frames.data(frame);
        long ip = at + EthernetHeader.LENGTH;
        long icmp = ip + ipHeader;
        Octets.copy(memory, packet.ip(), memory, icmp + ICMP_HEADER, quoted);
        int icmpLength = ICMP_HEADER + quoted;
        var ethernet = new EthernetHeader().wrap(memory, at);
        if (packet.isIpv4()) {
            ethernet.set(source, mac, EthernetHeader.TYPE_IPV4);
            int to = new Ipv4Header().wrap(memory, packet.ip()).source();
            new Ipv4Header()
                    .wrap(memory, ip)
                    .set(0, ipHeader + icmpLength, 1, 0, 64, IpProtocol.ICMP, ROUTER.ipv4(), to);
            header(icmp, 3, 4, mtu);
            finish(icmp, icmpLength, 0);
        } else {
            ethernet.set(source, mac, EthernetHeader.TYPE_IPV6);
            var about = new Ipv6Header().wrap(memory, packet.ip());
            var header = new Ipv6Header().wrap(memory, ip);
            header.set(0, 0, icmpLength, IpProtocol.ICMPV6, 64);
            header.source(ROUTER6.high(), ROUTER6.low());
            header.destination(about.sourceHigh(), about.sourceLow());
            header(icmp, 2, 0, mtu);
            finish(
                    icmp,
                    icmpLength,
                    Checksum.pseudoHeader(
                            ROUTER6.high(),
                            ROUTER6.low(),
                            about.sourceHigh(),
                            about.sourceLow(),
                            IpProtocol.ICMPV6,
                            icmpLength));
        }
        return frame;
    }

    private void header(long icmp, int type, int code, int mtu) {
        Octets.put32(memory, icmp, type << 24 | code << 16);
        Octets.put32(memory, icmp + 4, mtu);
    }

    private void finish(long icmp, int length, long pseudoHeader) {
        int sum = Checksum.finish(Checksum.sum(memory, icmp, length, pseudoHeader));
        Octets.put16(memory, icmp + 2, sum);
    }
}
