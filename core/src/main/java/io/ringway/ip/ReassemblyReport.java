package io.ringway.ip;

import io.ringway.layer.PacketInfo;
import io.ringway.memory.FramePool;
import io.ringway.memory.Octets;
import io.ringway.wire.IpAddress;

import java.lang.foreign.MemorySegment;

/**
 * Tells the sender of a fragment that the others did not come (RFC 792, RFC 1122 §3.3.2, RFC 8200
 * §4.5).
 */
final class ReassemblyReport implements ReassemblyTimeout {
    private final FramePool frames;
    private final Icmpv4 icmpv4;
    private final Icmpv6 icmpv6;
    private final PacketInfo info = new PacketInfo();

    ReassemblyReport(FramePool frames, Icmpv4 icmpv4, Icmpv6 icmpv6) {
        this.frames = frames;
        this.icmpv4 = icmpv4;
        this.icmpv6 = icmpv6;
    }

    @Override
    public void onTimeout(int firstFragment, int headerLength, long nowNs) {
        MemorySegment memory = frames.memory();
        long at = frames.data(firstFragment) - headerLength;
        int length = frames.length(firstFragment) + headerLength;
        boolean isIpv4 = Octets.u8(memory, at) >>> 4 == 4;
        info.sourceHigh = isIpv4 ? 0 : Octets.u64(memory, at + 8);
        info.sourceLow =
                isIpv4
                        ? IpAddress.ipv4Low(Octets.u32(memory, at + 12))
                        : Octets.u64(memory, at + 16);
        info.destinationHigh = isIpv4 ? 0 : Octets.u64(memory, at + 24);
        info.destinationLow =
                isIpv4
                        ? IpAddress.ipv4Low(Octets.u32(memory, at + 16))
                        : Octets.u64(memory, at + 32);
        info.networkHeaderLength = headerLength;
        if (isIpv4) {
            info.protocol = Octets.u8(memory, at + 9);
            icmpv4.reassemblyExceeded(firstFragment, info, nowNs);
        } else {
            icmpv6.reassemblyExceeded(info, at, length, nowNs);
        }
    }
}
