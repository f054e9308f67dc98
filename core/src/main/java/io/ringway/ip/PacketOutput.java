package io.ringway.ip;

import io.ringway.layer.PacketInfo;
import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.memory.FrameCopies;
import io.ringway.memory.FramePool;
import io.ringway.wire.IpAddress;

import java.lang.foreign.MemorySegment;

/**
 * The way down: puts the IP header in front of a transport's packet, in one go with the Ethernet
 * header when the hint still holds, and sends, queues or fragments it.
 */
final class PacketOutput {
    private static final int MAX_PACKET = 65_535;

    /** ff01::/16, whatever its flags. */
    private static final int INTERFACE_LOCAL = 0xff01;

    /** IPv4 packets of so many octets TCP does not make smaller. */
    private static final int SMALLEST = 128;

    private final FramePool frames;
    private final Counters counters;
    private final EthernetOutput ethernet;
    private final NeighbourTable table;
    private final PathMtuTable pathMtus;
    private final Ipv4Output ipv4;
    private final Ipv6Output ipv6;
    private final LinkOutput link;
    private final Fragmenter fragmenter;
    private final PendingFrames pending;

    PacketOutput(
            FramePool frames,
            Counters counters,
            EthernetOutput ethernet,
            NeighbourTable table,
            PathMtuTable pathMtus,
            Ipv4Output ipv4,
            Ipv6Output ipv6,
            LinkOutput link,
            Fragmenter fragmenter,
            PendingFrames pending) {
        this.frames = frames;
        this.counters = counters;
        this.ethernet = ethernet;
        this.table = table;
        this.pathMtus = pathMtus;
        this.ipv4 = ipv4;
        this.ipv6 = ipv6;
        this.link = link;
        this.fragmenter = fragmenter;
        this.pending = pending;
    }

    /**
     * Sends a packet whose frame begins with the transport header; leaves the hint for the next
     * one.
     */
    void send(int frame, PacketInfo info, long nowNs) {
        long mac = table.usableLink(info.hint);
        if (mac < 0 || !fitsEveryPath(frame, info)) {
            sendSlowly(frame, info, nowNs);
        } else if (info.isDestinationIpv4()) {
            sendIpv4(frame, info, mac);
        } else {
            sendIpv6(frame, info, mac);
        }
    }

    /** Whether the packet is below every MTU we know, or is a super-frame, which the port cuts. */
    private boolean fitsEveryPath(int frame, PacketInfo info) {
        return frames.length(frame) + headerLength(info) <= pathMtus.lowest()
                || frames.segmentation(frame) != FramePool.SEGMENTATION_NONE;
    }

    private static int headerLength(PacketInfo info) {
        return info.isDestinationIpv4() ? Ipv4Output.HEADER : Ipv6Output.HEADER;
    }

    private void sendIpv4(int frame, PacketInfo info, long mac) {
        MemorySegment memory = frames.memory();
        int totalLength = frames.length(frame) + Ipv4Output.HEADER;
        int linkLength = ethernet.headerLength();
        long at = frames.push(frame, Ipv4Output.HEADER + linkLength);
        ethernet.write(memory, at, mac, EthernetOutput.TYPE_IPV4);
        ipv4.write(memory, at + linkLength, info, totalLength);
        EthernetOutput.shiftChecksum(frames, frame, Ipv4Output.HEADER + linkLength);
        ethernet.append(frame);
        counters.increment(Counter.IPV4_SENT);
    }

    private void sendIpv6(int frame, PacketInfo info, long mac) {
        MemorySegment memory = frames.memory();
        int payloadLength = frames.length(frame);
        int linkLength = ethernet.headerLength();
        long at = frames.push(frame, Ipv6Output.HEADER + linkLength);
        long header = at + linkLength;
        ethernet.write(memory, at, mac, EthernetOutput.TYPE_IPV6);
        ipv6.write(memory, header, info, payloadLength, info.protocol, header + Ipv6Output.HEADER);
        EthernetOutput.shiftChecksum(frames, frame, Ipv6Output.HEADER + linkLength);
        ethernet.append(frame);
        counters.increment(Counter.IPV6_SENT);
    }

    private void sendSlowly(int frame, PacketInfo info, long nowNs) {
        if (info.isHeardHere && link.isHeardHere(info.destinationHigh, info.destinationLow)) {
            giveBack(frame, info);
        }
        if (staysHere(info)) {
            frames.release(frame);
            return;
        }
        if (isMartian(info)) {
            counters.increment(Counter.IP_NO_ROUTE);
            frames.release(frame);
            return;
        }
        if (!fits(frame, info)) {
            sendTooBig(frame, info);
            return;
        }
        pushHeader(frame, info);
        info.hint = link.send(frame, info.destinationHigh, info.destinationLow, nowNs);
    }

    /** Lets who listens on this stack have a copy (RFC 1112 §6.1). */
    private void giveBack(int frame, PacketInfo info) {
        int copy = FrameCopies.copy(frames, frame);
        if (copy == FramePool.NONE) {
            counters.increment(Counter.IP_NO_FRAME);
            return;
        }
        pushHeader(copy, info);
        link.sendBack(copy);
    }

    /**
     * Whether a packet to a group goes no further: that is asked for, it comes from a loopback
     * address, or the group is one of ourselves only (RFC 4291 §2.7, scope 1).
     */
    private boolean staysHere(PacketInfo info) {
        return link.isGroup(info.destinationHigh, info.destinationLow)
                && (info.staysHere
                        || link.isLoopback(info.sourceHigh, info.sourceLow)
                        || (info.destinationHigh >>> 48 & 0xff0f) == INTERFACE_LOCAL);
    }

    /** A loopback address is nobody's outside (RFC 1122 §3.2.1.3, RFC 4291 §2.5.3). */
    private boolean isMartian(PacketInfo info) {
        return link.isLoopback(info.sourceHigh, info.sourceLow)
                && !link.isLocal(info.destinationHigh, info.destinationLow);
    }

    /**
     * Sends later, in the output step: for answers that input makes. The same as {@link #send}
     * otherwise.
     */
    void defer(int frame, PacketInfo info) {
        if (!fits(frame, info)) {
            sendTooBig(frame, info);
            return;
        }
        pushHeader(frame, info);
        pending.addPacket(frame);
    }

    private boolean fits(int frame, PacketInfo info) {
        int length = frames.length(frame) + headerLength(info);
        return isPacket(frame, info)
                && (length <= most(info, length)
                        || frames.segmentation(frame) != FramePool.SEGMENTATION_NONE
                        || link.isLocal(info.destinationHigh, info.destinationLow));
    }

    /** Whether a length field holds it: IPv6 does not count its own header (RFC 8200 §3). */
    private boolean isPacket(int frame, PacketInfo info) {
        int counted = info.isDestinationIpv4() ? Ipv4Output.HEADER : 0;
        return frames.length(frame) + counted <= MAX_PACKET;
    }

    /**
     * Octets of the largest packet that goes out whole. Who forbids fragments watches the path
     * himself: his probes may be larger than what is known of it (RFC 4821 §5.2). On a path that is
     * narrower than the smallest he sends, those go in fragments all the same.
     */
    private int most(PacketInfo info, int length) {
        return isNeverCut(info, length)
                ? pathMtus.linkMtu()
                : pathMtus.get(info.destinationHigh, info.destinationLow);
    }

    private static boolean isNeverCut(PacketInfo info, int length) {
        return info.dontFragment && (length > SMALLEST || !info.isDestinationIpv4());
    }

    private void sendTooBig(int frame, PacketInfo info) {
        int length = frames.length(frame) + headerLength(info);
        if (!isPacket(frame, info) || isNeverCut(info, length)) {
            counters.increment(Counter.IP_TOO_BIG);
            frames.release(frame);
            return;
        }
        fragmenter.fragment(frame, info, pathMtus.get(info.destinationHigh, info.destinationLow));
    }

    private void pushHeader(int frame, PacketInfo info) {
        MemorySegment memory = frames.memory();
        int length = frames.length(frame);
        if (IpAddress.isMulticast(info.destinationHigh, info.destinationLow)
                && info.hopLimit == 0) {
            // RFC 1112 §6.1: multicast stays on the link unless somebody asks for more.
            info.hopLimit = 1;
        }
        if (info.isDestinationIpv4()) {
            ipv4.write(
                    memory,
                    frames.push(frame, Ipv4Output.HEADER),
                    info,
                    length + Ipv4Output.HEADER);
            EthernetOutput.shiftChecksum(frames, frame, Ipv4Output.HEADER);
            counters.increment(Counter.IPV4_SENT);
        } else {
            long transport = frames.data(frame);
            ipv6.write(
                    memory,
                    frames.push(frame, Ipv6Output.HEADER),
                    info,
                    length,
                    info.protocol,
                    transport);
            EthernetOutput.shiftChecksum(frames, frame, Ipv6Output.HEADER);
            counters.increment(Counter.IPV6_SENT);
        }
    }
}
