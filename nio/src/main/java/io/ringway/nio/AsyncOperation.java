package io.ringway.nio;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.CompletionHandler;
import java.nio.channels.InterruptedByTimeoutException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/**
 * One read, write, accept or connect that is under way. It is in its channel's slot from its
 * beginning to its end, and only who takes it out of there ends it.
 */
final class AsyncOperation<R, V> {
    /** No time-out. */
    static final long NEVER = Long.MAX_VALUE;

    /** Does it, if it does not block. */
    interface Attempt<R> {
        /** What came of it, or null when it would block. */
        @Nullable R run() throws IOException;
    }

    private final AsyncEndpoint endpoint;
    private final AtomicReference<@Nullable AsyncOperation<?, ?>> slot;
    private final int selectionOp;
    private final Attempt<R> attempt;
    private final Function<R, @Nullable V> value;
    private final long deadlineNs;
    private final Outcome outcome = new Outcome();
    private volatile boolean isArmed;

    /** What the caller waits for, who may cancel it. */
    private final class Outcome extends CompletableFuture<V> {
        @Override
        public boolean cancel(boolean mayInterrupt) {
            boolean isCancelled = super.cancel(mayInterrupt);
            if (isCancelled) {
                boolean _ = slot.compareAndSet(AsyncOperation.this, null);
                if (mayInterrupt) {
                    endpoint.closeQuietly();
                }
            }
            return isCancelled;
        }
    }

    /**
     * @param slot where the channel keeps what is under way of this kind
     * @param selectionOp what a selector has to say for it
     * @param timeout not positive for none
     * @param value what the caller gets for what came of it
     */
    AsyncOperation(
            AsyncEndpoint endpoint,
            AtomicReference<@Nullable AsyncOperation<?, ?>> slot,
            int selectionOp,
            long timeout,
            TimeUnit unit,
            Attempt<R> attempt,
            Function<R, @Nullable V> value) {
        this.endpoint = endpoint;
        this.slot = slot;
        this.selectionOp = selectionOp;
        this.attempt = attempt;
        this.value = value;
        this.deadlineNs =
                timeout <= 0
                        ? NEVER
                        // A century is for ever, and does not overflow.
                        : System.nanoTime() + Math.min(unit.toNanos(timeout), Long.MAX_VALUE / 4);
    }

    int selectionOp() {
        return selectionOp;
    }

    long deadlineNs() {
        return deadlineNs;
    }

    boolean isDone() {
        return outcome.isDone();
    }

    CompletableFuture<V> outcome() {
        return outcome;
    }

    /** Does it now or, when it would block, as soon as it does not. In the slot already. */
    void start(AsyncReactor reactor) {
        if (!tryNow()) {
            isArmed = true;
            reactor.await(endpoint, this);
        }
    }

    /** Tries it once more, and returns whether it is over. The reactor only. */
    boolean goOn() {
        // What is not armed is still tried by who began it.
        return isArmed && tryNow();
    }

    private boolean tryNow() {
        try {
            R result = attempt.run();
            if (result == null) {
                return outcome.isDone();
            }
            if (slot.compareAndSet(this, null)) {
                outcome.complete(value.apply(result));
            }
        } catch (IOException | RuntimeException failed) {
            fail(failed);
        }
        return true;
    }

    void timedOut() {
        fail(new InterruptedByTimeoutException());
    }

    /** The channel was closed. */
    void closed() {
        fail(new AsynchronousCloseException());
    }

    private void fail(Exception why) {
        if (slot.compareAndSet(this, null)) {
            outcome.completeExceptionally(asClosed(why));
        }
    }

    /** Who has something under way when the channel is closed was not too late, but early. */
    private static Exception asClosed(Exception why) {
        if (!(why instanceof ClosedChannelException) || why instanceof AsynchronousCloseException) {
            return why;
        }
        AsynchronousCloseException closed = new AsynchronousCloseException();
        closed.initCause(why);
        return closed;
    }

    /** Tells the handler of it, in the group's pool. */
    static <V, A> void tell(
            CompletableFuture<V> outcome,
            Executor pool,
            A attachment,
            CompletionHandler<V, ? super A> handler) {
        CompletableFuture<V> _ =
                outcome.whenCompleteAsync(
                        (result, failure) -> {
                            if (failure == null) {
                                handler.completed(result, attachment);
                            } else {
                                handler.failed(failure, attachment);
                            }
                        },
                        pool);
    }
}
