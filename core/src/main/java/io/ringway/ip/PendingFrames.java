package io.ringway.ip;

import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.memory.FrameBatch;
import io.ringway.memory.FrameList;
import io.ringway.memory.FramePool;
import io.ringway.memory.Octets;

/**
 * What input and timers noted to be sent: input never sends, so answers, requests, fragments and
 * packets that waited for a neighbour stand in this queue until the output step.
 *
 * <p>A frame in it is either an IP packet, whose way is looked up when it leaves, or a whole
 * Ethernet frame.
 */
final class PendingFrames {
    private final FramePool frames;
    private final Counters counters;
    private final int limit;
    private final FrameList waiting;

    PendingFrames(FramePool frames, Counters counters, int limit) {
        this.frames = frames;
        this.counters = counters;
        this.limit = limit;
        this.waiting = new FrameList(frames);
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    int room() {
        return limit - waiting.count();
    }

    /** Takes an IP packet; its hold passes. */
    void addPacket(int frame) {
        add(frame, 0);
    }

    /** Takes a frame complete with its Ethernet header; its hold passes. */
    void addFrame(int frame) {
        add(frame, 1);
    }

    private void add(int frame, int isWhole) {
        if (waiting.count() == limit) {
            counters.increment(Counter.IP_OUTPUT_FULL);
            frames.release(frame);
            return;
        }
        Octets.putNative32(frames.memory(), frames.scratch(frame), isWhole);
        waiting.add(frame);
    }

    /** Moves frames to the output, oldest first, while it has room; returns how many. */
    int drain(FrameBatch out, LinkOutput link, int most, long nowNs) {
        int sent = 0;
        // A packet may come back to the end of the queue's own neighbours, so count what is here
        // now.
        int here = Math.min(waiting.count(), most);
        while (sent < here && out.room() > 0) {
            int frame = waiting.removeFirst();
            sent++;
            if (Octets.native32(frames.memory(), frames.scratch(frame)) == 1) {
                link.sendWhole(frame);
            } else {
                link.sendPacket(frame, nowNs);
            }
        }
        return sent;
    }
}
