package io.ringway.tcp;

import io.ringway.memory.OwnerGuard;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Connections in TIME-WAIT (RFC 9293 §3.6.1), each an entry of 64 octets in place of its TCB.
 *
 * <p>All wait equally long, so they stand in one queue and the oldest is at its head; a peer's FIN
 * that comes again starts the time anew and moves its entry to the end. When the table is full a
 * new entry takes the place of the oldest. IPv6 addresses need 32 octets more, which are set aside
 * for all entries when the first comes.
 *
 * <p>{@link #at} gives one shared cursor. One thread owns a table.
 */
final class TimeWaitTable implements AutoCloseable {
    /** Stands for "no entry". */
    static final int NONE = -1;

    private final int capacity;
    private final long durationNs;
    private final OwnerGuard guard;
    private final Arena arena;
    private final MemorySegment memory;
    private MemorySegment wide = MemorySegment.NULL;
    private final TimeWaitEntry cursor = new TimeWaitEntry();
    private final TimeWaitEntry own = new TimeWaitEntry();
    private final int[] chains;
    private int head = NONE;
    private int tail = NONE;
    private int free = NONE;

    /** Entries from here on were never used. */
    private int untouched;

    private int count;

    /**
     * Makes an empty table.
     *
     * @param capacity entries, at least 1
     * @param durationNs how long each waits: twice the maximum segment lifetime
     */
    TimeWaitTable(int capacity, long durationNs) {
        this(capacity, durationNs, new OwnerGuard());
    }

    /** The same for the lane that {@code guard} knows. */
    TimeWaitTable(int capacity, long durationNs, OwnerGuard guard) {
        if (capacity < 1 || capacity > 1 << 26) {
            throw new IllegalArgumentException(
                    "a TIME-WAIT table has 1 to " + (1 << 26) + " entries; given " + capacity);
        }
        if (durationNs < 0) {
            throw new IllegalArgumentException(
                    "TIME-WAIT lasts 0 ns or longer; given " + durationNs);
        }
        this.guard = guard;
        this.capacity = capacity;
        this.durationNs = durationNs;
        arena = Arena.ofShared();
        memory = arena.allocate((long) capacity * TimeWaitEntry.LENGTH, 64);
        chains = new int[Math.max(2, Integer.highestOneBit(capacity - 1) << 1)];
        Arrays.fill(chains, NONE);
    }

    /** The entry under a cursor that every call of this method moves. */
    TimeWaitEntry at(int entry) {
        assert guard.passes();
        assert entry >= 0 && entry < capacity : entry;
        return cursor.wrap(memory, wide, entry);
    }

    private TimeWaitEntry own(int entry) {
        assert guard.passes();
        return own.wrap(memory, wide, entry);
    }

    int capacity() {
        return capacity;
    }

    int count() {
        return count;
    }

    /**
     * Whether the next {@link #insert} takes the place of the oldest entry; ask before, to count
     * it.
     */
    boolean isFull() {
        return count == capacity;
    }

    /** The entry for these addresses and ports, or {@link #NONE}. */
    int find(
            long remoteHigh,
            long remoteLow,
            long localHigh,
            long localLow,
            int remotePort,
            int localPort,
            int hash) {
        int ports = FlowHash.ports(remotePort, localPort);
        int entry = chains[hash & (chains.length - 1)];
        while (entry != NONE
                && !own(entry).isFor(remoteHigh, remoteLow, localHigh, localLow, ports)) {
            entry = own.chain();
        }
        return entry;
    }

    /**
     * Adds an entry that is not there yet, its time running; fill in the rest through {@link #at}.
     *
     * @return the entry
     */
    int insert(
            long remoteHigh,
            long remoteLow,
            long localHigh,
            long localLow,
            int remotePort,
            int localPort,
            int hash,
            long nowNs) {
        if (isFull()) {
            remove(head);
        }
        if (wide.byteSize() == 0
                && TimeWaitEntry.isWide(remoteHigh, remoteLow, localHigh, localLow)) {
            wide = arena.allocate((long) capacity * TimeWaitEntry.WIDE_LENGTH, 64);
        }
        int entry = allocate();
        int chain = hash & (chains.length - 1);
        int ports = FlowHash.ports(remotePort, localPort);
        own(entry).reset(remoteHigh, remoteLow, localHigh, localLow, ports, hash);
        own.chain(chains[chain]);
        chains[chain] = entry;
        append(entry, nowNs);
        count++;
        return entry;
    }

    private int allocate() {
        if (free == NONE) {
            return untouched++;
        }
        int entry = free;
        free = own(entry).next();
        return entry;
    }

    private void append(int entry, long nowNs) {
        own(entry).deadlineNs(nowNs + durationNs).previous(tail).next(NONE);
        if (tail == NONE) {
            head = entry;
        } else {
            own(tail).next(entry);
        }
        tail = entry;
    }

    private void unlink(int entry) {
        int next = own(entry).next();
        int previous = own.previous();
        if (previous == NONE) {
            head = next;
        } else {
            own(previous).next(next);
        }
        if (next == NONE) {
            tail = previous;
        } else {
            own(next).previous(previous);
        }
    }

    /** The oldest entry, or {@link #NONE}. */
    int first() {
        return head;
    }

    /** The entry behind this one in age, or {@link #NONE}. */
    int after(int entry) {
        return own(entry).next();
    }

    /**
     * Starts the time of an entry anew: the peer's FIN came again (RFC 9293 §3.10.7.4, eighth
     * step).
     */
    void restart(int entry, long nowNs) {
        assert own(entry).isInUse() : "entry " + entry + " is free";
        unlink(entry);
        append(entry, nowNs);
    }

    /** Removes an entry: its addresses and ports are used again, or it was reset. */
    void remove(int entry) {
        assert own(entry).isInUse() : "entry " + entry + " is free";
        unlink(entry);
        unchain(entry);
        own(entry).free().next(free);
        free = entry;
        count--;
    }

    private void unchain(int entry) {
        int chain = own(entry).hash() & (chains.length - 1);
        int after = own.chain();
        if (chains[chain] == entry) {
            chains[chain] = after;
            return;
        }
        int before = chains[chain];
        while (own(before).chain() != entry) {
            before = own.chain();
        }
        own.chain(after);
    }

    /**
     * Removes entries whose time is over, at most {@code limit}.
     *
     * @return how many were removed
     */
    int expire(long nowNs, int limit) {
        int removed = 0;
        while (removed < limit && head != NONE && own(head).deadlineNs() - nowNs <= 0) {
            remove(head);
            removed++;
        }
        return removed;
    }

    /** When the next entry's time is over; {@link Long#MAX_VALUE} when there is none. */
    long nextDeadlineNs() {
        return head == NONE ? Long.MAX_VALUE : own(head).deadlineNs();
    }

    @Override
    public void close() {
        arena.close();
    }
}
