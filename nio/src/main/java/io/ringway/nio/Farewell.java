package io.ringway.nio;

import io.ringway.Stack;
import io.ringway.StackException;
import io.ringway.Undelivered;

import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;

/**
 * Lets a program end only when what it wrote and closed has been delivered, as it is with the
 * kernel, which stays when the program goes. Connections that are open do not hold it up.
 */
final class Farewell implements Runnable {
    private static final Duration LONGEST = Duration.ofSeconds(2);
    private static final long NAP_NS = 2_000_000;

    private final Stack stack;

    Farewell(Stack stack) {
        this.stack = stack;
    }

    @Override
    public void run() {
        long deadlineNs = System.nanoTime() + LONGEST.toNanos();
        try {
            while (System.nanoTime() < deadlineNs && Undelivered.count(stack).join() > 0) {
                LockSupport.parkNanos(NAP_NS);
            }
        } catch (StackException | CompletionException closed) {
            // Then there is nothing to wait for.
        }
    }
}
