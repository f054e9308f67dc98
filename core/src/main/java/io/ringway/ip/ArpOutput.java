package io.ringway.ip;

import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.memory.FramePool;
import io.ringway.wire.ArpPacket;
import io.ringway.wire.MacAddress;

/** Makes ARP packets (RFC 826, RFC 5227) and notes them for the output step. */
final class ArpOutput {
    private final FramePool frames;
    private final Counters counters;
    private final EthernetOutput ethernet;
    private final PendingFrames pending;
    private final boolean isSpeaker;
    private final ArpPacket packet = new ArpPacket();

    /**
     * @param isSpeaker whether to answer and announce; another lane does when not
     */
    ArpOutput(
            FramePool frames,
            Counters counters,
            EthernetOutput ethernet,
            PendingFrames pending,
            boolean isSpeaker) {
        this.frames = frames;
        this.counters = counters;
        this.ethernet = ethernet;
        this.pending = pending;
        this.isSpeaker = isSpeaker;
    }

    /** Tells one station that the address {@code ours} is here. */
    void reply(int ours, int target, long targetMac) {
        if (isSpeaker && send(ArpPacket.REPLY, targetMac, ours, targetMac, target)) {
            counters.increment(Counter.ARP_REPLIES_SENT);
        }
    }

    /**
     * Asks who has {@code target}; at its known link address, or all when {@code mac} is not known.
     */
    void request(int ours, int target, long mac) {
        long destination = mac == NeighbourTable.UNKNOWN ? MacAddress.BROADCAST : mac;
        if (send(ArpPacket.REQUEST, destination, ours, 0, target)) {
            counters.increment(Counter.ARP_REQUESTS_SENT);
        }
    }

    /** Asks whether anybody has the address that we would like to have (RFC 5227 §2.1.1). */
    void probe(int address) {
        if (isSpeaker) {
            request(0, address, NeighbourTable.UNKNOWN);
        }
    }

    /** Tells all that the address is ours (RFC 5227 §2.3): a gratuitous request. */
    void announce(int address) {
        if (isSpeaker) {
            request(address, address, NeighbourTable.UNKNOWN);
        }
    }

    private boolean send(
            int operation, long destination, int senderIp, long targetMac, int targetIp) {
        int frame = frames.allocate();
        if (frame == FramePool.NONE) {
            counters.increment(Counter.IP_NO_FRAME);
            return false;
        }
        frames.length(frame, ArpPacket.LENGTH);
        packet.wrap(frames.memory(), frames.data(frame))
                .set(operation, ethernet.mac(), senderIp, targetMac, targetIp);
        ethernet.push(frame, destination, EthernetOutput.TYPE_ARP);
        pending.addFrame(frame);
        return true;
    }
}
