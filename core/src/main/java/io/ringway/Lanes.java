package io.ringway;

import io.ringway.layer.PacketInfo;
import io.ringway.memory.Counters;
import io.ringway.memory.FramePool;
import io.ringway.memory.FrameSpace;
import io.ringway.port.Port;
import io.ringway.port.PortQueue;
import io.ringway.steering.FrameClassifier;
import io.ringway.steering.IndirectionTable;
import io.ringway.steering.LaneRings;
import io.ringway.steering.SteeredQueue;
import io.ringway.wire.Endpoint;
import io.ringway.wire.IpProtocol;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/**
 * Opens the lanes of a stack over one port. A port's queues are dealt to the lanes in turn; lanes
 * that get none receive and send through those that have.
 */
final class Lanes implements AutoCloseable {
    private final StackConfig config;
    private final Port port;
    private final FrameSpace frames;
    private final int owners;
    private final List<Lane> lanes = new ArrayList<>();

    /** Opens a lane's queue or queues. */
    @FunctionalInterface
    interface QueueOpener {
        PortQueue open(FramePool frames, Counters counters);
    }

    /**
     * @param seed what all randomness of the stack comes from
     */
    Lanes(StackConfig config, Port port, long seed) {
        this.config = config;
        this.port = port;
        int count = config.lanes().count();
        this.owners = Math.min(count, port.queueCount());
        this.frames =
                new FrameSpace(
                        count,
                        config.smallFrameCount(),
                        config.largeFrameCount(port.capabilities()));
        try {
            if (count == 1 && port.queueCount() == 1) {
                add(seed, (pool, counters) -> port.open(0, pool, counters));
            } else {
                openSteered(count, seed);
            }
        } catch (RuntimeException refused) {
            lanes.forEach(lane -> lane.close(config.clock().nanoTime()));
            frames.close();
            throw refused;
        }
    }

    private void add(long seed, QueueOpener opener) {
        int index = lanes.size();
        lanes.add(new Lane(index, config, port, seed, frames.pool(index), opener));
    }

    private void openSteered(int count, long seed) {
        LaneRings rings = new LaneRings(count, config.lanes().ringFrames());
        var table = new IndirectionTable(config.lanes().buckets(), count);
        for (int lane = 0; lane < count; lane++) {
            int index = lane;
            add(
                    seed,
                    (pool, counters) ->
                            new SteeredQueue(
                                    index,
                                    rings,
                                    table.copy(),
                                    classifier(pool),
                                    pool,
                                    counters,
                                    openQueues(index, count, pool, counters),
                                    index % owners,
                                    Math.max(2, config.lane().receiveBurst())));
            rings.waker(lane, lanes.get(lane).doorbell()::ring);
        }
    }

    private FrameClassifier classifier(FramePool pool) {
        LanesConfig dealt = config.lanes();
        return new FrameClassifier(pool, dealt.hash(), dealt.buckets(), dealt.isUdpByPort());
    }

    private List<PortQueue> openQueues(int lane, int count, FramePool pool, Counters counters) {
        List<PortQueue> queues = new ArrayList<>();
        try {
            for (int queue = lane; queue < port.queueCount(); queue += count) {
                queues.add(port.open(queue, pool, counters));
            }
        } catch (RuntimeException refused) {
            queues.forEach(PortQueue::close);
            throw refused;
        }
        return queues;
    }

    /**
     * The lane to which the replies of a connection come that is opened from {@code lane}: that
     * one, unless the caller insists on a local port. On that lane.
     */
    static int home(Lane lane, @Nullable Endpoint local, Endpoint remote) {
        SteeredQueue steered = lane.steered();
        if (steered == null || local == null || local.port() == 0) {
            return lane.index();
        }
        PacketInfo info = new PacketInfo();
        info.sourceHigh = local.address().high();
        info.sourceLow = local.address().low();
        info.destinationHigh = remote.address().high();
        info.destinationLow = remote.address().low();
        if (local.address().isUnspecified() && !lane.ip().chooseSource(info)) {
            // Whoever opens it finds out the same, and says so.
            return lane.index();
        }
        int bucket =
                steered.bucket(
                        IpProtocol.TCP,
                        info.sourceHigh,
                        info.sourceLow,
                        local.port(),
                        info.destinationHigh,
                        info.destinationLow,
                        remote.port());
        return steered.table().lane(bucket);
    }

    /** The lanes, by their numbers. */
    List<Lane> all() {
        return List.copyOf(lanes);
    }

    /**
     * How many lanes, the first ones, have a queue of the port. The others are stopped before them,
     * because they send through them.
     */
    int owners() {
        return owners;
    }

    /** Frees the frames of all lanes. After the last of them was closed. */
    @Override
    public void close() {
        frames.close();
    }
}
