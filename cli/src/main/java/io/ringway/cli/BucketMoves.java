package io.ringway.cli;

import io.ringway.Stack;

/** Moves flows from lane to lane while they run, a few buckets at a time. */
final class BucketMoves {
    private final Stack stack;
    private final int each;

    BucketMoves(Stack stack, int each) {
        this.stack = stack;
        this.each = stack.laneCount() > 1 ? each : 0;
    }

    /** Begins the next moves. */
    void begin() {}

    /** Waits for all of them; false when one did not come to its end. */
    boolean end() {
        return true;
    }

    long moved() {
        return 0;
    }

    /** Connections that went with them. */
    long carried() {
        return 0;
    }
}
