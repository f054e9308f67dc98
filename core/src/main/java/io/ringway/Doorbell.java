package io.ringway;

import io.ringway.steering.SteeredQueue;

import java.lang.invoke.VarHandle;

/**
 * How a lane sleeps when there is nothing to do, and how others wake it when there is.
 *
 * <p>No wake-up is lost: the lane says that it sleeps, and then looks once more whether there is
 * work; the others leave their work, and then look whether the lane sleeps. With a fence between
 * the two steps of each, one of them sees the other.
 */
final class Doorbell implements AutoCloseable {
    private final Lane lane;
    private final LaneSleeper sleeper;
    private volatile boolean isSleeping;
    private volatile boolean isKnocked;

    Doorbell(Lane lane, LaneSleeper sleeper) {
        this.lane = lane;
        this.sleeper = sleeper;
    }

    /** Sleeps until something happens, at most for {@code maxNs}. The lane only. */
    void sleep(long maxNs) {
        isSleeping = true;
        VarHandle.fullFence();
        if (!lane.hasMessages() && !isKnocked) {
            sleeper.sleep(maxNs);
        }
        isSleeping = false;
    }

    /**
     * Ends the lane's sleep if it sleeps. Any thread, after it has published what is to be seen.
     */
    void ring() {
        VarHandle.fullFence();
        if (isSleeping) {
            sleeper.wake();
        }
    }

    /**
     * The same for something that the lane knows nothing of: the next sleep ends, too, until {@link
     * #takeKnock}. Any thread.
     */
    void knock() {
        isKnocked = true;
        ring();
    }

    /** Whether there was a knock. The lane only, before it looks at what that may be about. */
    boolean takeKnock() {
        boolean was = isKnocked;
        if (was) {
            isKnocked = false;
        }
        return was;
    }

    /** Whether a frame at the port ends the lane's sleep; when not, the lane takes short naps. */
    boolean isRungByFrames() {
        SteeredQueue steered = lane.steered();
        return !(sleeper instanceof ParkingSleeper) || (steered != null && steered.isFedByLanes());
    }

    @Override
    public void close() {
        sleeper.close();
    }
}
