package io.ringway.ip;

import io.ringway.layer.PacketInfo;
import io.ringway.layer.Steering;
import io.ringway.memory.FramePool;
import io.ringway.memory.Octets;
import io.ringway.wire.Icmpv4Header;
import io.ringway.wire.Icmpv6Header;
import io.ringway.wire.IpProtocol;

/**
 * Gives packets to the lane of their flow that came to this one because their ports could not be
 * seen from outside: they were in fragments, or behind extension headers.
 */
final class StrayPackets {
    private static final int PORTS = 4;

    private final FramePool frames;
    private final EthernetOutput ethernet;
    private final Steering steering;

    StrayPackets(FramePool frames, EthernetOutput ethernet, Steering steering) {
        this.frames = frames;
        this.ethernet = ethernet;
        this.steering = steering;
    }

    /**
     * Takes the packet if it is another lane's, with the frame's hold. Its data begins at the
     * transport header, and the IP header lies in front of it.
     */
    boolean take(int frame, PacketInfo info) {
        if (isForSpeaker(frame, info)) {
            asArrived(frame, info);
            steering.handToSpeaker(frame);
            return true;
        }
        boolean hasPorts = info.protocol == IpProtocol.TCP || info.protocol == IpProtocol.UDP;
        if (steering.laneCount() == 1 || !hasPorts || frames.length(frame) < PORTS) {
            return false;
        }
        int ports = Octets.u32(frames.memory(), frames.data(frame));
        int remotePort = ports >>> 16;
        int localPort = ports & 0xffff;
        if (steering.isHome(
                info.protocol,
                info.destinationHigh,
                info.destinationLow,
                localPort,
                info.sourceHigh,
                info.sourceLow,
                remotePort)) {
            return false;
        }
        asArrived(frame, info);
        steering.handOver(
                frame,
                info.protocol,
                info.destinationHigh,
                info.destinationLow,
                localPort,
                info.sourceHigh,
                info.sourceLow,
                remotePort);
        return true;
    }

    /** Whether it answers a ping, which the speaker has sent, or is about groups. */
    private boolean isForSpeaker(int frame, PacketInfo info) {
        if (steering.isSpeaker() || frames.length(frame) < PORTS) {
            return false;
        }
        int type = Octets.u8(frames.memory(), frames.data(frame));
        return info.protocol == IpProtocol.ICMP
                ? type == Icmpv4Header.ECHO_REPLY
                : info.protocol == IpProtocol.ICMPV6
                        && (type == Icmpv6Header.ECHO_REPLY
                                || type == Icmpv6Header.MLD_QUERY
                                || type == Icmpv6Header.MLD_REPORT);
    }

    /** With its headers in front again: from ourselves to ourselves, as if it had just arrived. */
    private void asArrived(int frame, PacketInfo info) {
        frames.push(frame, info.networkHeaderLength);
        int type = info.isIpv4() ? EthernetOutput.TYPE_IPV4 : EthernetOutput.TYPE_IPV6;
        ethernet.push(frame, ethernet.mac(), type);
    }
}
