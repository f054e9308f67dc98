package io.ringway.port;

import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.memory.FrameBatch;
import io.ringway.memory.FramePool;
import io.ringway.memory.IntQueue;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * Frames in transit between two ends that one thread runs: they are copied once, into a frame of
 * the receiver's pool, and wait there.
 */
final class DirectTransit implements Transit {
    private final IntQueue waiting = new IntQueue(256);
    private @Nullable FramePool frames;
    private Counters counters = new Counters();
    private int reserved = FramePool.NONE;

    @Override
    public boolean hasRoom(int count, long octets) {
        return true;
    }

    @Override
    public long reserve(int length) {
        FramePool pool = attached();
        reserved =
                FramePool.RECEIVE_START + length <= FramePool.SMALL_SLOT
                        ? pool.allocate()
                        : pool.allocateLarge();
        if (reserved == FramePool.NONE) {
            counters.increment(Counter.PORT_NO_FRAME);
            return NO_ROOM;
        }
        return pool.slot(reserved) + FramePool.RECEIVE_START;
    }

    @Override
    public MemorySegment memory() {
        return attached().memory();
    }

    @Override
    public void commit(int length, long offload, long arrivalNs) {
        FramePool pool = attached();
        pool.range(reserved, FramePool.RECEIVE_START, length);
        pool.offload(reserved, offload);
        pool.stamp(reserved, arrivalNs);
        waiting.add(reserved);
        reserved = FramePool.NONE;
    }

    @Override
    public void publish() {}

    @Override
    public int count() {
        return waiting.size();
    }

    @Override
    public void attach(FramePool pool, Counters receiver) {
        frames = pool;
        counters = receiver;
    }

    @Override
    public void detach() {
        FramePool pool = attached();
        while (!waiting.isEmpty()) {
            pool.release(waiting.remove());
        }
        frames = null;
    }

    @Override
    public boolean isAttached() {
        return frames != null;
    }

    @Override
    public int receive(FrameBatch into, long nowNs) {
        int received = 0;
        FramePool pool = attached();
        for (int room = Math.min(into.room(), waiting.size()); received < room; received++) {
            if (pool.stamp(waiting.first()) > nowNs) {
                break;
            }
            into.add(waiting.remove());
        }
        return received;
    }

    @Override
    public long nextArrivalNs() {
        return waiting.isEmpty() ? Long.MAX_VALUE : attached().stamp(waiting.first());
    }

    private FramePool attached() {
        return Objects.requireNonNull(frames, "the queue is closed");
    }
}
