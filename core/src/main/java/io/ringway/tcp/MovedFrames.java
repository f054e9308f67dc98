package io.ringway.tcp;

import io.ringway.memory.FramePool;
import io.ringway.tcp.MovedFlows.Moved;

/**
 * Hands the frames of a connection over that moves from lane to lane: those that wait to be sent,
 * those that wait to be read, and those that came before their turn.
 */
final class MovedFrames {
    private final FramePool frames;
    private final Reassembly reassembly;

    MovedFrames(FramePool frames, Reassembly reassembly) {
        this.frames = frames;
        this.reassembly = reassembly;
    }

    /** The connection leaves this lane, which touches none of its frames any more. */
    void leave(Moved moved) {
        handOver(moved.receiveHead);
        Flight flight = moved.flight;
        if (flight != null) {
            handOver(flight.queueHead);
            for (int run = flight.outOfOrderRuns[0]; run != FramePool.NONE; ) {
                int following = reassembly.after(flight, run);
                handOver(run);
                run = following;
            }
        }
    }

    private void handOver(int first) {
        for (int frame = first; frame != FramePool.NONE; ) {
            int following = frames.next(frame);
            frames.handOver(frame);
            frame = following;
        }
    }

    /** The connection has come to this lane. */
    void arrive(Moved moved) {
        takeOver(moved.receiveHead);
        Flight flight = moved.flight;
        if (flight != null) {
            takeOver(flight.queueHead);
            for (int run = flight.outOfOrderRuns[0];
                    run != FramePool.NONE;
                    run = reassembly.after(flight, run)) {
                takeOver(run);
            }
        }
    }

    private void takeOver(int first) {
        for (int frame = first; frame != FramePool.NONE; frame = frames.next(frame)) {
            frames.takeOver(frame);
        }
    }
}
