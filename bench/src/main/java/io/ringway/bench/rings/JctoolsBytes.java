package io.ringway.bench.rings;

import org.jctools.queues.varhandle.SpscVarHandleArrayQueue;

import java.lang.foreign.MemorySegment;

/**
 * Octets through two of JCTools' queues of objects: one for arrays that are full, one that takes
 * the empty ones back. A piece is an array of its own, so the read must be as long as the write.
 */
public final class JctoolsBytes implements ByteQueue {
    private final SpscVarHandleArrayQueue<MemorySegment> full;
    private final SpscVarHandleArrayQueue<MemorySegment> empty;

    /** For {@code capacity} octets in pieces of {@code octets}. */
    public JctoolsBytes(int capacity, int octets) {
        int count = Math.max(4, capacity / octets);
        full = new SpscVarHandleArrayQueue<>(count);
        empty = new SpscVarHandleArrayQueue<>(count);
        for (int i = 0; i < count; i++) {
            empty.offer(MemorySegment.ofArray(new byte[octets]));
        }
    }

    @Override
    public int write(MemorySegment from, int length) {
        MemorySegment piece = empty.poll();
        if (piece == null) {
            return 0;
        }
        MemorySegment.copy(from, 0, piece, 0, length);
        full.offer(piece);
        return length;
    }

    @Override
    public int read(MemorySegment into, int length) {
        MemorySegment piece = full.poll();
        if (piece == null) {
            return 0;
        }
        MemorySegment.copy(piece, 0, into, 0, length);
        empty.offer(piece);
        return length;
    }
}
