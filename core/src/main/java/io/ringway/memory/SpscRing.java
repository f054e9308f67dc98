package io.ringway.memory;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A bounded queue of objects from one thread to one other, without locks: out of a lane to somebody
 * who talks to it.
 *
 * <p>What the producer wrote before {@link #offer} is seen by the consumer after {@link #poll}.
 */
public final class SpscRing<E> {
    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(Object[].class);

    private final @Nullable Object[] slots;
    private final int mask;
    // Where the consumer takes next, and the producer's last look at it.
    private final PaddedLong head = new PaddedLong();
    private final PaddedLong tail = new PaddedLong();
    private final PaddedLong knownHead = new PaddedLong();

    /** A ring for {@code capacity} objects, rounded up to a power of two. */
    public SpscRing(int capacity) {
        this.slots = new Object[RingCapacity.of(capacity)];
        this.mask = slots.length - 1;
    }

    /** Appends, if there is room. Only the producer. */
    public boolean offer(E element) {
        long position = tail.get();
        if (position - knownHead.get() == slots.length) {
            knownHead.set(head.getAcquire());
            if (position - knownHead.get() == slots.length) {
                return false;
            }
        }
        SLOT.setRelease(slots, (int) position & mask, element);
        tail.setRelease(position + 1);
        return true;
    }

    /** Takes the first, or returns null. Only the consumer. */
    @SuppressWarnings("unchecked")
    public @Nullable E poll() {
        long position = head.get();
        int slot = (int) position & mask;
        // The slot itself says whether it is filled, so the consumer never reads the producer's
        // position.
        E element = (E) SLOT.getAcquire(slots, slot);
        if (element != null) {
            slots[slot] = null;
            head.setRelease(position + 1);
        }
        return element;
    }

    /** How many are queued, about. Any thread. */
    public int size() {
        // The head first: it cannot overtake the tail that is read later.
        long first = head.getAcquire();
        return (int) Math.min(slots.length, tail.getAcquire() - first);
    }

    public boolean isEmpty() {
        return size() == 0;
    }

    public int capacity() {
        return slots.length;
    }
}
