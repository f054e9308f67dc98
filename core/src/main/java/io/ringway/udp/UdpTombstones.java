package io.ringway.udp;

import io.ringway.layer.PacketInfo;
import io.ringway.layer.PacketSink;
import io.ringway.layer.Steering;
import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.wire.IpProtocol;

import java.util.ArrayDeque;

/**
 * What is left of a socket in the lanes that a connect has taken it away from. A socket is in every
 * lane; connected, its peer's datagrams come to one. In the others it is a tombstone for a while:
 * what is still under way there from the peer is forwarded to that lane, so that it stays in order
 * with what follows. When the tombstone expires the replica is one like any other, which takes what
 * comes to it and asks nothing.
 *
 * <p>The lane only.
 */
final class UdpTombstones {
    private final Steering steering;
    private final PacketSink sink;
    private final Counters counters;
    private final long lifeNs;
    // They all live equally long, so the first one expires first.
    private final ArrayDeque<UdpBinding> waiting = new ArrayDeque<>();

    UdpTombstones(Steering steering, PacketSink sink, Counters counters, long lifeNs) {
        this.steering = steering;
        this.sink = sink;
        this.counters = counters;
        this.lifeNs = lifeNs;
    }

    /** The socket was connected, perhaps to a peer whose datagrams go elsewhere. */
    void onConnected(UdpBinding binding, long nowNs) {
        remove(binding);
        if (steering.laneCount() > 1 && lifeNs > 0 && !isHome(binding)) {
            binding.isTombstone = true;
            binding.tombstoneEndNs = nowNs + lifeNs;
            waiting.add(binding);
            counters.increment(Counter.UDP_TOMBSTONES);
        }
    }

    private boolean isHome(UdpBinding binding) {
        return steering.isHome(
                IpProtocol.UDP,
                binding.localHigh,
                binding.localLow,
                binding.localPort,
                binding.remoteHigh,
                binding.remoteLow,
                binding.remotePort);
    }

    /** The socket is gone, or connected to nobody. */
    void remove(UdpBinding binding) {
        if (binding.isTombstone) {
            binding.isTombstone = false;
            waiting.remove(binding);
        }
    }

    /**
     * Forwards a datagram of a tombstone's peer, with the frame's hold; false when its bucket has
     * moved to this lane, which is its home now, or it is to be taken here.
     */
    boolean forward(int frame, PacketInfo info, UdpBinding binding) {
        if (sink.isLocal(info.sourceHigh, info.sourceLow)) {
            // It looped, in the lane of its sender, and so will those that follow.
            return false;
        }
        if (sink.handOver(frame, info)) {
            counters.increment(Counter.UDP_FORWARDED);
            return true;
        }
        remove(binding);
        return false;
    }

    void expire(long nowNs) {
        for (UdpBinding first = waiting.peek();
                first != null && first.tombstoneEndNs <= nowNs;
                first = waiting.peek()) {
            remove(first);
            counters.increment(Counter.UDP_TOMBSTONES_EXPIRED);
        }
    }

    /** When the first one expires, or {@link Long#MAX_VALUE}. */
    long nextDeadlineNs() {
        UdpBinding first = waiting.peek();
        return first == null ? Long.MAX_VALUE : first.tombstoneEndNs;
    }
}
