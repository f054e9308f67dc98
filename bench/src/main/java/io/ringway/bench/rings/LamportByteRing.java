package io.ringway.bench.rings;

import io.ringway.memory.PaddedLong;

import java.lang.foreign.MemorySegment;

/**
 * The plain ring: one array, and two positions that each side publishes (Lamport, "Specifying
 * Concurrent Program Modules", 1983), with the last look at the other's kept. It takes all of its
 * memory for as long as it exists.
 */
public final class LamportByteRing {
    private final MemorySegment memory;
    private final int capacity;
    private final PaddedLong head = new PaddedLong();
    private final PaddedLong tail = new PaddedLong();
    private final PaddedLong knownHead = new PaddedLong();
    private final PaddedLong knownTail = new PaddedLong();

    /** A ring for {@code capacity} octets, a power of two. */
    public LamportByteRing(int capacity) {
        if (Integer.bitCount(capacity) != 1) {
            throw new IllegalArgumentException(
                    "the capacity must be a power of two; given " + capacity);
        }
        this.memory = MemorySegment.ofArray(new byte[capacity]);
        this.capacity = capacity;
    }

    /** Appends as many octets as there is room for. Only the writer. */
    public int write(MemorySegment from, long offset, int length) {
        long position = tail.get();
        if (capacity - (position - knownHead.get()) < length) {
            knownHead.set(head.getAcquire());
        }
        int count = (int) Math.min(length, capacity - (position - knownHead.get()));
        int at = (int) position & (capacity - 1);
        int first = Math.min(count, capacity - at);
        MemorySegment.copy(from, offset, memory, at, first);
        MemorySegment.copy(from, offset + first, memory, 0, count - first);
        tail.setRelease(position + count);
        return count;
    }

    /** Takes up to {@code length} octets. Only the reader. */
    public int read(MemorySegment into, long offset, int length) {
        long position = head.get();
        if (knownTail.get() - position < length) {
            knownTail.set(tail.getAcquire());
        }
        int count = (int) Math.min(length, knownTail.get() - position);
        int at = (int) position & (capacity - 1);
        int first = Math.min(count, capacity - at);
        MemorySegment.copy(memory, at, into, offset, first);
        MemorySegment.copy(memory, 0, into, offset + first, count - first);
        head.setRelease(position + count);
        return count;
    }
}
