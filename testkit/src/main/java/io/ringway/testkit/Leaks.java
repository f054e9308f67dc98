package io.ringway.testkit;

import io.ringway.Lane;
import io.ringway.Stack;

/** Looks for what a stack has not given back: connections and frames. */
final class Leaks {
    private static final int CYCLES = 1000;

    private Leaks() {}

    /** What is not given back, or an empty string. */
    static String find(Stack stack) {
        var found = new StringBuilder();
        for (int i = 0; i < stack.laneCount(); i++) {
            Lane lane = stack.lane(i);
            String where = " on " + lane + " of the " + stack;
            if (lane.connectionCount() != 0) {
                found.append(lane.connectionCount() + " connections are left" + where + "\n");
            }
            lane.frames().collect();
            if (!lane.frames().isFull()) {
                found.append("frames are missing" + where + ": " + lane.frames() + "\n");
            }
        }
        return found.toString();
    }

    /** Aborts all connections and then throws when a frame is missing. Closes the stack. */
    static void closeAndCheck(Stack stack, VirtualClock clock) {
        for (int i = 0; i < stack.laneCount(); i++) {
            stack.lane(i).abortAll();
        }
        for (int i = 0; i < CYCLES && doWork(stack, clock.nanoTime()) > 0; i++) {
            // RSTs go out, handlers are told.
        }
        String found = find(stack);
        stack.close();
        if (!found.isEmpty()) {
            throw new AssertionError(found);
        }
    }

    private static int doWork(Stack stack, long nowNs) {
        int work = 0;
        for (int i = 0; i < stack.laneCount(); i++) {
            work += stack.lane(i).doWork(nowNs);
        }
        return work;
    }
}
