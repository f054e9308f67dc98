package io.ringway.memory;

import org.jspecify.annotations.Nullable;

/**
 * Knows which thread a lane and all that belongs to it are driven by. Tables, records, frames and
 * counters ask it in their assertions, so that under {@code -ea} every touch by another thread is
 * found where it happens; without {@code -ea} they ask nothing.
 *
 * <p>A guard that was given to no thread lets everybody pass: that of a table without a lane.
 */
public final class OwnerGuard {
    private volatile @Nullable Thread owner;

    /** A guard that lets everybody pass until it is given to a thread. */
    public OwnerGuard() {}

    /** From now on {@code thread} is the owner. By the owner so far, or while there is no other. */
    public void give(Thread thread) {
        owner = thread;
    }

    /** Whether the calling thread is the owner. Any thread. */
    public boolean isOwner() {
        return Thread.currentThread().equals(owner);
    }

    /**
     * Whether the calling thread may touch what this guards; to be asserted.
     *
     * @throws AssertionError otherwise, which names both threads
     */
    public boolean passes() {
        Thread expected = owner;
        Thread current = Thread.currentThread();
        if (expected != null && !current.equals(expected)) {
            throw new AssertionError(current.getName() + " touches what belongs to " + this);
        }
        return true;
    }

    @Override
    public String toString() {
        Thread thread = owner;
        return thread == null ? "nobody" : thread.getName();
    }
}
