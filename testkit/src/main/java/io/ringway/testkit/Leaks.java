package io.ringway.testkit;

import io.ringway.Lane;
import io.ringway.Stack;

/** Looks for what a stack has not given back: connections and frames. */
final class Leaks {
    private static final int CYCLES = 1000;

    private Leaks() {}

    /** What is not given back, or an empty string. */
    static String find(Stack stack) {
        Lane lane = stack.lane(0);
        String found = "";
        if (lane.connectionCount() != 0) {
            found += lane.connectionCount() + " connections are left on the " + stack + "\n";
        }
        if (!lane.frames().isFull()) {
            found += "frames are missing on the " + stack + ": " + lane.frames() + "\n";
        }
        return found;
    }

    /** Aborts all connections and then throws when a frame is missing. Closes the stack. */
    static void closeAndCheck(Stack stack, VirtualClock clock) {
        Lane lane = stack.lane(0);
        lane.abortAll();
        for (int i = 0; i < CYCLES && lane.doWork(clock.nanoTime()) > 0; i++) {
            // RSTs go out, handlers are told.
        }
        String found = find(stack);
        stack.close();
        if (!found.isEmpty()) {
            throw new AssertionError(found);
        }
    }
}
