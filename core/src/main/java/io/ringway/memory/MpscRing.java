package io.ringway.memory;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A bounded queue of objects from any number of threads to one, without locks: messages into a
 * lane.
 *
 * <p>A producer first takes a place by compare-and-set, then fills it; the consumer waits for
 * nobody, it takes a place when it is filled. What a producer wrote before {@link #offer} is seen
 * by the consumer after {@link #poll}, and the objects of one producer stay in their order.
 */
public final class MpscRing<E> {
    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(Object[].class);

    private final @Nullable Object[] slots;
    private final int mask;
    private final PaddedLong head = new PaddedLong();
    private final PaddedLong tail = new PaddedLong();
    // The least that the head is known to be, so that producers seldom read what the consumer
    // writes.
    private final PaddedLong knownHead = new PaddedLong();

    /** A ring for {@code capacity} objects, rounded up to a power of two. */
    public MpscRing(int capacity) {
        this.slots = new Object[RingCapacity.of(capacity)];
        this.mask = slots.length - 1;
    }

    /** Appends, if there is room. Any thread. */
    public boolean offer(E element) {
        long position;
        do {
            position = tail.getAcquire();
            if (position - knownHead.getAcquire() >= slots.length) {
                long seen = head.getAcquire();
                if (position - seen >= slots.length) {
                    return false;
                }
                // An older value written last does no harm: it only says less than is known.
                knownHead.setRelease(seen);
            }
        } while (!tail.compareAndSet(position, position + 1));
        SLOT.setRelease(slots, (int) position & mask, element);
        return true;
    }

    /**
     * Takes the first, or returns null, also when the producer whose turn it is has taken its place
     * and not filled it yet. Only the consumer.
     */
    @SuppressWarnings("unchecked")
    public @Nullable E poll() {
        long position = head.get();
        int slot = (int) position & mask;
        E element = (E) SLOT.getAcquire(slots, slot);
        if (element != null) {
            slots[slot] = null;
            head.setRelease(position + 1);
        }
        return element;
    }

    /**
     * How many are queued or about to be. Any thread; 0 is certain only to the consumer, about
     * producers that are done.
     */
    public int size() {
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
