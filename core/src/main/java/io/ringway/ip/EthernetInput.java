package io.ringway.ip;

import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.memory.Direct;
import io.ringway.memory.FramePool;
import io.ringway.memory.Octets;
import io.ringway.wire.MacAddress;

/**
 * Takes frames from the port: address filter, VLAN, and the choice of the protocol by type (IEEE
 * 802.3, 802.1Q).
 */
final class EthernetInput {
    private static final int HEADER = EthernetOutput.HEADER;
    private static final int TAG = 4;

    /** The group bit of the source address, in a word that begins with it. */
    private static final long SOURCE_GROUP_BIT = 1L << 56;

    private final FramePool frames;
    private final Counters counters;
    private final LocalAddresses addresses;
    private final Ipv4Input ipv4;
    private final Ipv6Input ipv6;
    private final Arp arp;
    private final long mac;
    private final int vlan;

    EthernetInput(
            FramePool frames,
            Counters counters,
            LocalAddresses addresses,
            Ipv4Input ipv4,
            Ipv6Input ipv6,
            Arp arp,
            long mac,
            int vlan) {
        this.frames = frames;
        this.counters = counters;
        this.addresses = addresses;
        this.ipv4 = ipv4;
        this.ipv6 = ipv6;
        this.arp = arp;
        this.mac = mac;
        this.vlan = vlan;
    }

    /** Takes a frame; its hold passes. */
    void onFrame(int frame, long nowNs) {
        int length = frames.length(frame);
        if (length < HEADER) {
            drop(frame, Counter.ETHERNET_TRUNCATED);
            return;
        }
        long at = frames.data(frame);
        long address = frames.address(at);
        long destination = Direct.u64(address, 0) >>> 16;
        long sourceAndType = Direct.u64(address, 6);
        int type = (int) sourceAndType & 0xffff;
        boolean isPlain =
                destination == mac && (sourceAndType & SOURCE_GROUP_BIT) == 0 && vlan == 0;
        if (isPlain && type == EthernetOutput.TYPE_IPV4) {
            ipv4.onPacket(frame, at + HEADER, length - HEADER, false, nowNs);
        } else if (isPlain && type == EthernetOutput.TYPE_IPV6) {
            ipv6.onPacket(frame, at + HEADER, length - HEADER, false, nowNs);
        } else {
            onOther(frame, destination, sourceAndType, nowNs);
        }
    }

    private void onOther(int frame, long destination, long sourceAndType, long nowNs) {
        boolean isGroup = MacAddress.isMulticast(destination);
        if (destination != mac && !(isGroup && addresses.acceptsGroup(destination))) {
            drop(frame, Counter.ETHERNET_NOT_OURS);
        } else if ((sourceAndType & SOURCE_GROUP_BIT) != 0) {
            drop(frame, Counter.ETHERNET_BAD_SOURCE);
        } else {
            int type = (int) sourceAndType & 0xffff;
            if (type == EthernetOutput.TYPE_VLAN) {
                onTagged(frame, isGroup, nowNs);
            } else if (vlan != 0) {
                drop(frame, Counter.VLAN_NOT_OURS);
            } else {
                dispatch(frame, HEADER, type, isGroup, nowNs);
            }
        }
    }

    /**
     * Tagged for our VLAN; a tag with VLAN 0 carries a priority only, and counts as none (IEEE
     * 802.1Q §9.6).
     */
    private void onTagged(int frame, boolean isGroup, long nowNs) {
        if (frames.length(frame) < HEADER + TAG) {
            drop(frame, Counter.ETHERNET_TRUNCATED);
            return;
        }
        int tagAndType = Octets.u32(frames.memory(), frames.data(frame) + HEADER);
        int identifier = tagAndType >>> 16 & 0xfff;
        if (identifier != vlan) {
            drop(frame, Counter.VLAN_NOT_OURS);
        } else {
            dispatch(frame, HEADER + TAG, tagAndType & 0xffff, isGroup, nowNs);
        }
    }

    private void dispatch(int frame, int header, int type, boolean isGroup, long nowNs) {
        long at = frames.data(frame) + header;
        int available = frames.length(frame) - header;
        switch (type) {
            case EthernetOutput.TYPE_IPV4 -> ipv4.onPacket(frame, at, available, isGroup, nowNs);
            case EthernetOutput.TYPE_IPV6 -> ipv6.onPacket(frame, at, available, isGroup, nowNs);
            case EthernetOutput.TYPE_ARP -> arp.onPacket(frame, at, available, nowNs);
            default -> drop(frame, Counter.ETHERNET_UNKNOWN_TYPE);
        }
    }

    private void drop(int frame, Counter reason) {
        counters.increment(reason);
        frames.release(frame);
    }
}
