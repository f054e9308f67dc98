package io.ringway.memory;

import java.util.Arrays;

/**
 * A first-in-first-out queue of {@code int}s, such as connections or frames that wait for their
 * turn: a ring that doubles when it is full and never shrinks, so that at rest it allocates
 * nothing.
 *
 * <p>It has no limit of its own; whoever adds knows one. One thread owns it.
 */
public final class IntQueue {
    private int[] ring;
    // Both only grow, and wrap around; the difference is the size.
    private int head;
    private int tail;

    /** An empty queue with room for {@code initial} before it first grows. */
    public IntQueue(int initial) {
        if (initial < 1 || initial > 1 << 30) {
            throw new IllegalArgumentException(
                    "a queue needs room for 1 to "
                            + (1 << 30)
                            + " to begin with; given "
                            + initial);
        }
        this.ring = new int[initial == 1 ? 1 : Integer.highestOneBit(initial - 1) << 1];
    }

    /** Appends at the end. */
    public void add(int value) {
        if (tail - head == ring.length) {
            grow();
        }
        ring[tail++ & (ring.length - 1)] = value;
    }

    /** Removes the first, which must be there. */
    public int remove() {
        assert head != tail : "the queue is empty";
        return ring[head++ & (ring.length - 1)];
    }

    /** The first, which must be there. */
    public int first() {
        return get(0);
    }

    /** The one {@code index} places behind the first. */
    public int get(int index) {
        assert index >= 0 && index < size() : index + " of " + size();
        return ring[(head + index) & (ring.length - 1)];
    }

    public int size() {
        return tail - head;
    }

    public boolean isEmpty() {
        return head == tail;
    }

    public void clear() {
        head = tail;
    }

    private void grow() {
        int[] bigger = Arrays.copyOf(ring, ring.length << 1);
        int first = head & (ring.length - 1);
        System.arraycopy(ring, first, bigger, 0, ring.length - first);
        System.arraycopy(ring, 0, bigger, ring.length - first, first);
        tail = size();
        head = 0;
        ring = bigger;
    }
}
