package io.ringway;

import io.ringway.memory.MpscRing;

import java.util.ArrayDeque;
import java.util.concurrent.locks.LockSupport;

/**
 * The messages on their way to one lane: tasks from other threads in a bounded ring, and the lane's
 * own for later.
 */
final class Mailbox {
    private static final long FULL_NAP_NS = 50_000;

    private final MpscRing<Runnable> tasks;
    private final ArrayDeque<Runnable> own = new ArrayDeque<>();

    Mailbox(int capacity) {
        this.tasks = new MpscRing<>(capacity);
    }

    /** Appends a task; false when there is no room. Any thread. */
    boolean offer(Runnable task) {
        return tasks.offer(task);
    }

    /** Waits a little for room. Any thread but the lane's. */
    static void waitForRoom() {
        LockSupport.parkNanos(FULL_NAP_NS);
    }

    /** Appends a task of the lane itself, which must not wait for its own ring. The lane only. */
    void putOwn(Runnable task) {
        own.add(task);
    }

    /** Whether there is nothing to run. The lane only. */
    boolean isEmpty() {
        return own.isEmpty() && tasks.isEmpty();
    }

    /** Runs at most {@code limit} tasks and returns how many. The lane only. */
    int run(int limit) {
        // What a task puts here runs in the next cycle, so a task that puts itself again starves
        // nobody.
        int done = runOwn(Math.min(limit, own.size()));
        while (done < limit) {
            Runnable task = tasks.poll();
            if (task == null) {
                break;
            }
            task.run();
            done++;
        }
        return done;
    }

    private int runOwn(int count) {
        for (int i = 0; i < count; i++) {
            own.remove().run();
        }
        return count;
    }
}
