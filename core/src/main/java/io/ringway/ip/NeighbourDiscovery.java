package io.ringway.ip;

import io.ringway.layer.PacketInfo;
import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.memory.FramePool;
import io.ringway.memory.Octets;
import io.ringway.wire.Icmpv6Header;
import io.ringway.wire.IpAddress;
import io.ringway.wire.MacAddress;

import java.lang.foreign.MemorySegment;

/**
 * Takes neighbour solicitations and advertisements (RFC 4861 §7). Router advertisements and
 * redirects are counted and ignored: addresses and routes are static.
 */
final class NeighbourDiscovery {
    private static final int TARGET_HIGH = 8;
    private static final int TARGET_LOW = 16;
    private static final int FLAGS = 4;
    private static final int OPTION_UNIT = 8;

    private final FramePool frames;
    private final Counters counters;
    private final LocalAddresses addresses;
    private final RouteTable routes;
    private final Neighbours neighbours;
    private final DuplicateAddressDetection duplicates;
    private final NdpOutput output;

    /** The link-layer address option found last, or {@link NeighbourTable#UNKNOWN}. */
    private long linkAddress;

    NeighbourDiscovery(
            FramePool frames,
            Counters counters,
            LocalAddresses addresses,
            RouteTable routes,
            Neighbours neighbours,
            DuplicateAddressDetection duplicates,
            NdpOutput output) {
        this.frames = frames;
        this.counters = counters;
        this.addresses = addresses;
        this.routes = routes;
        this.neighbours = neighbours;
        this.duplicates = duplicates;
        this.output = output;
    }

    /** Takes a message whose checksum is right. Does not take the frame's hold. */
    void onMessage(int frame, PacketInfo info, int type, long nowNs) {
        MemorySegment memory = frames.memory();
        long at = frames.data(frame);
        if (type != Icmpv6Header.NEIGHBOUR_SOLICITATION
                && type != Icmpv6Header.NEIGHBOUR_ADVERTISEMENT) {
            counters.increment(Counter.NDP_IGNORED);
            return;
        }
        int option =
                type == Icmpv6Header.NEIGHBOUR_SOLICITATION
                        ? NdpOutput.SOURCE_LINK_ADDRESS
                        : NdpOutput.TARGET_LINK_ADDRESS;
        if (!isValid(memory, at, frames.length(frame), info, option)) {
            counters.increment(Counter.NDP_BAD);
            return;
        }
        long targetHigh = Octets.u64(memory, at + TARGET_HIGH);
        long targetLow = Octets.u64(memory, at + TARGET_LOW);
        if (type == Icmpv6Header.NEIGHBOUR_SOLICITATION) {
            onSolicitation(info, targetHigh, targetLow, nowNs);
        } else {
            onAdvertisement(info, Octets.u32(memory, at + FLAGS), targetHigh, targetLow, nowNs);
        }
    }

    /** What §7.1.1 and §7.1.2 have in common: hop limit, code, length, target, options. */
    private boolean isValid(
            MemorySegment memory, long at, int length, PacketInfo info, int option) {
        return info.hopLimit == NdpOutput.HOP_LIMIT
                && Octets.u8(memory, at + 1) == 0
                && length >= NdpOutput.MESSAGE
                && isUnicast(
                        Octets.u64(memory, at + TARGET_HIGH), Octets.u64(memory, at + TARGET_LOW))
                && readOptions(memory, at + NdpOutput.MESSAGE, length - NdpOutput.MESSAGE, option);
    }

    /** Not a group, and nothing of ::/64, where loopback and mapped addresses are. */
    private static boolean isUnicast(long high, long low) {
        return high != 0 && !IpAddress.isMulticast(high, low);
    }

    /** Finds the link-layer address; false when an option has no length or is cut short (§4.6). */
    private boolean readOptions(MemorySegment memory, long at, int length, int wanted) {
        linkAddress = NeighbourTable.UNKNOWN;
        int position = 0;
        while (position < length) {
            if (position + OPTION_UNIT > length) {
                return false;
            }
            long option = Octets.u64(memory, at + position);
            int octets = ((int) (option >>> 48) & 0xff) * OPTION_UNIT;
            if (octets == 0 || position + octets > length) {
                return false;
            }
            if (option >>> 56 == wanted) {
                linkAddress = option & 0xffff_ffff_ffffL;
                if (octets != OPTION_UNIT || !MacAddress.isUnicast(linkAddress)) {
                    return false;
                }
            }
            position += octets;
        }
        return true;
    }

    /** RFC 4861 §7.2.3, §7.2.4 and RFC 4862 §5.4.3. */
    private void onSolicitation(PacketInfo info, long targetHigh, long targetLow, long nowNs) {
        boolean isProbe = IpAddress.isUnspecified(info.sourceHigh, info.sourceLow);
        boolean toSolicitedNode =
                info.destinationHigh == IpAddress.solicitedNodeHigh()
                        && info.destinationLow == IpAddress.solicitedNodeLow(targetLow);
        if (isProbe && (!toSolicitedNode || linkAddress != NeighbourTable.UNKNOWN)) {
            // §7.1.1: somebody who checks an address goes to its group, and has no link address to
            // tell.
            counters.increment(Counter.NDP_BAD);
            return;
        }
        if (isProbe && duplicates.onSolicitation(targetHigh, targetLow)) {
            return;
        }
        int index = addresses.find(targetHigh, targetLow);
        if (index < 0 || !addresses.isUsable(index)) {
            counters.increment(Counter.NDP_NOT_OURS);
            return;
        }
        boolean isOnLink = routes.isOnLink(info.sourceHigh, info.sourceLow);
        if (linkAddress != NeighbourTable.UNKNOWN && isOnLink) {
            neighbours.onRequest(info.sourceHigh, info.sourceLow, linkAddress, nowNs);
        }
        if (isProbe || isOnLink) {
            // RFC 4429 §3.3: an address that is still being checked overrides nobody's entry.
            boolean isOverride = addresses.state(index) == LocalAddress.State.PREFERRED;
            output.advertise(targetHigh, targetLow, info.sourceHigh, info.sourceLow, isOverride);
        } else {
            counters.increment(Counter.NDP_BAD);
        }
    }

    /** RFC 4861 §7.2.5 and RFC 4862 §5.4.4. */
    private void onAdvertisement(
            PacketInfo info, int flags, long targetHigh, long targetLow, long nowNs) {
        boolean isSolicited = (flags & NdpOutput.SOLICITED_FLAG) != 0;
        boolean isOverride = (flags & NdpOutput.OVERRIDE_FLAG) != 0;
        if ((isSolicited && info.isMulticast)
                || IpAddress.isUnspecified(info.sourceHigh, info.sourceLow)) {
            counters.increment(Counter.NDP_BAD);
        } else if (!duplicates.onAdvertisement(targetHigh, targetLow)) {
            neighbours.onAdvertisement(
                    targetHigh, targetLow, linkAddress, isSolicited, isOverride, nowNs);
        }
    }
}
