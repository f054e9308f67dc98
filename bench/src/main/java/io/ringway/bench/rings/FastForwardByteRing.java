package io.ringway.bench.rings;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * A ring whose state is in the ring (after Giacomoni, Moseley and Vachharajani, "FastForward for
 * Efficient Pipeline Parallelism", 2008): blocks of octets, each with its length in front, which is
 * 0 when it is empty. Neither side ever looks at the other's position. A short write takes a whole
 * block, and it takes all of its memory for as long as it exists.
 */
public final class FastForwardByteRing {
    private static final VarHandle LENGTH = JAVA_INT.varHandle();
    private static final int HEADER = 4;

    /** Octets of a block with its header: two pairs of cache lines. */
    private static final int BLOCK = 256;

    private static final int ROOM = BLOCK - HEADER;

    private final MemorySegment memory;
    private final long mask;
    private long writing;
    // Keeps the two sides' positions out of each other's cache line.
    @SuppressWarnings("UnusedVariable")
    private long p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14, p15;
    private long reading;
    private int taken;

    /** A ring of {@code capacity} octets, headers included; a power of two. */
    public FastForwardByteRing(int capacity) {
        if (Integer.bitCount(capacity) != 1 || capacity < 2 * BLOCK) {
            throw new IllegalArgumentException(
                    "the capacity must be a power of two from "
                            + 2 * BLOCK
                            + "; given "
                            + capacity);
        }
        this.memory = Arena.ofAuto().allocate(capacity, BLOCK);
        this.mask = (long) capacity - 1;
    }

    /** Appends as many octets as there are empty blocks for. Only the writer. */
    public int write(MemorySegment from, long offset, int length) {
        int copied = 0;
        while (copied < length) {
            long block = writing & mask;
            if ((int) LENGTH.getAcquire(memory, block) != 0) {
                break;
            }
            int piece = Math.min(ROOM, length - copied);
            MemorySegment.copy(from, offset + copied, memory, block + HEADER, piece);
            LENGTH.setRelease(memory, block, piece);
            writing += BLOCK;
            copied += piece;
        }
        return copied;
    }

    /** Takes up to {@code length} octets. Only the reader. */
    public int read(MemorySegment into, long offset, int length) {
        int copied = 0;
        while (copied < length) {
            long block = reading & mask;
            int filled = (int) LENGTH.getAcquire(memory, block);
            if (filled == 0) {
                break;
            }
            int piece = Math.min(filled - taken, length - copied);
            MemorySegment.copy(memory, block + HEADER + taken, into, offset + copied, piece);
            copied += piece;
            taken += piece;
            if (taken == filled) {
                LENGTH.setRelease(memory, block, 0);
                reading += BLOCK;
                taken = 0;
            }
        }
        return copied;
    }
}
