package io.ringway.ip;

import io.ringway.layer.IcmpError;
import io.ringway.layer.PacketInfo;
import io.ringway.layer.SourceFilter;
import io.ringway.layer.TransportProtocol;
import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.memory.FramePool;
import io.ringway.memory.Octets;
import io.ringway.wire.Checksum;
import io.ringway.wire.IpAddress;
import io.ringway.wire.IpProtocol;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes what routers ask about groups, and what other hosts tell: IGMP (RFC 2236 §2, RFC 3376 §4.1)
 * as a protocol of its own, MLD (RFC 2710 §3, RFC 3810 §5.1) from ICMPv6. Only what comes from this
 * link is believed, which its hop limit of 1 shows.
 */
final class GroupInput implements TransportProtocol {
    private static final int IGMP_QUERY = 0x11;
    private static final int IGMP_V1_REPORT = 0x12;
    private static final int IGMP_V2_REPORT = 0x16;
    private static final int IGMP = 8;
    private static final int IGMP_V3 = 12;
    private static final int MLD = 24;
    private static final int MLD_V2 = 28;
    private static final long SECOND_NS = 1_000_000_000L;
    private static final long IGMP_UNIT_NS = SECOND_NS / 10;
    private static final long MLD_UNIT_NS = SECOND_NS / 1000;
    private static final int IGMP_V1_DELAY = 100;

    private final FramePool frames;
    private final MemorySegment memory;
    private final Counters counters;
    private final GroupReports igmp;
    private final GroupReports mld;

    GroupInput(FramePool frames, Counters counters, GroupReports igmp, GroupReports mld) {
        this.frames = frames;
        this.memory = frames.memory();
        this.counters = counters;
        this.igmp = igmp;
        this.mld = mld;
    }

    @Override
    public int protocol() {
        return IpProtocol.IGMP;
    }

    @Override
    public void onError(IcmpError error, long nowNs) {
        // A report is not worth another word.
    }

    @Override
    public void onPacket(int frame, PacketInfo info, long nowNs) {
        long at = frames.data(frame);
        int length = frames.length(frame);
        if (!info.isIpv4()
                || length < IGMP
                || !Checksum.isIntact(Checksum.sum(memory, at, length, 0))) {
            counters.increment(Counter.GROUP_MALFORMED);
        } else {
            onIgmp(at, length, info, nowNs);
        }
        frames.release(frame);
    }

    private void onIgmp(long at, int length, PacketInfo info, long nowNs) {
        int type = Octets.u8(memory, at);
        IpAddress group = IpAddress.ofIpv4(Octets.u32(memory, at + 4));
        if (type == IGMP_V1_REPORT || type == IGMP_V2_REPORT) {
            igmp.onReport(group, nowNs);
        } else if (type == IGMP_QUERY && info.hopLimit == 1) {
            int code = Octets.u8(memory, at + 1);
            int version = length >= IGMP_V3 ? 3 : (code == 0 ? 1 : 2);
            int delay = version == 1 ? IGMP_V1_DELAY : GroupQuery.decode8(code);
            query(igmp, version, delay * IGMP_UNIT_NS, group, at + IGMP, length - IGMP, 4, nowNs);
        }
    }

    /** Takes a message of MLD whose checksum is right; the frame's hold stays. */
    void onMld(int frame, boolean isQuery, PacketInfo info, long nowNs) {
        long at = frames.data(frame);
        int length = frames.length(frame);
        if (length < MLD
                || info.hopLimit != 1
                || !IpAddress.isLinkLocal(info.sourceHigh, info.sourceLow)) {
            counters.increment(Counter.GROUP_MALFORMED);
            return;
        }
        IpAddress group = new IpAddress(Octets.u64(memory, at + 8), Octets.u64(memory, at + 16));
        if (isQuery) {
            int version = length >= MLD_V2 ? 3 : 2;
            int code = Octets.u16(memory, at + 4);
            long delayNs = (version == 3 ? GroupQuery.decode16(code) : code) * MLD_UNIT_NS;
            query(mld, version, delayNs, group, at + MLD, length - MLD, 16, nowNs);
        } else {
            mld.onReport(group, nowNs);
        }
    }

    /** What is behind the group is alike in both, from the router's robustness on. */
    private void query(
            GroupReports reports,
            int version,
            long delayNs,
            IpAddress group,
            long behind,
            int length,
            int octets,
            long nowNs) {
        IpAddress asked = group.isUnspecified() ? null : group;
        if (version < 3) {
            counters.increment(Counter.GROUP_QUERIES);
            reports.onQuery(new GroupQuery(version, delayNs, asked, List.of(), 0, 0), nowNs);
            return;
        }
        int count = Octets.u16(memory, behind + 2);
        if (4 + count * octets > length) {
            counters.increment(Counter.GROUP_MALFORMED);
            return;
        }
        counters.increment(Counter.GROUP_QUERIES);
        // Asked for more than anybody names, the whole group is the answer.
        List<IpAddress> sources =
                count > SourceFilter.MOST_SOURCES ? List.of() : sources(behind + 4, count, octets);
        int robustness = Octets.u8(memory, behind) & 7;
        long intervalNs = GroupQuery.decode8(Octets.u8(memory, behind + 1)) * SECOND_NS;
        reports.onQuery(
                new GroupQuery(version, delayNs, asked, sources, robustness, intervalNs), nowNs);
    }

    private List<IpAddress> sources(long at, int count, int octets) {
        List<IpAddress> sources = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            long each = at + (long) i * octets;
            sources.add(
                    octets == 4
                            ? IpAddress.ofIpv4(Octets.u32(memory, each))
                            : new IpAddress(
                                    Octets.u64(memory, each), Octets.u64(memory, each + 8)));
        }
        return sources;
    }
}
