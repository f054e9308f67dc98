package io.ringway.ip;

import io.ringway.layer.PacketInfo;
import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.memory.Direct;
import io.ringway.memory.FramePool;
import io.ringway.memory.Octets;
import io.ringway.wire.Checksum;
import io.ringway.wire.IpProtocol;

import java.lang.foreign.MemorySegment;

/**
 * Takes IPv4 packets (RFC 791, RFC 1122 §3.2.1): checks the header, puts fragments together and
 * gives the rest to its protocol. A plain packet to our first address takes a short way of three
 * loads.
 */
final class Ipv4Input {
    private static final int HEADER = Ipv4Output.HEADER;
    private static final int VERSION_4_NO_OPTIONS = 0x45;
    private static final long LOW_32 = 0xffff_ffffL;

    /** More fragments, and the offset. */
    private static final int FRAGMENT_BITS = 0x3fff;

    private static final int OFFSET_BITS = 0x1fff;
    private static final int OFFSET_UNIT = 8;

    private final FramePool frames;
    private final Counters counters;
    private final LocalAddresses addresses;
    private final Transports transports;
    private final Icmpv4 icmp;
    private final Reassembly reassembly;
    private final StrayPackets strays;
    private final PacketInfo info = new PacketInfo();

    Ipv4Input(
            FramePool frames,
            Counters counters,
            LocalAddresses addresses,
            Transports transports,
            Icmpv4 icmp,
            Reassembly reassembly,
            StrayPackets strays) {
        this.frames = frames;
        this.counters = counters;
        this.addresses = addresses;
        this.transports = transports;
        this.icmp = icmp;
        this.reassembly = reassembly;
        this.strays = strays;
    }

    /**
     * Takes a packet; its hold passes.
     *
     * @param at where it begins in the pool's memory
     * @param available octets from there to the end of the frame, padding included
     * @param isLinkGroup whether the frame was sent to a group of stations
     */
    void onPacket(int frame, long at, int available, boolean isLinkGroup, long nowNs) {
        counters.increment(Counter.IPV4_RECEIVED);
        if (available < HEADER) {
            drop(frame, Counter.IPV4_TRUNCATED);
            return;
        }
        long address = frames.address(at);
        long first = Direct.u64(address, 0);
        long second = Direct.u64(address, 8);
        int destination = Direct.u32(address, 16);
        int totalLength = (int) (first >>> 32) & 0xffff;
        boolean isPlain =
                first >>> 56 == VERSION_4_NO_OPTIONS
                        && (first & FRAGMENT_BITS) == 0
                        && totalLength >= HEADER
                        && totalLength <= available
                        && isIntact(first, second, destination)
                        && addresses.isPrimary(destination)
                        && !isLinkGroup
                        && isPlainSource((int) second);
        setInfo(first, second, destination);
        if (isPlain) {
            deliver(frame, at, HEADER, totalLength, nowNs);
        } else {
            onOther(frame, at, available, isLinkGroup, false, nowNs);
        }
    }

    /** Takes a packet from ourselves; its hold passes. */
    void onLooped(int frame, long nowNs) {
        counters.increment(Counter.IPV4_RECEIVED);
        MemorySegment memory = frames.memory();
        long at = frames.data(frame);
        setInfo(Octets.u64(memory, at), Octets.u64(memory, at + 8), Octets.u32(memory, at + 16));
        onOther(frame, at, frames.length(frame), false, true, nowNs);
    }

    /** Whether the header checksum is right, for a header without options. */
    private static boolean isIntact(long first, long second, int destination) {
        return Ipv4Output.checksum(first, second, destination & LOW_32) == 0;
    }

    /** Whether one other host may have this source address (RFC 1122 §3.2.1.3). */
    private boolean isPlainSource(int source) {
        return !LocalAddresses.isMartianSource(source) && addresses.isForeign(source);
    }

    private void setInfo(long first, long second, int destination) {
        info.sourceHigh = PacketInfo.IPV4_HIGH;
        info.sourceLow = PacketInfo.IPV4_LOW | (second & LOW_32);
        info.destinationHigh = PacketInfo.IPV4_HIGH;
        info.destinationLow = PacketInfo.IPV4_LOW | (destination & LOW_32);
        info.protocol = (int) (second >>> 48) & 0xff;
        info.hopLimit = (int) (second >>> 56);
        info.trafficClass = (int) (first >>> 48) & 0xff;
        info.dontFragment = (first & Ipv4Output.DONT_FRAGMENT) != 0;
        info.hint = 0;
        info.isMulticast = false;
    }

    /** Everything that is not plain, in the order of RFC 1122 §3.2.1. */
    private void onOther(
            int frame, long at, int available, boolean isLinkGroup, boolean isLooped, long nowNs) {
        MemorySegment memory = frames.memory();
        int versionAndLength = Octets.u8(memory, at);
        int headerLength = (versionAndLength & 15) * 4;
        int totalLength = Octets.u16(memory, at + 2);
        if (versionAndLength >>> 4 != 4) {
            drop(frame, Counter.IPV4_BAD_VERSION);
        } else if (headerLength < HEADER || headerLength > totalLength) {
            drop(frame, Counter.IPV4_BAD_HEADER_LENGTH);
        } else if (totalLength > available) {
            drop(frame, Counter.IPV4_TRUNCATED);
        } else if (!Checksum.isIntact(Checksum.sum(memory, at, headerLength, 0))) {
            drop(frame, Counter.IPV4_BAD_CHECKSUM);
        } else if (!isAddressedToUs(frame, isLinkGroup, isLooped)
                || !areOptionsFine(frame, at, headerLength)) {
            return;
        } else if ((Octets.u16(memory, at + 6) & FRAGMENT_BITS) != 0) {
            onFragment(frame, at, headerLength, totalLength, nowNs);
        } else {
            deliver(frame, at, headerLength, totalLength, nowNs);
        }
    }

    /** Checks both addresses (RFC 1122 §3.2.1.3, §3.3.6); counts and drops what is not for us. */
    private boolean isAddressedToUs(int frame, boolean isLinkGroup, boolean isLooped) {
        int destination = (int) info.destinationLow;
        int source = (int) info.sourceLow;
        boolean isBroadcast = addresses.isBroadcast(destination);
        boolean isMulticast = destination >>> 28 == 14;
        info.isMulticast = isBroadcast || isMulticast || isLinkGroup;
        if (isLooped) {
            return true;
        }
        if (LocalAddresses.isMartianSource(source)
                || addresses.find(0, info.sourceLow) >= 0
                || addresses.isBroadcast(source)
                || addresses.isLoopback(0, info.sourceLow)
                || destination >>> 24 == 127
                || destination == 0
                // A frame for a group of stations holds a packet for a group of hosts (§3.3.6).
                || (isLinkGroup && !isBroadcast && !isMulticast)) {
            drop(frame, Counter.IPV4_BAD_ADDRESS);
            return false;
        }
        boolean isOurs =
                addresses.isOurs(0, info.destinationLow)
                        || (isBroadcast && addresses.hasIpv4())
                        || (isMulticast && addresses.isMember(0, info.destinationLow));
        if (!isOurs) {
            drop(frame, Counter.IPV4_NOT_OURS);
        }
        return isOurs;
    }

    /** Steps over options; a source route makes the packet unwelcome (RFC 7126 §4.3, §4.4). */
    private boolean areOptionsFine(int frame, long at, int headerLength) {
        if (headerLength == HEADER) {
            return true;
        }
        Counter fault = Ipv4OptionCheck.fault(frames.memory(), at + HEADER, headerLength - HEADER);
        if (fault == null) {
            return true;
        }
        drop(frame, fault);
        return false;
    }

    private void onFragment(int frame, long at, int headerLength, int totalLength, long nowNs) {
        int word = Octets.u32(frames.memory(), at + 4);
        place(frame, at, headerLength, totalLength);
        int whole =
                reassembly.add(
                        frame,
                        info,
                        word >>> 16,
                        (word & OFFSET_BITS) * OFFSET_UNIT,
                        (word & Ipv4Output.MORE_FRAGMENTS) != 0,
                        nowNs);
        if (whole != FramePool.NONE && !strays.take(whole, info)) {
            dispatch(whole, nowNs);
        }
    }

    private void deliver(int frame, long at, int headerLength, int totalLength, long nowNs) {
        place(frame, at, headerLength, totalLength);
        dispatch(frame, nowNs);
    }

    /** Makes the frame's octets the payload, without header and padding. */
    private void place(int frame, long at, int headerLength, int totalLength) {
        frames.range(
                frame, (int) (at - frames.slot(frame)) + headerLength, totalLength - headerLength);
        info.networkHeaderLength = headerLength;
    }

    private void dispatch(int frame, long nowNs) {
        if (transports.deliver(frame, info, nowNs)) {
            return;
        }
        if (info.protocol == IpProtocol.ICMP) {
            icmp.onPacket(frame, info, nowNs);
        } else {
            counters.increment(Counter.IPV4_UNKNOWN_PROTOCOL);
            icmp.rejectProtocol(frame, info, nowNs);
            frames.release(frame);
        }
    }

    private void drop(int frame, Counter reason) {
        counters.increment(reason);
        frames.release(frame);
    }
}
