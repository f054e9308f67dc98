package io.ringway.port;

import io.ringway.memory.Counters;
import io.ringway.memory.FrameBatch;
import io.ringway.memory.FramePool;

/**
 * A wire between two ports: what one of them receives, the other one sends, in bursts. It looks at
 * no address. To make the wire a bad one, wrap one of the ports in an {@link ImpairmentPort}.
 *
 * <p>One thread owns it and calls {@link #doWork} when a frame waits at a descriptor or the next
 * deadline has come. Anybody may read the counters.
 */
public final class Bridge implements AutoCloseable {
    private static final int BURST = 64;
    // Two bursts under way, and a good deal that a device may hold.
    private static final int SMALL_FRAMES = 1024;
    private static final int LARGE_FRAMES = 192;
    // When to offer again what a device refused that does not say when it will have room.
    private static final long RETRY_NS = 100_000;

    private final FramePool frames;
    private final Direction up;
    private final Direction down;
    private final Counters countersA = new Counters();
    private final Counters countersB = new Counters();
    private final PortQueue a;
    private final PortQueue b;

    /**
     * Opens the first queue of both ports.
     *
     * @throws PortException when one of them refuses
     */
    public Bridge(Port a, Port b) {
        this.frames = new FramePool(SMALL_FRAMES, LARGE_FRAMES);
        this.a = a.open(0, frames, countersA);
        try {
            this.b = b.open(0, frames, countersB);
        } catch (PortException refused) {
            this.a.close();
            throw refused;
        }
        this.up = new Direction(this.a, this.b);
        this.down = new Direction(this.b, this.a);
    }

    /** One way, and the frames that its far end has not taken yet. */
    private final class Direction {
        private final PortQueue from;
        private final PortQueue to;
        private final FrameBatch batch = new FrameBatch(BURST);
        private long refusedNs;

        Direction(PortQueue from, PortQueue to) {
            this.from = from;
            this.to = to;
        }

        int move(long nowNs) {
            // While the far end refuses, frames wait where they are: in the near device.
            int waiting = batch.count();
            int received = waiting == 0 ? from.receive(batch, nowNs) : 0;
            int sent = batch.count() == 0 ? 0 : to.transmit(batch, nowNs);
            refusedNs = nowNs;
            return received + sent;
        }

        long retryNs() {
            return batch.count() == 0 ? Long.MAX_VALUE : refusedNs + RETRY_NS;
        }

        void close() {
            for (int i = 0; i < batch.count(); i++) {
                frames.release(batch.get(i));
            }
            batch.clear();
        }
    }

    /**
     * Moves at most a burst each way.
     *
     * @return how much was done; 0 when nothing waited
     */
    public int doWork(long nowNs) {
        return up.move(nowNs) + down.move(nowNs);
    }

    /** When to call again though no frame comes; {@link Long#MAX_VALUE} when there is no need. */
    public long nextDeadlineNs() {
        long queues = Math.min(a.nextDeadlineNs(), b.nextDeadlineNs());
        return Math.min(queues, Math.min(up.retryNs(), down.retryNs()));
    }

    /** The descriptors that become readable when a frame waits; -1 for a port that has none. */
    public int[] pollDescriptors() {
        return new int[] {a.pollDescriptor(), b.pollDescriptor()};
    }

    /** What the first port received and sent. */
    public Counters countersA() {
        return countersA;
    }

    /** What the second port received and sent. */
    public Counters countersB() {
        return countersB;
    }

    /** Closes the queues, and drops what is still on its way; the ports are their opener's. */
    @Override
    public void close() {
        up.close();
        down.close();
        a.close();
        b.close();
        frames.close();
    }
}
