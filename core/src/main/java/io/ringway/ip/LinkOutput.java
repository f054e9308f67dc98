package io.ringway.ip;

import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.memory.FramePool;
import io.ringway.memory.Octets;
import io.ringway.wire.IpAddress;
import io.ringway.wire.MacAddress;

import java.lang.foreign.MemorySegment;

/**
 * The way of a whole IP packet to the link: route, neighbour, Ethernet. Packets without a valid
 * hint come here.
 *
 * <p>Packets for ourselves turn round here (RFC 1122 §3.3.1.1) and packets for a silent neighbour
 * wait.
 */
final class LinkOutput {
    private final FramePool frames;
    private final Counters counters;
    private final EthernetOutput ethernet;
    private final LocalAddresses addresses;
    private final RouteTable routes;
    private final NeighbourTable table;
    private final Neighbours neighbours;
    private final PendingFrames pending;
    private final LoopbackQueue loopback;

    LinkOutput(
            FramePool frames,
            Counters counters,
            EthernetOutput ethernet,
            LocalAddresses addresses,
            RouteTable routes,
            NeighbourTable table,
            Neighbours neighbours,
            PendingFrames pending,
            LoopbackQueue loopback) {
        this.frames = frames;
        this.counters = counters;
        this.ethernet = ethernet;
        this.addresses = addresses;
        this.routes = routes;
        this.table = table;
        this.neighbours = neighbours;
        this.pending = pending;
        this.loopback = loopback;
    }

    /** Appends a frame that has its Ethernet header already. */
    void sendWhole(int frame) {
        ethernet.append(frame);
    }

    /** Sends a packet whose destination stands in its header. */
    void sendPacket(int frame, long nowNs) {
        MemorySegment memory = frames.memory();
        long at = frames.data(frame);
        if (Octets.u8(memory, at) >>> 4 == 4) {
            send(frame, 0, IpAddress.ipv4Low(Octets.u32(memory, at + 16)), nowNs);
        } else {
            send(frame, Octets.u64(memory, at + 24), Octets.u64(memory, at + 32), nowNs);
        }
    }

    /** Sends a packet, and returns the hint for the next one to the same destination, or 0. */
    int send(int frame, long high, long low, long nowNs) {
        if (isLocal(high, low)) {
            loopback.add(frame);
            return 0;
        }
        boolean isIpv4 = IpAddress.isIpv4(high, low);
        int type = isIpv4 ? EthernetOutput.TYPE_IPV4 : EthernetOutput.TYPE_IPV6;
        long group = groupMac(isIpv4, high, low);
        if (group != 0) {
            transmit(frame, group, type);
            return 0;
        }
        if (IpAddress.isUnspecified(high, low)
                || IpAddress.isLoopback(high, low)
                || !routes.lookUp(high, low)) {
            counters.increment(Counter.IP_NO_ROUTE);
            frames.release(frame);
            return 0;
        }
        int slot = neighbours.slotFor(routes.nextHopHigh(), routes.nextHopLow(), nowNs);
        long mac = neighbours.linkForSending(slot, nowNs);
        if (mac == NeighbourTable.UNKNOWN) {
            neighbours.enqueue(slot, frame, nowNs);
        } else {
            transmit(frame, mac, type);
        }
        return table.hint(slot);
    }

    /** Whether somebody on this stack may listen to this group, or to everybody. */
    boolean isHeardHere(long high, long low) {
        return IpAddress.isMulticast(high, low)
                ? addresses.isMember(high, low)
                : IpAddress.isIpv4(high, low) && addresses.isBroadcast((int) low);
    }

    /** Whether this is a multicast or a broadcast address. */
    boolean isGroup(long high, long low) {
        return groupMac(IpAddress.isIpv4(high, low), high, low) != 0;
    }

    /** Gives a packet to ourselves, whatever its destination. */
    void sendBack(int frame) {
        loopback.add(frame);
    }

    /** Whether it is an address of ours that nobody outside knows us by. */
    boolean isLoopback(long high, long low) {
        return addresses.isLoopback(high, low);
    }

    boolean isLocal(long high, long low) {
        return addresses.isOurs(high, low) || addresses.isLoopback(high, low);
    }

    /**
     * The link address of a broadcast or multicast destination, or 0 (RFC 1122 §2.3.3, RFC 1112
     * §6.4, RFC 2464 §7).
     */
    private long groupMac(boolean isIpv4, long high, long low) {
        if (IpAddress.isMulticast(high, low)) {
            return isIpv4 ? MacAddress.ofIpv4Multicast((int) low) : MacAddress.ofIpv6Multicast(low);
        }
        return isIpv4 && addresses.isBroadcast((int) low) ? MacAddress.BROADCAST : 0;
    }

    private void transmit(int frame, long mac, int type) {
        if (ethernet.room() == 0) {
            pending.addPacket(frame);
            return;
        }
        ethernet.push(frame, mac, type);
        ethernet.append(frame);
    }
}
