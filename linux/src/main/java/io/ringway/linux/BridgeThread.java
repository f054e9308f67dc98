package io.ringway.linux;

import io.ringway.port.Bridge;

import java.util.Arrays;

/**
 * Runs a {@link Bridge} on a thread of its own, which sleeps in {@code poll(2)} while nothing is
 * due. A frame leaves within about a tenth of a millisecond of its time, as long as the machine has
 * a processor for the thread.
 */
public final class BridgeThread implements AutoCloseable {
    // A sleep and a wake-up cost about this much.
    private static final long SHORTEST_SLEEP_NS = 20_000;
    private static final long LONGEST_SLEEP_NS = 200_000_000;

    private final Bridge bridge;
    private final PollSleeper sleeper;
    private final Thread thread;
    private volatile boolean isStopped;

    private BridgeThread(Bridge bridge) {
        this.bridge = bridge;
        this.sleeper =
                new PollSleeper(
                        Arrays.stream(bridge.pollDescriptors()).filter(fd -> fd >= 0).toArray());
        this.thread = Thread.ofPlatform().name("ringway-bridge").daemon().unstarted(this::run);
    }

    /** Starts it; the bridge is the thread's from now on, and closed when this is. */
    public static BridgeThread start(Bridge bridge) {
        BridgeThread started = new BridgeThread(bridge);
        started.thread.start();
        return started;
    }

    private void run() {
        try {
            while (!isStopped) {
                if (bridge.doWork(System.nanoTime()) == 0) {
                    rest();
                }
            }
        } finally {
            bridge.close();
            sleeper.close();
        }
    }

    private void rest() {
        long waitNs = bridge.nextDeadlineNs() - System.nanoTime();
        if (waitNs >= SHORTEST_SLEEP_NS) {
            sleeper.sleep(Math.min(waitNs, LONGEST_SLEEP_NS));
        } else {
            Thread.onSpinWait();
        }
    }

    /** Whether it still runs; it ends only when it is closed, or by a mistake of ours. */
    public boolean isRunning() {
        return thread.isAlive();
    }

    /** Ends the thread and closes the bridge. */
    @Override
    public void close() {
        isStopped = true;
        sleeper.wake();
        boolean isInterrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException interrupted) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
