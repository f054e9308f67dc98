package io.ringway.port;

import io.ringway.memory.FrameBatch;
import io.ringway.memory.FramePool;

/** A port queue with an {@link Impairment} in each direction. */
final class ImpairmentQueue extends PortQueueDecorator {
    private static final int BURST = 64;
    // When to offer again what a device refused that does not say when it will have room.
    private static final long RETRY_NS = 100_000;

    private final FramePool frames;
    private final Impairment outbound;
    private final Impairment inbound;
    private final FrameBatch leaving = new FrameBatch(BURST);
    private final FrameBatch arriving = new FrameBatch(BURST);
    private long flushedNs;

    ImpairmentQueue(PortQueue queue, FramePool frames, Impairment outbound, Impairment inbound) {
        super(queue);
        this.frames = frames;
        this.outbound = outbound;
        this.inbound = inbound;
    }

    @Override
    public int receive(FrameBatch into, long nowNs) {
        flush(nowNs);
        if (inbound.isNone()) {
            return queue.receive(into, nowNs);
        }
        queue.receive(arriving, nowNs);
        accept(inbound, arriving, nowNs);
        return inbound.release(into, nowNs);
    }

    @Override
    public int transmit(FrameBatch from, long nowNs) {
        if (outbound.isNone()) {
            return queue.transmit(from, nowNs);
        }
        int count = from.count();
        accept(outbound, from, nowNs);
        flush(nowNs);
        return count;
    }

    private void accept(Impairment impairment, FrameBatch batch, long nowNs) {
        for (int i = 0; i < batch.count(); i++) {
            impairment.accept(batch.get(i), nowNs);
            frames.release(batch.get(i));
        }
        batch.clear();
    }

    /** Passes on what is due; what the device does not take stays for the next time. */
    private void flush(long nowNs) {
        if (outbound.isNone()) {
            return;
        }
        flushedNs = nowNs;
        do {
            outbound.release(leaving, nowNs);
            if (leaving.count() == 0) {
                return;
            }
        } while (queue.transmit(leaving, nowNs) == BURST);
    }

    @Override
    public long nextDeadlineNs() {
        long deadline = Math.min(inbound.nextDeadlineNs(), queue.nextDeadlineNs());
        if (leaving.count() == 0) {
            return Math.min(deadline, outbound.nextDeadlineNs());
        }
        return Math.min(deadline, flushedNs + RETRY_NS);
    }

    @Override
    public void close() {
        for (int i = 0; i < leaving.count(); i++) {
            frames.release(leaving.get(i));
        }
        leaving.clear();
        queue.close();
    }
}
