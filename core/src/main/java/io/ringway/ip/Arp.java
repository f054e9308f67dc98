package io.ringway.ip;

import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.memory.FramePool;
import io.ringway.wire.ArpPacket;
import io.ringway.wire.IpAddress;
import io.ringway.wire.MacAddress;

/**
 * ARP (RFC 826), with conflict detection (RFC 5227).
 *
 * <p>A reply changes an entry that is there and never makes one; a request to us makes one if its
 * sender is on the link.
 */
final class Arp {
    private final FramePool frames;
    private final Counters counters;
    private final long mac;
    private final LocalAddresses addresses;
    private final RouteTable routes;
    private final Neighbours neighbours;
    private final DuplicateAddressDetection duplicates;
    private final ArpOutput output;
    private final ArpPacket packet = new ArpPacket();

    Arp(
            FramePool frames,
            Counters counters,
            long mac,
            LocalAddresses addresses,
            RouteTable routes,
            Neighbours neighbours,
            DuplicateAddressDetection duplicates,
            ArpOutput output) {
        this.frames = frames;
        this.counters = counters;
        this.mac = mac;
        this.addresses = addresses;
        this.routes = routes;
        this.neighbours = neighbours;
        this.duplicates = duplicates;
        this.output = output;
    }

    /** Takes an ARP packet; its hold passes. */
    void onPacket(int frame, long at, int available, long nowNs) {
        packet.wrap(frames.memory(), at);
        if (!packet.isValid(available) || !isPlausible()) {
            counters.increment(Counter.ARP_MALFORMED);
        } else {
            counters.increment(Counter.ARP_RECEIVED);
            onValid(nowNs);
        }
        frames.release(frame);
    }

    /** The sender is one station, and one host or (a probe) none. */
    private boolean isPlausible() {
        int sender = packet.senderIp();
        boolean isRequestOrReply =
                packet.operation() == ArpPacket.REQUEST || packet.operation() == ArpPacket.REPLY;
        return isRequestOrReply
                && MacAddress.isUnicast(packet.senderMac())
                && (sender == 0 || !LocalAddresses.isMartianSource(sender))
                && !(sender != 0 && addresses.isBroadcast(sender));
    }

    private void onValid(long nowNs) {
        int sender = packet.senderIp();
        int target = packet.targetIp();
        long senderMac = packet.senderMac();
        if (senderMac == mac) {
            // Our own frame, sent back by the link.
            return;
        }
        if (duplicates.onArp(sender, target, packet.operation() == ArpPacket.REQUEST, nowNs)) {
            // RFC 5227 §2.4: a conflicting packet does not change the cache.
            return;
        }
        boolean isForUs = addresses.isOurs(0, IpAddress.ipv4Low(target));
        if (packet.operation() == ArpPacket.REPLY) {
            onReply(sender, senderMac, isForUs, nowNs);
        } else if (isForUs) {
            if (sender != 0 && routes.isOnLink(0, IpAddress.ipv4Low(sender))) {
                neighbours.onRequest(0, IpAddress.ipv4Low(sender), senderMac, nowNs);
            }
            output.reply(target, sender, senderMac);
        } else if (sender != 0) {
            // RFC 826: what others ask may still tell us a new address of somebody we know.
            neighbours.onAdvertisement(0, IpAddress.ipv4Low(sender), senderMac, false, true, nowNs);
        }
    }

    private void onReply(int sender, long senderMac, boolean isForUs, long nowNs) {
        if (sender == 0) {
            return;
        }
        long low = IpAddress.ipv4Low(sender);
        boolean isSolicited = isForUs && neighbours.isAsking(0, low);
        neighbours.onAdvertisement(0, low, senderMac, isSolicited, true, nowNs);
    }
}
