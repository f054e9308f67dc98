package io.ringway.ip;

import io.ringway.layer.IcmpError;
import io.ringway.memory.FramePool;
import io.ringway.memory.Octets;
import io.ringway.wire.IpAddress;

import java.lang.foreign.MemorySegment;

/**
 * Asks neighbours by the protocol of their IP version, and tells transports of those that do not
 * answer.
 */
final class Solicitor implements NeighbourActions {
    private final FramePool frames;
    private final LocalAddresses addresses;
    private final SourceSelection sources;
    private final ArpOutput arp;
    private final NdpOutput ndp;
    private final ErrorReports reports;

    Solicitor(
            FramePool frames,
            LocalAddresses addresses,
            SourceSelection sources,
            ArpOutput arp,
            NdpOutput ndp,
            ErrorReports reports) {
        this.frames = frames;
        this.addresses = addresses;
        this.sources = sources;
        this.arp = arp;
        this.ndp = ndp;
        this.reports = reports;
    }

    @Override
    public void solicit(long high, long low, long mac, int waiting, long nowNs) {
        int index = sourceIndex(high, low, waiting);
        if (index < 0) {
            // No address of that version is left: nothing can be asked, and the entry runs out.
            return;
        }
        if (IpAddress.isIpv4(high, low)) {
            arp.request((int) addresses.low(index), (int) low, mac);
        } else {
            ndp.solicit(
                    addresses.high(index),
                    addresses.low(index),
                    high,
                    low,
                    mac != NeighbourTable.UNKNOWN,
                    addresses.state(index) == LocalAddress.State.PREFERRED);
        }
    }

    /**
     * The address to ask with: the waiting packet's source (RFC 4861 §7.2.2), else the one nearest.
     */
    private int sourceIndex(long high, long low, int waiting) {
        if (waiting != FramePool.NONE) {
            MemorySegment memory = frames.memory();
            long at = frames.data(waiting);
            boolean isIpv4 = Octets.u8(memory, at) >>> 4 == 4;
            int index =
                    isIpv4
                            ? addresses.find(0, IpAddress.ipv4Low(Octets.u32(memory, at + 12)))
                            : addresses.find(
                                    Octets.u64(memory, at + 8), Octets.u64(memory, at + 16));
            if (index >= 0 && addresses.isUsable(index)) {
                return index;
            }
        }
        return sources.best(high, low);
    }

    @Override
    public void onUnreachable(int frame, long nowNs) {
        reports.report(
                frames.memory(),
                frames.data(frame),
                frames.length(frame),
                IcmpError.Kind.HOST_UNREACHABLE,
                0,
                false,
                nowNs);
        frames.release(frame);
    }
}
