package io.ringway.ip;

import io.ringway.layer.PacketInfo;
import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.memory.FramePool;
import io.ringway.memory.Octets;
import io.ringway.wire.Checksum;
import io.ringway.wire.Icmpv6Header;
import io.ringway.wire.IpAddress;
import io.ringway.wire.IpProtocol;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Makes reports about groups, of IGMP (RFC 3376 §4.2, RFC 2236 §2) or of MLD (RFC 3810 §5.2, RFC
 * 2710 §3), and notes them for the output step.
 *
 * <pre>
 *  IGMPv3: | 0x22 | 0 | checksum | 0 | records |    MLDv2: | 143 | 0 | checksum | 0 | records |
 *  record: | type | 0 | sources | group | source … |
 * </pre>
 */
final class GroupReportOutput {
    private static final int IGMP_V1_REPORT = 0x12;
    private static final int IGMP_V2_REPORT = 0x16;
    private static final int IGMP_LEAVE = 0x17;
    private static final int IGMP_V3_REPORT = 0x22;
    private static final int HEADER = 8;

    /** Octets of a report at most: with its headers it is on no link too long. */
    private static final int MOST = 1200;

    private static final IpAddress ALL_HOSTS = IpAddress.parse("224.0.0.1");
    private static final IpAddress ALL_ROUTERS_IPV4 = IpAddress.parse("224.0.0.2");
    private static final IpAddress REPORTS_IPV4 = IpAddress.parse("224.0.0.22");
    private static final IpAddress REPORTS_IPV6 = IpAddress.parse("ff02::16");

    /** IPv4 options: router alert (RFC 2113); TOS: network control. */
    private static final int ROUTER_ALERT = 0x9404_0000;

    private static final int IPV4_HEADER = 24;
    private static final int INTERNETWORK_CONTROL = 0xc0;

    /** A hop-by-hop header with a router alert for MLD (RFC 2711) in front of ICMPv6. */
    private static final long HOP_BY_HOP = 0x3a00_0502_0000_0100L;

    private final boolean isIpv4;
    private final FramePool frames;
    private final Counters counters;
    private final LocalAddresses addresses;
    private final SourceSelection sources;
    private final PendingFrames pending;
    private final PacketInfo info = new PacketInfo();
    private int report = FramePool.NONE;
    private int records;

    GroupReportOutput(
            boolean isIpv4,
            FramePool frames,
            Counters counters,
            LocalAddresses addresses,
            SourceSelection sources,
            PendingFrames pending) {
        this.isIpv4 = isIpv4;
        this.frames = frames;
        this.counters = counters;
        this.addresses = addresses;
        this.sources = sources;
        this.pending = pending;
    }

    /** Whether routers are told of this group at all (RFC 3376 §5, RFC 3810 §6). */
    boolean isReported(IpAddress group) {
        // Groups of one host, and of none, never leave it: scopes 1 and 0.
        return isIpv4
                ? !group.equals(ALL_HOSTS)
                : !group.equals(IpAddress.ALL_NODES) && (group.high() >>> 48 & 15) > 1;
    }

    /** Appends a record to the report at hand, and begins one when there is none. */
    void record(int type, IpAddress group, List<IpAddress> named) {
        int octets = isIpv4 ? 4 : 16;
        int length = 4 + octets * (1 + named.size());
        if (report != FramePool.NONE && frames.length(report) + length > MOST) {
            flush();
        }
        if (report == FramePool.NONE) {
            report = begin(HEADER);
            records = 0;
        }
        if (report == FramePool.NONE) {
            return;
        }
        MemorySegment memory = frames.memory();
        long at = frames.data(report) + frames.length(report);
        frames.length(report, frames.length(report) + length);
        Octets.put32(memory, at, type << 24 | named.size());
        put(memory, at + 4, group);
        for (int i = 0; i < named.size(); i++) {
            put(memory, at + 4 + (long) octets * (i + 1), named.get(i));
        }
        records++;
    }

    private void put(MemorySegment memory, long at, IpAddress address) {
        if (isIpv4) {
            Octets.put32(memory, at, address.ipv4());
        } else {
            Octets.put64(memory, at, address.high());
            Octets.put64(memory, at + 8, address.low());
        }
    }

    /** A frame for a message; none when nobody outside could know us. */
    private int begin(int length) {
        if (addresses.count() == 0) {
            return FramePool.NONE;
        }
        int frame = frames.allocate();
        if (frame == FramePool.NONE) {
            counters.increment(Counter.IP_NO_FRAME);
        } else {
            frames.length(frame, length);
        }
        return frame;
    }

    /** Notes the report at hand, if there is one. */
    void flush() {
        if (report == FramePool.NONE) {
            return;
        }
        int type = isIpv4 ? IGMP_V3_REPORT : Icmpv6Header.MLD2_REPORT;
        Octets.put64(frames.memory(), frames.data(report), (long) type << 56 | records);
        send(report, isIpv4 ? REPORTS_IPV4 : REPORTS_IPV6);
        report = FramePool.NONE;
    }

    /** Tells of a group in an older version. */
    void olderReport(int version, IpAddress group) {
        int igmp = version == 1 ? IGMP_V1_REPORT : IGMP_V2_REPORT;
        older(isIpv4 ? igmp : Icmpv6Header.MLD_REPORT, group, group);
    }

    /** Says that a group is left; version 1 is silent. */
    void olderLeave(int version, IpAddress group) {
        if (version > 1) {
            older(
                    isIpv4 ? IGMP_LEAVE : Icmpv6Header.MLD_DONE,
                    group,
                    isIpv4 ? ALL_ROUTERS_IPV4 : IpAddress.ALL_ROUTERS);
        }
    }

    private void older(int type, IpAddress group, IpAddress to) {
        int frame = begin(isIpv4 ? HEADER : HEADER + 16);
        if (frame != FramePool.NONE) {
            MemorySegment memory = frames.memory();
            long at = frames.data(frame);
            Octets.put64(memory, at, (long) type << 56);
            put(memory, isIpv4 ? at + 4 : at + HEADER, group);
            send(frame, to);
        }
    }

    private void send(int frame, IpAddress to) {
        MemorySegment memory = frames.memory();
        int length = frames.length(frame);
        info.destinationHigh = to.high();
        info.destinationLow = to.low();
        chooseSource();
        long sum = isIpv4 ? 0 : info.pseudoHeader(IpProtocol.ICMPV6, length);
        long at = frames.data(frame);
        Octets.put16(memory, at + 2, Checksum.finish(Checksum.sum(memory, at, length, sum)));
        if (isIpv4) {
            pushIpv4(frame, length);
            counters.increment(Counter.IPV4_SENT);
        } else {
            pushIpv6(frame, length);
            counters.increment(Counter.IPV6_SENT);
        }
        counters.increment(Counter.GROUP_REPORTS);
        pending.addPacket(frame);
    }

    /** An IPv6 report comes from a link-local address, or from none (RFC 3810 §5.2.13). */
    private void chooseSource() {
        int index =
                isIpv4
                        ? sources.best(info.destinationHigh, info.destinationLow)
                        : sources.best(REPORTS_IPV6.high(), REPORTS_IPV6.low());
        boolean isFit =
                index >= 0
                        && (isIpv4
                                || IpAddress.isLinkLocal(
                                        addresses.high(index), addresses.low(index)));
        info.sourceHigh = isFit ? addresses.high(index) : 0;
        info.sourceLow = isFit ? addresses.low(index) : 0;
    }

    private void pushIpv4(int frame, int length) {
        MemorySegment memory = frames.memory();
        long at = frames.push(frame, IPV4_HEADER);
        Octets.put32(memory, at, 0x46 << 24 | INTERNETWORK_CONTROL << 16 | IPV4_HEADER + length);
        Octets.put32(memory, at + 4, 0);
        Octets.put32(memory, at + 8, 1 << 24 | IpProtocol.IGMP << 16);
        Octets.put32(memory, at + 12, (int) info.sourceLow);
        Octets.put32(memory, at + 16, (int) info.destinationLow);
        Octets.put32(memory, at + 20, ROUTER_ALERT);
        Octets.put16(memory, at + 10, Checksum.finish(Checksum.sum(memory, at, IPV4_HEADER, 0)));
    }

    private void pushIpv6(int frame, int length) {
        MemorySegment memory = frames.memory();
        Octets.put64(memory, frames.push(frame, 8), HOP_BY_HOP);
        long at = frames.push(frame, Ipv6Output.HEADER);
        Octets.put64(memory, at, 6L << 60 | (8L + length) << 16 | IpProtocol.HOP_BY_HOP << 8 | 1);
        Octets.put64(memory, at + 8, info.sourceHigh);
        Octets.put64(memory, at + 16, info.sourceLow);
        Octets.put64(memory, at + 24, info.destinationHigh);
        Octets.put64(memory, at + 32, info.destinationLow);
    }
}
