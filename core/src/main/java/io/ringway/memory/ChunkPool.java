package io.ringway.memory;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Chunks that {@link ByteRing}s borrow and give back, for reuse. It keeps a bounded number of those
 * that nobody has, and leaves the rest to the garbage collector; a ring that is forgotten with a
 * chunk in it does no harm.
 *
 * <p>Any thread, without locks: a chunk is taken out of a place and put into one by one atomic
 * exchange. Where the last one was put is only a hint, so what was used last, and is still in a
 * cache, is mostly what is taken next.
 */
public final class ChunkPool {
    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(Chunk[].class);

    /** Places that are tried before a new chunk is made, or a given one is dropped. */
    private static final int TRIES = 4;

    private final @Nullable Chunk[] slots;
    private final int mask;
    private int hint;

    /** A pool that keeps up to {@code capacity} chunks, rounded up to a power of two. */
    public ChunkPool(int capacity) {
        this.slots = new Chunk[RingCapacity.of(capacity)];
        this.mask = slots.length - 1;
    }

    /** A chunk that nobody else has; its octets are anything. */
    Chunk borrow() {
        int at = hint;
        for (int i = 0; i < TRIES; i++) {
            int slot = (at - i) & mask;
            if (SLOT.getOpaque(slots, slot) != null) {
                Chunk chunk = (Chunk) SLOT.getAndSet(slots, slot, null);
                if (chunk != null) {
                    hint = slot - 1;
                    return chunk;
                }
            }
        }
        hint = at - TRIES;
        return new Chunk();
    }

    /** Takes a chunk back that its ring no longer touches. */
    void release(Chunk chunk) {
        chunk.next = null;
        int at = hint;
        for (int i = 1; i <= TRIES; i++) {
            int slot = (at + i) & mask;
            if (SLOT.getOpaque(slots, slot) == null
                    && SLOT.compareAndSet(slots, slot, null, chunk)) {
                hint = slot;
                return;
            }
        }
        hint = at + TRIES;
    }

    /** How many chunks it keeps, about. Any thread. */
    public int size() {
        int count = 0;
        for (int i = 0; i < slots.length; i++) {
            if (SLOT.getOpaque(slots, i) != null) {
                count++;
            }
        }
        return count;
    }
}
