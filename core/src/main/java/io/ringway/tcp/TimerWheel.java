package io.ringway.tcp;

import io.ringway.memory.LargeMemory;
import io.ringway.memory.Octets;
import io.ringway.memory.OwnerGuard;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A hierarchical timing wheel: at most one timer an entry, where an entry is the index of a TCB.
 *
 * <p>Six levels of 64 slots; a slot of level n spans 64^n ticks, and a bit says whether it holds
 * anything. A slot's entries form a doubly linked list through eight octets an entry, so that
 * arming and disarming cost a handful of stores at any distance, and passing over a million empty
 * ticks costs no more than passing over one.
 *
 * <p><b>The wheel does not keep deadlines.</b> It tells an entry whose slot has been reached that
 * its time may have come, which is early for a slot of a higher level: whoever is told compares
 * with the deadline it keeps itself, and arms the entry again when that is still ahead. An entry is
 * told early at most five times, and never late. This is what a timer that moves with every segment
 * needs: the deadline in the TCB moves, the wheel stays as it is.
 *
 * <pre>
 *  void onExpired(int entry) {
 *      int deadline = tcbs.at(entry).deadline();
 *      if (deadline - nowTick > 0) {
 *          wheel.arm(entry, deadline);
 *      } else {
 *          timers.fire(entry, nowNs);
 *      }
 *  }
 * </pre>
 *
 * <p>Ticks are numbers on a circle of 2^32, of whatever length the caller likes (a millisecond,
 * then the circle is 49 days). A deadline may lie {@value #HORIZON} ticks ahead at most. One thread
 * owns a wheel.
 */
final class TimerWheel implements AutoCloseable {
    /** The farthest that a deadline may lie ahead, in ticks. */
    static final int HORIZON = Integer.MAX_VALUE;

    /** Entries that a wheel has room for unless it is asked for more. */
    static final int INITIAL = 1024;

    private static final int BITS = 6;
    private static final int SLOTS = 1 << BITS;
    private static final int LEVELS = 6;
    private static final int TOP = LEVELS - 1;

    // Nodes are heads of lists, one a slot and one for what is due, and behind them the entries.
    private static final int DUE = LEVELS * SLOTS;
    private static final int HEADS = DUE + 1;
    private static final int NODE_LENGTH = 8;
    private static final int NEXT = 0;
    private static final int PREVIOUS = 4;
    private static final int UNLINKED = -1;

    private final OwnerGuard guard;
    private final long[] occupied = new long[LEVELS];
    private int occupiedLevels;
    private Arena arena;
    private MemorySegment nodes;
    private int capacity;
    private int count;

    /** The present: no slot that begins at or before it holds anything. */
    private int tick;

    private boolean isExpiring;
    private int expiringUntil;

    /** Told that an entry's time may have come. */
    interface Expiry {
        /**
         * The entry is not armed any more; it may be armed again here, for a tick that is still
         * ahead.
         */
        void onExpired(int entry);
    }

    /**
     * Makes an empty wheel whose present is {@code startTick}; an empty wheel takes the time as it
     * comes, so any number will do.
     */
    TimerWheel(int startTick) {
        this(startTick, INITIAL);
    }

    /** As above, with room for {@code initialEntries} before the first growth, which copies. */
    TimerWheel(int startTick, int initialEntries) {
        this(startTick, initialEntries, new OwnerGuard());
    }

    /** As above, for the lane that {@code guard} knows. */
    TimerWheel(int startTick, int initialEntries, OwnerGuard guard) {
        if (initialEntries < 0) {
            throw new IllegalArgumentException(
                    "a timer wheel needs room for 0 entries or more; given " + initialEntries);
        }
        this.guard = guard;
        tick = startTick;
        capacity = Math.max(initialEntries, 64);
        arena = Arena.ofShared();
        nodes = LargeMemory.allocate(arena, octets(capacity), 64);
        nodes.fill((byte) UNLINKED);
        for (int head = 0; head < HEADS; head++) {
            link(head, head, head);
        }
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** How many entries are armed. */
    int count() {
        return count;
    }

    boolean isArmed(int entry) {
        return entry < capacity && next(HEADS + entry) != UNLINKED;
    }

    /**
     * Arms an entry that is not armed. A deadline in the past is due at the next {@link #expire};
     * one that is not ahead when armed by the callback of {@link #expire} is due a tick later, so
     * that a callback cannot loop.
     */
    void arm(int entry, int deadlineTick) {
        assert guard.passes();
        if (entry >= capacity) {
            grow(entry);
        }
        assert !isArmed(entry) : "entry " + entry + " is armed";
        int deadline = deadlineTick;
        if (isExpiring && deadline - expiringUntil <= 0) {
            deadline = expiringUntil + 1;
        }
        if (count == 0 && deadline - tick <= 0) {
            // Nobody has told the time, or not for half a circle, so the present may be anywhere.
            // Any present before the deadline will do; the next call of expire brings it up to
            // date.
            tick = deadline - HORIZON / 2;
        }
        append(headFor(deadline), HEADS + entry);
        count++;
    }

    private int headFor(int deadline) {
        if (deadline - tick <= 0) {
            return DUE;
        }
        // The highest digit in which the deadline differs from the present names the level.
        int level = (31 - Integer.numberOfLeadingZeros(deadline ^ tick)) / BITS;
        int slot = (deadline >>> (level * BITS)) & (SLOTS - 1);
        occupied[level] |= 1L << slot;
        occupiedLevels |= 1 << level;
        return level * SLOTS + slot;
    }

    /** Disarms an entry that is armed. */
    void disarm(int entry) {
        assert guard.passes();
        assert isArmed(entry) : "entry " + entry + " is not armed";
        unlink(HEADS + entry);
        count--;
    }

    private void unlink(int node) {
        int next = next(node);
        int previous = previous(node);
        link(node, UNLINKED, UNLINKED);
        Octets.putNative32(nodes, at(previous) + NEXT, next);
        Octets.putNative32(nodes, at(next) + PREVIOUS, previous);
        if (next == previous && next < DUE) {
            clear(next);
        }
    }

    private void clear(int head) {
        int level = head >>> BITS;
        occupied[level] &= ~(1L << (head & (SLOTS - 1)));
        if (occupied[level] == 0) {
            occupiedLevels &= ~(1 << level);
        }
    }

    /**
     * Moves the present to {@code nowTick} and tells the entries whose slots are reached, at most
     * {@code limit} of them; the rest stay due. Entries that are due in the same call are told in
     * no particular order.
     *
     * @return how many were told
     */
    int expire(int nowTick, int limit, Expiry expiry) {
        assert guard.passes();
        if (count == 0) {
            tick = nowTick;
            return 0;
        }
        int told = 0;
        isExpiring = true;
        expiringUntil = nowTick - tick > 0 ? nowTick : tick;
        try {
            while (told < limit && advance()) {
                int node = next(DUE);
                unlink(node);
                count--;
                told++;
                expiry.onExpired(node - HEADS);
            }
        } finally {
            isExpiring = false;
        }
        return told;
    }

    /**
     * Moves on to the next slot that holds something, unless something is due; false when there is
     * none in time.
     */
    private boolean advance() {
        while (next(DUE) == DUE) {
            if (occupiedLevels == 0) {
                tick = expiringUntil;
                return false;
            }
            int level = Integer.numberOfTrailingZeros(occupiedLevels);
            int slot = nextSlot(level);
            int begin = beginOf(level, slot);
            if (begin - expiringUntil > 0) {
                tick = expiringUntil;
                return false;
            }
            tick = begin;
            moveToDue(level * SLOTS + slot);
        }
        return true;
    }

    /**
     * The occupied slot that comes next; below the top, occupied slots are ahead of the present in
     * their turn.
     */
    private int nextSlot(int level) {
        if (level < TOP) {
            return Long.numberOfTrailingZeros(occupied[level]);
        }
        // Four slots of 2^30 ticks close the circle.
        int now = tick >>> (TOP * BITS);
        int ahead = 1;
        while ((occupied[TOP] & (1L << ((now + ahead) & 3))) == 0) {
            ahead++;
        }
        return (now + ahead) & 3;
    }

    private int beginOf(int level, int slot) {
        int shift = level * BITS;
        int upper = level == TOP ? 0 : tick & (-1 << (shift + BITS));
        return upper | (slot << shift);
    }

    private void moveToDue(int head) {
        int firstNode = next(head);
        int lastNode = previous(head);
        link(head, head, head);
        clear(head);
        if (firstNode != head) {
            link(DUE, firstNode, lastNode);
            Octets.putNative32(nodes, at(firstNode) + PREVIOUS, DUE);
            Octets.putNative32(nodes, at(lastNode) + NEXT, DUE);
        }
    }

    /**
     * The tick at which {@link #expire} may have something to tell: at or before every deadline. It
     * is {@code nowTick} when something is due, and {@link #HORIZON} ahead when the wheel is empty.
     */
    int nextTick(int nowTick) {
        if (next(DUE) != DUE) {
            return nowTick;
        }
        if (occupiedLevels == 0) {
            return nowTick + HORIZON;
        }
        int level = Integer.numberOfTrailingZeros(occupiedLevels);
        int begin = beginOf(level, nextSlot(level));
        return begin - nowTick > 0 ? begin : nowTick;
    }

    private void grow(int entry) {
        int larger = (int) Math.min(Integer.MAX_VALUE - HEADS, Math.max(capacity * 2L, entry + 1L));
        Arena newArena = Arena.ofShared();
        MemorySegment newNodes = LargeMemory.allocate(newArena, octets(larger), 64);
        long used = octets(capacity);
        Octets.copy(nodes, 0, newNodes, 0, used);
        newNodes.asSlice(used).fill((byte) UNLINKED);
        arena.close();
        arena = newArena;
        nodes = newNodes;
        capacity = larger;
    }

    @Override
    public void close() {
        arena.close();
    }

    private void append(int head, int node) {
        int last = previous(head);
        link(node, head, last);
        Octets.putNative32(nodes, at(last) + NEXT, node);
        Octets.putNative32(nodes, at(head) + PREVIOUS, node);
    }

    private void link(int node, int next, int previous) {
        Octets.putNative32(nodes, at(node) + NEXT, next);
        Octets.putNative32(nodes, at(node) + PREVIOUS, previous);
    }

    private int next(int node) {
        return Octets.native32(nodes, at(node) + NEXT);
    }

    private int previous(int node) {
        return Octets.native32(nodes, at(node) + PREVIOUS);
    }

    private static long at(int node) {
        return (long) node * NODE_LENGTH;
    }

    private static long octets(int entries) {
        return at(HEADS) + at(entries);
    }
}
