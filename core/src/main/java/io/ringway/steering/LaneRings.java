package io.ringway.steering;

import io.ringway.memory.SpscLongRing;
import io.ringway.memory.SpscRing;

/**
 * The rings between the lanes of a stack: from each lane to each other lane one with received
 * frames, one with frames to be sent on its port queue, and one with the notes that the first one
 * announces, so that a note keeps its place among the frames.
 *
 * <p>This and the rings by which frames go home ({@link io.ringway.memory.FrameSpace}) is all that
 * lanes share.
 */
public final class LaneRings {
    private final int lanes;
    private final SpscLongRing[][] received;
    private final SpscLongRing[][] toSend;
    private final SpscRing<?>[][] notes;
    private final Runnable[] wakers;

    /**
     * @param lanes how many, 1 or more
     * @param frames that may be under way from one lane to another, each way
     */
    public LaneRings(int lanes, int frames) {
        this.lanes = lanes;
        this.received = new SpscLongRing[lanes][lanes];
        this.toSend = new SpscLongRing[lanes][lanes];
        this.notes = new SpscRing<?>[lanes][lanes];
        this.wakers = new Runnable[lanes];
        for (int to = 0; to < lanes; to++) {
            wakers[to] = () -> {};
            for (int from = 0; from < lanes; from++) {
                // A lane never writes to itself, and a ring costs little.
                received[to][from] = new SpscLongRing(from == to ? 2 : frames);
                toSend[to][from] = new SpscLongRing(from == to ? 2 : frames);
                notes[to][from] = new SpscRing<>(from == to ? 2 : frames);
            }
        }
    }

    public int laneCount() {
        return lanes;
    }

    /** Sets what ends the sleep of a lane; before any lane runs. */
    public void waker(int lane, Runnable waker) {
        wakers[lane] = waker;
    }

    SpscLongRing received(int to, int from) {
        return received[to][from];
    }

    SpscLongRing toSend(int to, int from) {
        return toSend[to][from];
    }

    @SuppressWarnings("unchecked")
    SpscRing<LaneNote> notes(int to, int from) {
        return (SpscRing<LaneNote>) notes[to][from];
    }

    /** Ends the sleep of a lane, if it sleeps. */
    void wake(int lane) {
        wakers[lane].run();
    }
}
