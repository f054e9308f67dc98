package io.ringway;

import java.util.concurrent.TimeUnit;

/** What the thread of a lane does when a cycle has found no work. By that thread only. */
final class LaneIdle {
    private static final long SHORTEST_NAP_NS = TimeUnit.MICROSECONDS.toNanos(50);
    private static final long LONGEST_NAP_NS = TimeUnit.MILLISECONDS.toNanos(4);

    private final Lane lane;
    private final IdleStrategy strategy;
    private final long maxSleepNs;

    LaneIdle(Lane lane, StackConfig config) {
        this.lane = lane;
        this.strategy = config.idle();
        this.maxSleepNs = config.lane().maxSleepNs();
    }

    /**
     * Spins for a moment, or sleeps until there is work or the lane's next deadline.
     *
     * @param idleNs how long there has been no work
     * @param mostNs the longest sleep that the caller wants
     */
    void await(long nowNs, long idleNs, long mostNs) {
        if (idleNs < strategy.spinNs()) {
            Thread.onSpinWait();
            return;
        }
        long deadlineNs = lane.nextDeadlineNs(nowNs);
        long sleepNs = deadlineNs == Long.MAX_VALUE ? maxSleepNs : deadlineNs - nowNs;
        if (!lane.doorbell().isRungByFrames()) {
            // The longer it was idle, the longer it may stay so: naps grow with the time since the
            // last work.
            sleepNs = Math.min(sleepNs, Math.clamp(idleNs / 4, SHORTEST_NAP_NS, LONGEST_NAP_NS));
        }
        sleepNs = Math.min(sleepNs, Math.min(mostNs, maxSleepNs));
        if (sleepNs > 0) {
            lane.doorbell().sleep(sleepNs);
        }
    }
}
