package io.ringway.memory;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;
import java.util.function.IntConsumer;

/**
 * Off-heap records of one length, named by an {@code int}: the memory of connections and of
 * whatever else there are millions of.
 *
 * <p>A record never moves. The slab grows by a chunk of some {@value #CHUNK_OCTETS} octets when it
 * is full, up to its maximum; what it shall hold from the start lies in one block, aligned for huge
 * pages. So a record is named in two steps, its chunk and an offset in it, which a flyweight takes
 * once and keeps:
 *
 * <pre>
 *     memory = slab.memory(index);
 *     offset = slab.offset(index);
 * </pre>
 *
 * <p>The record freed last is handed out first, since it may still be in the cache. The list of
 * free records is linked through their first four octets and costs nothing.
 *
 * <p>One thread owns a slab. Under {@code -ea} a freed record is overwritten, and freeing it again
 * or naming it trips an assertion.
 */
public final class Slab implements AutoCloseable {
    /** Stands for "no record". */
    public static final int NONE = -1;

    private static final int CHUNK_OCTETS = 4 << 20;
    private static final int CACHE_LINE = 64;
    // Two lines, since processors fetch lines in pairs: a record of 128 octets costs one miss and
    // not two.
    private static final int RECORD_ALIGNMENT = 2 * CACHE_LINE;
    private static final long POISON = 0xdbdb_dbdb_dbdb_dbdbL;

    private final int recordLength;
    private final int maximum;
    private final int shift;
    private final int mask;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment[] chunks;
    private final long[] chunkAddresses;
    private int chunkCount;
    private int capacity;
    private int count;
    private int firstFree = NONE;
    // Records from here on were never used, and are zero already.
    private int firstFresh;
    private final @Nullable BitSet inUse;
    private final OwnerGuard guard;

    /**
     * Takes the memory for the first records.
     *
     * @param recordLength octets of a record, a multiple of 64
     * @param initial records to take memory for now; more are added as they are needed, each time
     *     in a pause of about half a millisecond
     * @param maximum records that there may ever be
     */
    public Slab(int recordLength, int initial, int maximum) {
        this(recordLength, initial, maximum, new OwnerGuard());
    }

    /** The same for the lane that {@code guard} knows. */
    public Slab(int recordLength, int initial, int maximum, OwnerGuard guard) {
        if (recordLength < CACHE_LINE
                || recordLength % CACHE_LINE != 0
                || recordLength > CHUNK_OCTETS) {
            throw new IllegalArgumentException(
                    "the record length must be a multiple of 64 octets, from 64 to "
                            + CHUNK_OCTETS
                            + "; given "
                            + recordLength);
        }
        if (initial < 0 || maximum < 1 || initial > maximum) {
            throw new IllegalArgumentException(
                    "a slab needs 0 <= initial <= maximum and a maximum of at least 1; given"
                            + " initial "
                            + initial
                            + " and maximum "
                            + maximum);
        }
        this.guard = guard;
        this.recordLength = recordLength;
        this.maximum = maximum;
        int perChunk =
                Math.min(
                        Integer.highestOneBit(CHUNK_OCTETS / recordLength),
                        ceilingPowerOfTwo(maximum));
        this.shift = Integer.numberOfTrailingZeros(perChunk);
        this.mask = perChunk - 1;
        this.chunks = new MemorySegment[(int) (((long) maximum + mask) >> shift)];
        this.chunkAddresses = new long[chunks.length];
        this.inUse = areAssertionsEnabled() ? new BitSet() : null;
        if (initial > 0) {
            addChunks((int) (((long) initial + mask) >> shift));
        }
    }

    /**
     * Takes a record, all zeros.
     *
     * @return its index, or {@link #NONE} when the maximum is reached
     */
    public int allocate() {
        assert guard.passes();
        int index = firstFree;
        if (index == NONE) {
            return allocateFresh();
        }
        MemorySegment memory = chunks[index >>> shift];
        long offset = (long) (index & mask) * recordLength;
        firstFree = Octets.native32(memory, offset);
        zero(memory, offset);
        assert mark(index);
        count++;
        return index;
    }

    private int allocateFresh() {
        if (firstFresh == capacity) {
            if (capacity == maximum) {
                return NONE;
            }
            addChunks(1);
        }
        int index = firstFresh++;
        assert mark(index);
        count++;
        return index;
    }

    /** Gives a record back. Its octets are no longer the caller's. */
    public void free(int index) {
        assert guard.passes();
        assert unmark(index) : "record " + index + " was freed twice, or never taken";
        MemorySegment memory = chunks[index >>> shift];
        long offset = (long) (index & mask) * recordLength;
        assert poison(memory, offset);
        Octets.putNative32(memory, offset, firstFree);
        firstFree = index;
        count--;
    }

    /**
     * The segment that a record lies in; together with {@link #offset} it is the record's address.
     */
    public MemorySegment memory(int index) {
        assert guard.passes() && isAllocated(index) : "record " + index + " is free";
        return chunks[index >>> shift];
    }

    /** The record's absolute address, for {@link Direct}. */
    public long address(int index) {
        assert guard.passes() && isAllocated(index) : "record " + index + " is free";
        return chunkAddresses[index >>> shift] + (long) (index & mask) * recordLength;
    }

    /** Where the record begins in {@link #memory}. */
    public long offset(int index) {
        return (long) (index & mask) * recordLength;
    }

    /**
     * Whether somebody holds the record. Known only under {@code -ea}; without, every index that
     * exists passes.
     */
    public boolean isAllocated(int index) {
        return index >= 0 && index < firstFresh && (inUse == null || inUse.get(index));
    }

    /** Shows the index of every record that is held. Looks at all of them: control path. */
    public void forEach(IntConsumer action) {
        BitSet free = new BitSet();
        for (int index = firstFree; index != NONE; ) {
            free.set(index);
            index = Octets.native32(chunks[index >>> shift], (long) (index & mask) * recordLength);
        }
        // What the action frees is not shown again, and what it takes is not shown.
        int end = firstFresh;
        for (int index = free.nextClearBit(0); index < end; index = free.nextClearBit(index + 1)) {
            action.accept(index);
        }
    }

    /** Records taken and not given back. */
    public int count() {
        return count;
    }

    /** Records that there is memory for now. */
    public int capacity() {
        return capacity;
    }

    /** Records that there may ever be. */
    public int maximum() {
        return maximum;
    }

    public int recordLength() {
        return recordLength;
    }

    @Override
    public void close() {
        arena.close();
    }

    private void addChunks(int added) {
        long chunkLength = (long) recordLength << shift;
        long length = chunkLength * added;
        MemorySegment block = LargeMemory.allocate(arena, length, RECORD_ALIGNMENT);
        for (int i = 0; i < added; i++) {
            chunks[chunkCount] = block.asSlice(i * chunkLength, chunkLength);
            chunkAddresses[chunkCount] = chunks[chunkCount].address();
            chunkCount++;
        }
        capacity = (int) Math.min(maximum, (long) chunkCount << shift);
    }

    private void zero(MemorySegment memory, long offset) {
        long end = offset + recordLength;
        for (long at = offset; at < end; at += Long.BYTES) {
            Octets.putNative64(memory, at, 0);
        }
    }

    private boolean poison(MemorySegment memory, long offset) {
        long end = offset + recordLength;
        for (long at = offset; at < end; at += Long.BYTES) {
            Octets.putNative64(memory, at, POISON);
        }
        return true;
    }

    private boolean mark(int index) {
        if (inUse != null) {
            inUse.set(index);
        }
        return true;
    }

    private boolean unmark(int index) {
        if (!isAllocated(index)) {
            return false;
        }
        if (inUse != null) {
            inUse.clear(index);
        }
        return true;
    }

    private static int ceilingPowerOfTwo(int value) {
        return value >= 1 << 30 ? 1 << 30 : Integer.highestOneBit(Math.max(1, value * 2 - 1));
    }

    private static boolean areAssertionsEnabled() {
        return Slab.class.desiredAssertionStatus();
    }
}
