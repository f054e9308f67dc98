package io.ringway.nio;

import io.ringway.Stack;
import io.ringway.StackException;
import io.ringway.Undelivered;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;

/**
 * The end of a program, as it is with the kernel, which stays when the program goes: it ends only
 * when what it wrote and closed has been delivered, and the peers of connections that are still
 * open get an end of stream or a RST. Those are left alone while other shutdown hooks may use them.
 */
final class Farewell implements Runnable {
    private static final Duration LONGEST = Duration.ofSeconds(2);
    private static final Duration LONGEST_FOR_HOOKS = Duration.ofSeconds(1);
    private static final Duration LONGEST_FOR_OPEN = Duration.ofMillis(250);
    private static final long NAP_NS = 2_000_000;

    private final Stack stack;

    Farewell(Stack stack) {
        this.stack = stack;
    }

    @Override
    public void run() {
        try {
            boolean isLast = awaitHooks();
            awaitDelivery(LONGEST);
            if (isLast) {
                hangUp();
            }
        } catch (StackException | CompletionException closed) {
            // Then there is nothing to wait for.
        }
    }

    /** Waits for the other hooks; false when they take long, or cannot be seen. */
    private static boolean awaitHooks() {
        long startNs = System.nanoTime();
        try {
            OtherHooks others = new OtherHooks();
            while (!others.areDone()) {
                if (System.nanoTime() - startNs > LONGEST_FOR_HOOKS.toNanos()) {
                    return false;
                }
                LockSupport.parkNanos(NAP_NS);
            }
            return true;
        } catch (IOException notLinux) {
            return false;
        }
    }

    /** Ends the connections that are open. */
    void hangUp() {
        var _ = Undelivered.hangUp(stack).join();
        awaitDelivery(LONGEST_FOR_OPEN);
    }

    private void awaitDelivery(Duration longest) {
        long startNs = System.nanoTime();
        while (System.nanoTime() - startNs < longest.toNanos()
                && Undelivered.count(stack).join() > 0) {
            LockSupport.parkNanos(NAP_NS);
        }
    }
}
