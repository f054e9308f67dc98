package io.ringway.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * One lane's {@link Counter}s.
 *
 * <p>Only the lane writes, with plain adds and opaque stores; any thread reads, without stopping
 * it, and sees each counter whole. Padded at both ends, so that no other lane's writes share a
 * cache line.
 */
public final class Counters {
    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int PADDING = 16;

    private final long[] slots = new long[Counter.values().length + 2 * PADDING];

    private final OwnerGuard guard;

    /** All at zero, for whoever calls. */
    public Counters() {
        this(new OwnerGuard());
    }

    /** All at zero, of the lane that {@code guard} knows. */
    public Counters(OwnerGuard guard) {
        this.guard = guard;
    }

    public void increment(Counter counter) {
        add(counter, 1);
    }

    public void add(Counter counter, long amount) {
        assert guard.passes();
        int slot = slot(counter);
        SLOT.setOpaque(slots, slot, slots[slot] + amount);
    }

    /** The value now. Any thread. */
    public long get(Counter counter) {
        return (long) SLOT.getOpaque(slots, slot(counter));
    }

    // The order is never stored, so a constant may move; an EnumMap would box every count.
    @SuppressWarnings("EnumOrdinal")
    private static int slot(Counter counter) {
        return PADDING + counter.ordinal();
    }
}
