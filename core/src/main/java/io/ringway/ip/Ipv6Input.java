package io.ringway.ip;

import io.ringway.layer.PacketInfo;
import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.memory.FramePool;
import io.ringway.memory.Octets;
import io.ringway.wire.IpProtocol;

import java.lang.foreign.MemorySegment;

/**
 * Takes IPv6 packets (RFC 8200): checks the header and gives plain packets to their protocol;
 * packets with extension headers go to {@link ExtensionHeaders}.
 */
final class Ipv6Input {
    static final int HEADER = 40;

    private final FramePool frames;
    private final Counters counters;
    private final LocalAddresses addresses;
    private final Transports transports;
    private final ExtensionHeaders extensions;
    private final PacketInfo info = new PacketInfo();

    Ipv6Input(
            FramePool frames,
            Counters counters,
            LocalAddresses addresses,
            Transports transports,
            ExtensionHeaders extensions) {
        this.frames = frames;
        this.counters = counters;
        this.addresses = addresses;
        this.transports = transports;
        this.extensions = extensions;
    }

    /**
     * Takes a packet; its hold passes.
     *
     * @param at where it begins in the pool's memory
     * @param available octets from there to the end of the frame, padding included
     * @param isLinkGroup whether the frame was sent to a group of stations
     */
    void onPacket(int frame, long at, int available, boolean isLinkGroup, long nowNs) {
        onPacket(frame, at, available, isLinkGroup, false, nowNs);
    }

    /** Takes a packet from ourselves; its hold passes. */
    void onLooped(int frame, long nowNs) {
        onPacket(frame, frames.data(frame), frames.length(frame), false, true, nowNs);
    }

    private void onPacket(
            int frame, long at, int available, boolean isLinkGroup, boolean isLooped, long nowNs) {
        counters.increment(Counter.IPV6_RECEIVED);
        if (available < HEADER) {
            drop(frame, Counter.IPV6_TRUNCATED);
            return;
        }
        MemorySegment memory = frames.memory();
        long first = Octets.u64(memory, at);
        int payloadLength = (int) (first >>> 16) & 0xffff;
        if (first >>> 60 != 6) {
            drop(frame, Counter.IPV6_BAD_VERSION);
        } else if (payloadLength > available - HEADER) {
            drop(frame, Counter.IPV6_TRUNCATED);
        } else {
            setInfo(memory, at, first, isLinkGroup);
            if (isLooped || isAddressedToUs(frame)) {
                frames.range(frame, (int) (at - frames.slot(frame)) + HEADER, payloadLength);
                deliver(frame, nowNs);
            }
        }
    }

    private void setInfo(MemorySegment memory, long at, long first, boolean isLinkGroup) {
        info.sourceHigh = Octets.u64(memory, at + 8);
        info.sourceLow = Octets.u64(memory, at + 16);
        info.destinationHigh = Octets.u64(memory, at + 24);
        info.destinationLow = Octets.u64(memory, at + 32);
        info.protocol = (int) (first >>> 8) & 0xff;
        info.hopLimit = (int) first & 0xff;
        info.trafficClass = (int) (first >>> 52) & 0xff;
        info.dontFragment = false;
        info.hint = 0;
        info.networkHeaderLength = HEADER;
        info.isMulticast = isLinkGroup || info.destinationHigh >>> 56 == 0xff;
    }

    /** Checks both addresses (RFC 4291 §2.5, §2.7); counts and drops what is not for us. */
    private boolean isAddressedToUs(int frame) {
        if (!isPossibleSource(info.sourceHigh, info.sourceLow)
                || info.destinationHigh == 0
                || (info.isMulticast && info.destinationHigh >>> 56 != 0xff)) {
            drop(frame, Counter.IPV6_BAD_ADDRESS);
            return false;
        }
        boolean isOurs =
                info.isMulticast
                        ? addresses.isMember(info.destinationHigh, info.destinationLow)
                        : addresses.isOurs(info.destinationHigh, info.destinationLow);
        // While an address is checked, solicitations for it must be heard (RFC 4862 §5.4.3); they
        // go to its group.
        if (!isOurs) {
            drop(frame, Counter.IPV6_NOT_OURS);
        }
        return isOurs;
    }

    /**
     * Not a group, and nothing of ::/64 (loopback, mapped IPv4) but ::, which RFC 4862 needs; nor
     * one of ours, or of this host.
     */
    private boolean isPossibleSource(long high, long low) {
        return high >>> 56 != 0xff
                && (high != 0 || (low == 0 && info.protocol == IpProtocol.ICMPV6))
                && !addresses.isOurs(high, low)
                && !addresses.isLoopback(high, low);
    }

    private void deliver(int frame, long nowNs) {
        if (!transports.deliver(frame, info, nowNs)) {
            extensions.onPacket(frame, info, nowNs);
        }
    }

    private void drop(int frame, Counter reason) {
        counters.increment(reason);
        frames.release(frame);
    }
}
