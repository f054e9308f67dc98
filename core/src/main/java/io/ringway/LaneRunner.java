package io.ringway;

import io.ringway.memory.Counter;

/** What a lane's thread runs: duty cycles, and the idle strategy between them. */
final class LaneRunner implements Runnable {
    private static final System.Logger LOGGER = System.getLogger("io.ringway");
    private static final long SHORTEST_NAP_NS = 50_000;
    private static final long LONGEST_NAP_NS = 4_000_000;

    private final Lane lane;
    private final Pinning pinning;
    private final IdleStrategy idle;
    private final NanoClock clock;
    private final long maxSleepNs;
    private volatile boolean isStopped;

    LaneRunner(Lane lane, StackConfig config) {
        this.lane = lane;
        this.pinning = Pinning.of(config.lanes().cores(), lane.index());
        this.idle = config.idle();
        this.clock = config.clock();
        this.maxSleepNs = config.lane().maxSleepNs();
    }

    /**
     * Waits until the thread is on its core.
     *
     * @throws RuntimeException when it cannot be there; it says why, and the lane is closed
     */
    void awaitPinned() {
        pinning.await();
    }

    /** Makes the thread close the lane and end. Any thread. */
    void stop() {
        isStopped = true;
        if (!lane.isClosed()) {
            try {
                lane.execute(() -> {});
            } catch (StackException closedMeanwhile) {
                // Then its thread has ended already.
            }
        }
    }

    @Override
    public void run() {
        try {
            if (pinning.pin()) {
                runCycles();
            }
            lane.close(clock.nanoTime());
        } catch (Throwable thrown) {
            LOGGER.log(System.Logger.Level.ERROR, lane + " failed and is lost", thrown);
            lane.closeAfterFailure();
            throw thrown;
        }
    }

    private void runCycles() {
        long nowNs = clock.nanoTime();
        long idleSinceNs = nowNs;
        while (!isStopped) {
            int work = lane.doWork(nowNs);
            long afterNs = clock.nanoTime();
            if (work != 0) {
                lane.counters().add(Counter.BUSY_NS, afterNs - nowNs);
                idleSinceNs = afterNs;
            } else {
                waitForWork(afterNs, afterNs - idleSinceNs);
                afterNs = clock.nanoTime();
                lane.counters().add(Counter.IDLE_NS, afterNs - nowNs);
            }
            nowNs = afterNs;
        }
    }

    private void waitForWork(long nowNs, long idleNs) {
        if (idleNs < idle.spinNs()) {
            Thread.onSpinWait();
            return;
        }
        long deadlineNs = lane.nextDeadlineNs(nowNs);
        long sleepNs = deadlineNs == Long.MAX_VALUE ? maxSleepNs : deadlineNs - nowNs;
        if (sleepNs <= 0) {
            return;
        }
        if (!lane.doorbell().isRungByFrames()) {
            // The longer it was idle, the longer it may stay so: naps grow with the time since the
            // last work.
            sleepNs = Math.min(sleepNs, Math.clamp(idleNs / 4, SHORTEST_NAP_NS, LONGEST_NAP_NS));
        }
        lane.doorbell().sleep(Math.min(sleepNs, maxSleepNs));
    }
}
