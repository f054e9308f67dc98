package io.ringway.ip;

import io.ringway.memory.FramePool;
import io.ringway.memory.OwnerGuard;

import java.util.Arrays;

/**
 * The neighbours' entries: key, link address, state, and the packets that wait for each. ARP and
 * NDP share it.
 *
 * <p>An entry is a slot, and a <em>hint</em> names a slot and its generation: whoever sends to the
 * same destination again presents it and is spared route and neighbour look-up. A slot's generation
 * changes when the slot changes hands and when routes or addresses change, so an old hint just does
 * not match.
 */
final class NeighbourTable {
    /** As many slots as a hint can name. */
    static final int MAX_CAPACITY = 1 << 12;

    /** No slot. */
    static final int NONE = -1;

    /**
     * What stands for a link address that is not known; negative, as every answer that needs a
     * closer look.
     */
    static final long UNKNOWN = -1;

    private static final int SLOT_MASK = MAX_CAPACITY - 1;
    private static final int GENERATION_SHIFT = 12;
    private static final int FIRST_GENERATION = 1;

    /** Marks the link address of a stale entry: sending to it has a consequence. */
    private static final long STALE_MARK = Long.MIN_VALUE;

    private static final long MAC_MASK = 0xffff_ffff_ffffL;

    private final FramePool frames;
    private final OwnerGuard guard;
    private final long hashKey;
    private final int[] bucketHead;
    private final int bucketMask;
    private final int[] chainNext;
    private final long[] high;
    private final long[] low;
    private final Neighbour.State[] states;
    private final long[] links;
    private final int[] hints = new int[MAX_CAPACITY];
    private final long[] usedNs;
    private final int[] waitingHead;
    private final int[] waitingTail;
    private final int[] waitingCount;
    private final int[] freeSlots;
    private int freeCount;

    NeighbourTable(FramePool frames, int capacity, long hashKey) {
        this.frames = frames;
        this.guard = frames.guard();
        this.hashKey = hashKey;
        int buckets = Integer.highestOneBit(Math.max(1, capacity)) << 1;
        this.bucketHead = filled(buckets);
        this.bucketMask = buckets - 1;
        this.chainNext = filled(capacity);
        this.high = new long[capacity];
        this.low = new long[capacity];
        this.states = new Neighbour.State[capacity];
        Arrays.fill(states, Neighbour.State.INCOMPLETE);
        this.links = new long[MAX_CAPACITY];
        Arrays.fill(links, UNKNOWN);
        this.usedNs = new long[capacity];
        this.waitingHead = filled(capacity);
        this.waitingTail = filled(capacity);
        this.waitingCount = new int[capacity];
        this.freeSlots = new int[capacity];
        for (int slot = capacity - 1; slot >= 0; slot--) {
            freeSlots[freeCount++] = slot;
        }
        for (int slot = 0; slot < MAX_CAPACITY; slot++) {
            hints[slot] = FIRST_GENERATION << GENERATION_SHIFT | slot;
        }
    }

    private static int[] filled(int length) {
        int[] array = new int[length];
        Arrays.fill(array, NONE);
        return array;
    }

    /**
     * The link address that a hint leads to, if nothing is to be done but send; else negative. The
     * short way down: two loads and a comparison.
     */
    long usableLink(int hint) {
        assert guard.passes();
        int slot = hint & SLOT_MASK;
        return hints[slot] == hint ? links[slot] : UNKNOWN;
    }

    /** The slot of a hint that still holds, or {@link #NONE}. */
    int slotOf(int hint) {
        assert guard.passes();
        int slot = hint & SLOT_MASK;
        return hints[slot] == hint ? slot : NONE;
    }

    /** What to present for this slot; never 0. */
    int hint(int slot) {
        return hints[slot];
    }

    /** Makes every hint given so far worthless: a route or an address changed. */
    void invalidateHints() {
        for (int slot = 0; slot < MAX_CAPACITY; slot++) {
            nextGeneration(slot);
        }
    }

    private void nextGeneration(int slot) {
        int next = hints[slot] + (1 << GENERATION_SHIFT);
        // Generation 0 is left out when the count wraps, so that hint 0 always means "none".
        hints[slot] =
                next >>> GENERATION_SHIFT == 0 ? FIRST_GENERATION << GENERATION_SHIFT | slot : next;
    }

    int capacity() {
        return high.length;
    }

    boolean isFull() {
        return freeCount == 0;
    }

    int find(long addressHigh, long addressLow) {
        assert guard.passes();
        int slot = bucketHead[bucket(addressHigh, addressLow)];
        while (slot != NONE && (low[slot] != addressLow || high[slot] != addressHigh)) {
            slot = chainNext[slot];
        }
        return slot;
    }

    private int bucket(long addressHigh, long addressLow) {
        long hash = SeededRandom.mix(addressLow ^ hashKey) + addressHigh;
        return (int) SeededRandom.mix(hash) & bucketMask;
    }

    /** Opens an entry in state INCOMPLETE; the table must not be full. */
    int add(long addressHigh, long addressLow, long nowNs) {
        assert find(addressHigh, addressLow) == NONE;
        int slot = freeSlots[--freeCount];
        int bucket = bucket(addressHigh, addressLow);
        high[slot] = addressHigh;
        low[slot] = addressLow;
        states[slot] = Neighbour.State.INCOMPLETE;
        links[slot] = UNKNOWN;
        usedNs[slot] = nowNs;
        chainNext[slot] = bucketHead[bucket];
        bucketHead[bucket] = slot;
        return slot;
    }

    /** Closes an entry; nothing may wait for it any more. */
    void remove(int slot) {
        assert waitingCount[slot] == 0 : slot;
        int bucket = bucket(high[slot], low[slot]);
        if (bucketHead[bucket] == slot) {
            bucketHead[bucket] = chainNext[slot];
        } else {
            int before = bucketHead[bucket];
            while (chainNext[before] != slot) {
                before = chainNext[before];
            }
            chainNext[before] = chainNext[slot];
        }
        chainNext[slot] = NONE;
        links[slot] = UNKNOWN;
        nextGeneration(slot);
        freeSlots[freeCount++] = slot;
        // An entry's key is what isInUse goes by; the unspecified address is nobody's.
        high[slot] = 0;
        low[slot] = 0;
    }

    boolean isInUse(int slot) {
        return (high[slot] | low[slot]) != 0;
    }

    long high(int slot) {
        return high[slot];
    }

    long low(int slot) {
        return low[slot];
    }

    Neighbour.State state(int slot) {
        return states[slot];
    }

    /** The link address, or {@link #UNKNOWN} in state INCOMPLETE. */
    long mac(int slot) {
        return states[slot] == Neighbour.State.INCOMPLETE ? UNKNOWN : links[slot] & MAC_MASK;
    }

    /** Changes state and link address together, so that what {@link #usableLink} says fits both. */
    void set(int slot, Neighbour.State state, long mac) {
        assert guard.passes();
        assert state == Neighbour.State.INCOMPLETE || mac >>> 48 == 0 : Long.toHexString(mac);
        states[slot] = state;
        links[slot] =
                switch (state) {
                    case INCOMPLETE -> UNKNOWN;
                    case STALE -> mac | STALE_MARK;
                    case REACHABLE, DELAY, PROBE -> mac;
                };
    }

    void used(int slot, long nowNs) {
        usedNs[slot] = nowNs;
    }

    long usedNs(int slot) {
        return usedNs[slot];
    }

    /** Lets a packet wait for the entry, behind those that wait already. */
    void enqueue(int slot, int frame) {
        frames.next(frame, FramePool.NONE);
        if (waitingCount[slot]++ == 0) {
            waitingHead[slot] = frame;
        } else {
            frames.next(waitingTail[slot], frame);
        }
        waitingTail[slot] = frame;
    }

    /** Takes out the packet that has waited longest, or {@link FramePool#NONE}. */
    int dequeue(int slot) {
        if (waitingCount[slot] == 0) {
            return FramePool.NONE;
        }
        int frame = waitingHead[slot];
        waitingHead[slot] = frames.next(frame);
        waitingCount[slot]--;
        return frame;
    }

    int waitingCount(int slot) {
        return waitingCount[slot];
    }

    /** The first packet that waits; only when one does. */
    int firstWaiting(int slot) {
        assert waitingCount[slot] > 0 : slot;
        return waitingHead[slot];
    }
}
