package io.ringway.port;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A few frames kept back so that their followers overtake them: each until so many have passed, or
 * until it waited for {@value #PATIENCE_NS} ns beyond its time because nothing follows.
 */
final class HeldFrames {
    /** A held frame arrives behind at most so many of its followers. */
    static final int MOST_BEHIND = 3;

    private static final int SLOTS = 8;
    private static final long PATIENCE_NS = 1_000_000;

    private final int slotLength;
    private final MemorySegment memory;
    // An empty slot has length 0.
    private final int[] lengths = new int[SLOTS];
    private final int[] remaining = new int[SLOTS];
    private final long[] offloads = new long[SLOTS];
    private final long[] arrivals = new long[SLOTS];
    private int count;

    /** Room for frames of {@code longest} octets; 0 when none will be held. */
    HeldFrames(int longest) {
        this.slotLength = longest;
        this.memory =
                longest == 0 ? MemorySegment.NULL : Arena.ofAuto().allocate((long) longest * SLOTS);
    }

    int count() {
        return count;
    }

    boolean hasRoom(int length) {
        return count < SLOTS && length <= slotLength;
    }

    MemorySegment memory() {
        return memory;
    }

    private int freeSlot() {
        int slot = 0;
        while (lengths[slot] != 0) {
            slot++;
        }
        return slot;
    }

    /** Where the octets of the next frame go. */
    long reserve() {
        return at(freeSlot());
    }

    /** The reserved place is filled. */
    void commit(int length, long offload, long arrivalNs, int behind) {
        int slot = freeSlot();
        lengths[slot] = length;
        offloads[slot] = offload;
        arrivals[slot] = arrivalNs;
        remaining[slot] = behind;
        count++;
    }

    /** One more frame went by. */
    void countDown() {
        if (count > 0) {
            for (int slot = 0; slot < SLOTS; slot++) {
                remaining[slot]--;
            }
        }
    }

    /**
     * A slot whose frame has been overtaken enough or has waited too long at {@code nowNs}; -1 when
     * there is none.
     */
    int next(long nowNs) {
        for (int slot = 0; count > 0 && slot < SLOTS; slot++) {
            if (lengths[slot] != 0
                    && (remaining[slot] <= 0 || arrivals[slot] + PATIENCE_NS <= nowNs)) {
                return slot;
            }
        }
        return -1;
    }

    int length(int slot) {
        return lengths[slot];
    }

    long at(int slot) {
        return (long) slot * slotLength;
    }

    long offload(int slot) {
        return offloads[slot];
    }

    long arrivalNs(int slot) {
        return arrivals[slot];
    }

    void free(int slot) {
        lengths[slot] = 0;
        count--;
    }

    /** When patience ends for the first of them; {@link Long#MAX_VALUE} when there is none. */
    long nextDeadlineNs() {
        long deadline = Long.MAX_VALUE;
        for (int slot = 0; count > 0 && slot < SLOTS; slot++) {
            if (lengths[slot] != 0) {
                deadline = Math.min(deadline, arrivals[slot] + PATIENCE_NS);
            }
        }
        return deadline;
    }
}
