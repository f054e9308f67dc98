package io.ringway.tcp;

import io.ringway.memory.Direct;
import io.ringway.memory.LargeMemory;
import io.ringway.memory.OwnerGuard;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;

/**
 * Finds connections: from the hash of a segment's addresses and ports to the indexes of the TCBs
 * that may be meant.
 *
 * <p>It keeps no keys. A bucket is a cache line with twelve tags, eight bits of the hash each, and
 * twelve indexes; a look-up compares all tags at once and gives the indexes behind those that
 * agree, so nearly always the one that is meant and no other. The caller compares the key, which
 * lies in the TCB that it needs anyway:
 *
 * <pre>
 *  int hash = flowHash.hash(remoteHigh, remoteLow, localHigh, localLow, ports);
 *  for (int at = table.first(hash); at != ConnectionTable.NONE; at = table.next(hash, at)) {
 *      int tcb = table.value(at);
 *      if (tcbs.at(tcb).isFor(remoteHigh, remoteLow, localHigh, localLow, ports)) {
 *          return tcb;
 *      }
 *  }
 * </pre>
 *
 * <p>For a burst, {@link #touch} all hashes first: the cache misses then overlap.
 *
 * <p>Several values may have the same hash, and the same value may be inserted more than once.
 *
 * <pre>
 *  bucket, 64 octets:  0  tags, one octet each, 0 is free
 *                     12  overflow (int): entries that belong here, or before, and had to go on to a later bucket
 *                     16  values, an int each
 * </pre>
 *
 * <p><b>Growth</b> happens at 80 % and by degrees. A table of twice the size is allocated and
 * cleared, which takes some 30 ms for each 100 MB (ten million entries); from then on each insert
 * moves a few of the old buckets, asking {@link Hashes} for what belongs there. A table that is to
 * have no such pause is given its capacity at the start. It never shrinks.
 *
 * <p>One thread owns a table.
 */
final class ConnectionTable implements AutoCloseable {
    /** Stands for "no position". */
    static final int NONE = -1;

    /** The largest capacity that can be asked for. */
    static final int MAXIMUM_CAPACITY = 1 << 29;

    /** Tells hashes again while the table grows. */
    interface Hashes {
        /** The hash with which {@code value} was inserted. */
        int hashOf(int value);
    }

    private static final int SLOTS = 12;
    private static final int OVERFLOW = 12;
    private static final int VALUES = 16;
    private static final int BUCKET_SHIFT = 6;
    private static final int MAXIMUM_BUCKETS = 1 << 26;

    // How many old buckets an insert moves: a table that grew has room for more inserts than this
    // needs.
    private static final int MOVED_PER_INSERT = 4;

    // A position is bucket << 4 | slot, with a bit that says whether the bucket is one of the old
    // table's.
    private static final int SLOT_BITS = 4;
    private static final int SLOT_MASK = (1 << SLOT_BITS) - 1;
    private static final int OLD = 1 << 30;

    private static final long EACH_OCTET = 0x0101010101010101L;
    private static final long LOW_BITS = 0x7f7f7f7f7f7f7f7fL;
    private static final long LAST_TAGS = 0xffffffff00000000L;

    private final Hashes hashes;
    private final OwnerGuard guard;
    private Arena arena;
    private long memory;
    private int mask;
    private int size;
    private int growAt;

    // While it grows: buckets of the old table below movedBuckets are empty of what belongs there.
    private @Nullable Arena oldArena;
    private long oldMemory;
    private int oldMask;
    private int movedBuckets;

    /**
     * Makes an empty table.
     *
     * @param initialCapacity how many connections it holds before it grows
     */
    ConnectionTable(int initialCapacity, Hashes hashes) {
        this(initialCapacity, hashes, new OwnerGuard());
    }

    /** The same for the lane that {@code guard} knows. */
    ConnectionTable(int initialCapacity, Hashes hashes, OwnerGuard guard) {
        if (initialCapacity < 0 || initialCapacity > MAXIMUM_CAPACITY) {
            throw new IllegalArgumentException(
                    "a connection table holds 0 to "
                            + MAXIMUM_CAPACITY
                            + " connections; given "
                            + initialCapacity);
        }
        this.hashes = hashes;
        this.guard = guard;
        int buckets = 2;
        while (growAt(buckets) < initialCapacity) {
            buckets <<= 1;
        }
        arena = Arena.ofShared();
        memory = LargeMemory.allocate(arena, (long) buckets << BUCKET_SHIFT, 64).address();
        mask = buckets - 1;
        growAt = growAt(buckets);
    }

    private static int growAt(int buckets) {
        return (int) (buckets * (long) SLOTS * 4 / 5);
    }

    int size() {
        return size;
    }

    /**
     * Loads the bucket of {@code hash}, so that it is in the cache when it is looked up. Use the
     * answer for something, or the compiler leaves out the load.
     */
    int touch(int hash) {
        assert guard.passes();
        long old = oldMemory;
        if (old != 0 && (hash & oldMask) >= movedBuckets) {
            return Direct.native32(old + ((long) (hash & oldMask) << BUCKET_SHIFT), 0);
        }
        return Direct.native32(memory + ((long) (hash & mask) << BUCKET_SHIFT), 0);
    }

    /** The first position whose value may have this hash, or {@link #NONE}. */
    int first(int hash) {
        assert guard.passes();
        long old = oldMemory;
        if (old != 0 && (hash & oldMask) >= movedBuckets) {
            int position = scan(old, oldMask, hash, (hash & oldMask) << SLOT_BITS);
            return position == NONE ? NONE : position | OLD;
        }
        return scan(memory, mask, hash, (hash & mask) << SLOT_BITS);
    }

    /**
     * The position after {@code position} whose value may have this hash; nothing may have changed
     * in between.
     */
    int next(int hash, int position) {
        long old = oldMemory;
        if (old != 0 && (position & OLD) != 0) {
            int found = scan(old, oldMask, hash, (position & ~OLD) + 1);
            return found == NONE ? NONE : found | OLD;
        }
        return scan(memory, mask, hash, position + 1);
    }

    /** The value at a position that {@link #first} or {@link #next} gave. */
    int value(int position) {
        long old = oldMemory;
        if (old != 0 && (position & OLD) != 0) {
            return Direct.native32(old + valueAt(position & ~OLD), 0);
        }
        return Direct.native32(memory + valueAt(position), 0);
    }

    /** From {@code position} on, the first whose tag agrees. */
    private static int scan(long table, int mask, int hash, int position) {
        int home = hash & mask;
        int bucket = position >>> SLOT_BITS;
        int slot = position & SLOT_MASK;
        long pattern = tag(hash) * EACH_OCTET;
        while (true) {
            long at = (long) bucket << BUCKET_SHIFT;
            long second = tags(table + at + 8);
            if (slot < 8) {
                long match = zeroOctets(tags(table + at) ^ pattern) & (-1L >>> (slot << 3));
                if (match != 0) {
                    return (bucket << SLOT_BITS) | (Long.numberOfLeadingZeros(match) >>> 3);
                }
                slot = 8;
            }
            if (slot < SLOTS) {
                long match = zeroOctets(second ^ pattern) & LAST_TAGS & (-1L >>> ((slot - 8) << 3));
                if (match != 0) {
                    return (bucket << SLOT_BITS) | (8 + (Long.numberOfLeadingZeros(match) >>> 3));
                }
            }
            bucket = (bucket + 1) & mask;
            if ((int) second == 0 || bucket == home) {
                return NONE;
            }
            slot = 0;
        }
    }

    /** The upper bit of each octet that is zero, and no other bit. */
    private static long zeroOctets(long word) {
        return ~(((word & LOW_BITS) + LOW_BITS) | word | LOW_BITS);
    }

    /** Eight bits of the hash that do not choose the bucket of any but a huge table; never 0. */
    private static long tag(int hash) {
        int tag = hash >>> 24;
        return tag == 0 ? 1 : tag;
    }

    /** Adds a value. Does not look whether it is there already. */
    void insert(int hash, int value) {
        assert guard.passes();
        if (oldMemory == 0 && size >= growAt) {
            beginGrowth();
        }
        long old = oldMemory;
        if (old != 0) {
            moveBuckets(old, MOVED_PER_INSERT);
            old = oldMemory;
        }
        if (old != 0 && (hash & oldMask) >= movedBuckets) {
            insert(old, oldMask, hash, value);
        } else {
            insert(memory, mask, hash, value);
        }
        size++;
    }

    private static void insert(long table, int mask, int hash, int value) {
        int bucket = hash & mask;
        while (true) {
            long at = (long) bucket << BUCKET_SHIFT;
            int slot = freeSlot(table, at);
            if (slot < SLOTS) {
                Direct.put8(table + at + slot, 0, (int) tag(hash));
                Direct.putNative32(table + at + VALUES + slot * 4L, 0, value);
                return;
            }
            Direct.putNative32(table + at, OVERFLOW, Direct.native32(table + at, OVERFLOW) + 1);
            bucket = (bucket + 1) & mask;
        }
    }

    private static int freeSlot(long table, long at) {
        long free = zeroOctets(tags(table + at));
        if (free != 0) {
            return Long.numberOfLeadingZeros(free) >>> 3;
        }
        free = zeroOctets(tags(table + at + 8)) & LAST_TAGS;
        return 8 + (Long.numberOfLeadingZeros(free) >>> 3);
    }

    /**
     * Removes one occurrence of a value.
     *
     * @return whether it was there
     */
    boolean remove(int hash, int value) {
        assert guard.passes();
        int position = find(hash, value);
        if (position == NONE) {
            return false;
        }
        long old = oldMemory;
        if (old != 0 && (position & OLD) != 0) {
            clear(old, oldMask, hash & oldMask, position & ~OLD);
        } else {
            clear(memory, mask, hash & mask, position);
        }
        size--;
        return true;
    }

    private int find(int hash, int value) {
        int position = first(hash);
        while (position != NONE && value(position) != value) {
            position = next(hash, position);
        }
        return position;
    }

    /**
     * Frees a position whose entry belongs to bucket {@code home}, and takes it off the counts on
     * the way there.
     */
    private static void clear(long table, int mask, int home, int position) {
        int bucket = position >>> SLOT_BITS;
        for (int passed = home; passed != bucket; passed = (passed + 1) & mask) {
            long at = ((long) passed << BUCKET_SHIFT) + OVERFLOW;
            assert Direct.native32(table + at, 0) > 0 : "overflow of bucket " + passed;
            Direct.putNative32(table + at, 0, Direct.native32(table + at, 0) - 1);
        }
        Direct.put8(table + ((long) bucket << BUCKET_SHIFT) + (position & SLOT_MASK), 0, 0);
    }

    /**
     * Puts {@code newValue} in the place of {@code oldValue}.
     *
     * @return whether the old one was there
     */
    boolean replace(int hash, int oldValue, int newValue) {
        assert guard.passes();
        int position = find(hash, oldValue);
        if (position == NONE) {
            return false;
        }
        long old = oldMemory;
        if (old != 0 && (position & OLD) != 0) {
            Direct.putNative32(old + valueAt(position & ~OLD), 0, newValue);
        } else {
            Direct.putNative32(memory + valueAt(position), 0, newValue);
        }
        return true;
    }

    private void beginGrowth() {
        int buckets = mask + 1;
        if (buckets == MAXIMUM_BUCKETS) {
            if (size >= MAXIMUM_CAPACITY) {
                throw new IllegalStateException(
                        "the connection table is full at "
                                + size
                                + " connections; limit them to "
                                + MAXIMUM_CAPACITY);
            }
            return;
        }
        oldArena = arena;
        oldMemory = memory;
        oldMask = mask;
        movedBuckets = 0;
        arena = Arena.ofShared();
        memory = LargeMemory.allocate(arena, (buckets * 2L) << BUCKET_SHIFT, 64).address();
        mask = buckets * 2 - 1;
        growAt = growAt(buckets * 2);
    }

    private void moveBuckets(long old, int limit) {
        int until = Math.min(movedBuckets + limit, oldMask + 1);
        while (movedBuckets < until) {
            moveBucket(old, movedBuckets);
            movedBuckets++;
        }
        if (until == oldMask + 1) {
            closeOld();
        }
    }

    private void closeOld() {
        Arena finished = oldArena;
        if (finished != null) {
            finished.close();
            oldArena = null;
            oldMemory = 0;
        }
    }

    /** Moves every entry that belongs to bucket {@code home}, wherever it had to go. */
    private void moveBucket(long old, int home) {
        int bucket = home;
        do {
            long at = (long) bucket << BUCKET_SHIFT;
            for (int slot = 0; slot < SLOTS; slot++) {
                if (Direct.u8(old + at + slot, 0) != 0) {
                    moveEntry(old, home, (bucket << SLOT_BITS) | slot);
                }
            }
            bucket = (bucket + 1) & oldMask;
            if (Direct.native32(old + at, OVERFLOW) == 0) {
                return;
            }
        } while (bucket != home);
    }

    private void moveEntry(long old, int home, int position) {
        int value = Direct.native32(old + valueAt(position), 0);
        int hash = hashes.hashOf(value);
        if ((hash & oldMask) == home) {
            insert(memory, mask, hash, value);
            clear(old, oldMask, home, position);
        }
    }

    /** Eight tags, the first in the upper octet. */
    private static long tags(long address) {
        return Long.reverseBytes(Direct.native64(address, 0));
    }

    private static long valueAt(int position) {
        return ((long) (position >>> SLOT_BITS) << BUCKET_SHIFT)
                + VALUES
                + (position & SLOT_MASK) * 4L;
    }

    @Override
    public void close() {
        arena.close();
        closeOld();
    }
}
