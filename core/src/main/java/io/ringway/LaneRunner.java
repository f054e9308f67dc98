package io.ringway;

import io.ringway.memory.Counter;

/** What a lane's thread runs: duty cycles, and the idle strategy between them. */
final class LaneRunner implements Runnable {
    private static final System.Logger LOGGER = System.getLogger("io.ringway");

    private final Lane lane;
    private final Pinning pinning;
    private final LaneIdle idle;
    private final NanoClock clock;
    private volatile boolean isStopped;

    LaneRunner(Lane lane, StackConfig config) {
        this.lane = lane;
        this.pinning = Pinning.of(config.lanes().cores(), lane.index());
        this.idle = new LaneIdle(lane, config);
        this.clock = config.clock();
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
                idle.await(afterNs, afterNs - idleSinceNs, Long.MAX_VALUE);
                afterNs = clock.nanoTime();
                lane.counters().add(Counter.IDLE_NS, afterNs - nowNs);
            }
            nowNs = afterNs;
        }
    }
}
