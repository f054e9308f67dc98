package io.ringway.tcp;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * SYN-ACKs with a cookie that wait for the output step: a ring of a fixed size, forgotten as soon
 * as they are sent. What does not fit is dropped, as the network would.
 *
 * <p>The entries are those of the {@link SynCache}, so that one method writes both kinds of
 * SYN-ACK. One thread owns it.
 */
final class CookieAnswers implements AutoCloseable {
    private final Arena arena;
    private final MemorySegment memory;
    private final int capacity;
    private final SynEntry cursor = new SynEntry();
    private int first;
    private int count;

    CookieAnswers(int capacity) {
        this.capacity = capacity;
        arena = Arena.ofShared();
        // One more, for the handshake that is just being completed.
        memory = arena.allocate((capacity + 1L) * SynEntry.LENGTH, 64);
    }

    boolean isFull() {
        return count == capacity;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** A new last entry, to be filled in at once; only when not full. */
    SynEntry add() {
        int slot = first + count;
        count++;
        return at(slot >= capacity ? slot - capacity : slot);
    }

    /** Takes the first entry out; it is good until the next call. */
    SynEntry remove() {
        SynEntry entry = at(first);
        first = first + 1 == capacity ? 0 : first + 1;
        count--;
        return entry;
    }

    /** An entry that is not in the ring. */
    SynEntry scratch() {
        return at(capacity);
    }

    private SynEntry at(int slot) {
        return cursor.wrap(memory, (long) slot * SynEntry.LENGTH);
    }

    @Override
    public void close() {
        arena.close();
    }
}
