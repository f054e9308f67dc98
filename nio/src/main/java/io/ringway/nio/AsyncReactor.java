package io.ringway.nio;

import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * The thread of a channel group that finds out what can be read, written, accepted or is connected,
 * does it, and sees to time-outs. It runs no handlers: those are the group's pool's.
 */
final class AsyncReactor implements Runnable {
    private final Selector selector;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final PriorityQueue<AsyncOperation<?, ?>> deadlines =
            new PriorityQueue<>(Comparator.comparingLong(AsyncOperation::deadlineNs));
    private volatile boolean isStopped;

    AsyncReactor(Selector selector) {
        this.selector = selector;
    }

    /** Has the operation done as soon as it does not block; fails it when its time is over. */
    void await(AsyncEndpoint endpoint, AsyncOperation<?, ?> operation) {
        execute(() -> {
            if (operation.isDone()) {
                return;
            }
            if (operation.deadlineNs() != AsyncOperation.NEVER) {
                deadlines.add(operation);
            }
            want(endpoint, operation.selectionOp());
        });
    }

    private void want(AsyncEndpoint endpoint, int op) {
        try {
            SelectionKey key = endpoint.channel().keyFor(selector);
            if (key == null) {
                SelectionKey _ = endpoint.channel().register(selector, op, endpoint);
            } else {
                int _ = key.interestOpsOr(op);
            }
        } catch (ClosedChannelException | CancelledKeyException closed) {
            // Who closes the channel fails what it has waiting.
        }
    }

    private void execute(Runnable task) {
        tasks.add(task);
        Selector _ = selector.wakeup();
    }

    void stop() {
        isStopped = true;
        Selector _ = selector.wakeup();
    }

    @Override
    public void run() {
        try (selector) {
            while (!isStopped) {
                runOnce();
            }
        } catch (IOException failed) {
            throw new IllegalStateException("the selector of a channel group failed", failed);
        }
    }

    private void runOnce() throws IOException {
        int _ = selector.select(this::ready, timeoutMs());
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
        expire();
    }

    /** As {@link Selector#select(long)} has it: 0 is for ever. */
    private long timeoutMs() {
        AsyncOperation<?, ?> first = deadlines.peek();
        if (first == null) {
            return 0;
        }
        long leftNs = first.deadlineNs() - System.nanoTime();
        return Math.max(1, TimeUnit.NANOSECONDS.toMillis(leftNs) + 1);
    }

    private void ready(SelectionKey key) {
        try {
            int ready = key.readyOps();
            int _ = key.interestOpsAnd(~ready);
            AsyncEndpoint endpoint = (AsyncEndpoint) key.attachment();
            int again = endpoint.goOn(ready);
            if (again != 0) {
                int _ = key.interestOpsOr(again);
            }
        } catch (CancelledKeyException closed) {
            // Who closes the channel fails what it has waiting.
        }
    }

    private void expire() {
        long nowNs = System.nanoTime();
        for (AsyncOperation<?, ?> first = deadlines.peek();
                first != null && (first.isDone() || first.deadlineNs() - nowNs <= 0);
                first = deadlines.peek()) {
            deadlines.remove();
            first.timedOut();
        }
    }
}
