package io.ringway.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A {@code long} on cache lines of its own, which one thread writes and others read: the position
 * of a ring, or anything else that two threads share by publishing.
 *
 * <p>What the writer stored before {@link #setRelease} is seen by who read that value with {@link
 * #getAcquire}.
 */
public final class PaddedLong {
    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(long[].class);
    // 128 octets on either side: processors fetch cache lines in pairs.
    private static final int PADDING = 16;

    private final long[] slots = new long[2 * PADDING + 1];

    /** Zero. */
    public PaddedLong() {}

    /** The value, as the writing thread knows it. Only the writer. */
    public long get() {
        return slots[PADDING];
    }

    /** Changes the value without publishing it. Only the writer. */
    public void set(long value) {
        slots[PADDING] = value;
    }

    /** The value last published. Any thread. */
    public long getAcquire() {
        return (long) SLOT.getAcquire(slots, PADDING);
    }

    /** Publishes a value. Only the writer, except that nobody else may write at the same time. */
    public void setRelease(long value) {
        SLOT.setRelease(slots, PADDING, value);
    }

    /**
     * Publishes {@code next} if the value is still {@code expected}, where several threads write.
     */
    public boolean compareAndSet(long expected, long next) {
        return SLOT.compareAndSet(slots, PADDING, expected, next);
    }
}
