package io.ringway.ip;

import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.memory.FrameCopies;
import io.ringway.memory.FrameList;
import io.ringway.memory.FramePool;

/** Packets from us to us, until the next time that input is processed: they never meet the port. */
final class LoopbackQueue {
    private final FramePool frames;
    private final Counters counters;
    private final int limit;
    private final FrameList waiting;

    LoopbackQueue(FramePool frames, Counters counters, int limit) {
        this.frames = frames;
        this.counters = counters;
        this.limit = limit;
        this.waiting = new FrameList(frames);
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    int count() {
        return waiting.count();
    }

    /** Takes an IP packet; its hold passes. */
    void add(int sent) {
        if (waiting.count() == limit) {
            counters.increment(Counter.IP_OUTPUT_FULL);
            frames.release(sent);
            return;
        }
        // TCP holds what it sends until it is acknowledged, and here the receiver wants it too.
        int frame = FrameCopies.exclusive(frames, sent);
        if (frame == FramePool.NONE) {
            counters.increment(Counter.IP_NO_FRAME);
            return;
        }
        counters.increment(Counter.IP_LOOPED);
        waiting.add(frame);
    }

    /** Takes out the oldest packet; only when there is one. */
    int remove() {
        return waiting.removeFirst();
    }
}
