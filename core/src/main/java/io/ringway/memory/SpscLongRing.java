package io.ringway.memory;

/**
 * A bounded queue of {@code long}s from one thread to one other, without locks: frames or notes
 * from lane to lane, which come in bursts, so {@link #offer} is seen only after {@link #publish}.
 */
public final class SpscLongRing {
    private final long[] slots;
    private final int mask;
    private final PaddedLong head = new PaddedLong();
    private final PaddedLong tail = new PaddedLong();
    // Each side's own position, and its last look at the other's.
    private final PaddedLong filled = new PaddedLong();
    private final PaddedLong knownHead = new PaddedLong();
    private final PaddedLong taken = new PaddedLong();
    private final PaddedLong knownTail = new PaddedLong();

    /** A ring for {@code capacity} numbers, rounded up to a power of two. */
    public SpscLongRing(int capacity) {
        this.slots = new long[RingCapacity.of(capacity)];
        this.mask = slots.length - 1;
    }

    /** Appends, if there is room. Only the producer. */
    public boolean offer(long value) {
        long position = filled.get();
        if (position - knownHead.get() == slots.length) {
            knownHead.set(head.getAcquire());
            if (position - knownHead.get() == slots.length) {
                return false;
            }
        }
        slots[(int) position & mask] = value;
        filled.set(position + 1);
        return true;
    }

    /** Lets the consumer see what was offered. Only the producer. */
    public void publish() {
        tail.setRelease(filled.get());
    }

    /** Whether there is one to {@link #remove}. Only the consumer. */
    public boolean hasNext() {
        if (taken.get() != knownTail.get()) {
            return true;
        }
        knownTail.set(tail.getAcquire());
        return taken.get() != knownTail.get();
    }

    /**
     * Takes the first, which {@link #hasNext} said is there; its place is free after {@link
     * #release}.
     */
    public long remove() {
        assert taken.get() != knownTail.get() : "the ring is empty";
        long position = taken.get();
        taken.set(position + 1);
        return slots[(int) position & mask];
    }

    /** Gives the places of what was removed back to the producer. Only the consumer. */
    public void release() {
        head.setRelease(taken.get());
    }

    /** How many are published and not released, about. Any thread. */
    public int size() {
        long first = head.getAcquire();
        return (int) Math.min(slots.length, tail.getAcquire() - first);
    }

    public int capacity() {
        return slots.length;
    }
}
