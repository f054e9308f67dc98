package io.ringway;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * The messages on their way from other threads to one lane: a bounded queue of tasks that the lane
 * runs.
 */
final class Mailbox {
    private static final long FULL_NAP_NS = 50_000;

    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicInteger count = new AtomicInteger();
    private final int capacity;

    Mailbox(int capacity) {
        this.capacity = capacity;
    }

    /** Appends a task; waits while the queue is full. Any thread but the lane's. */
    void put(Runnable task) {
        while (count.get() >= capacity) {
            LockSupport.parkNanos(FULL_NAP_NS);
        }
        count.incrementAndGet();
        tasks.add(task);
    }

    /**
     * Appends a task though the queue may be full: the lane's own, which must not wait for itself.
     */
    void putOwn(Runnable task) {
        count.incrementAndGet();
        tasks.add(task);
    }

    boolean isEmpty() {
        return tasks.isEmpty();
    }

    /** Runs at most {@code limit} tasks and returns how many. The lane only. */
    int run(int limit) {
        int done = 0;
        while (done < limit) {
            Runnable task = tasks.poll();
            if (task == null) {
                break;
            }
            count.decrementAndGet();
            task.run();
            done++;
        }
        return done;
    }
}
