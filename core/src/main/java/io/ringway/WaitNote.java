package io.ringway;

import org.jspecify.annotations.Nullable;

import java.io.InterruptedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;

/**
 * How one waits for what a lane does: a note to the lane that is sent again and again, on its way
 * once at most, and with it the predicate of who waits, "tell me when the stream has come to octet
 * X".
 *
 * <p>No wake-up is lost. A thread that waits first writes down what for, and then sends the note,
 * or finds that it is on its way and not looked at yet. Only the lane moves the stream and only the
 * lane looks at the predicate, one after the other: it finds that it holds when the note comes, or
 * remembers it and answers when it comes to hold; also by the end of the stream or of the
 * connection. The one atomic flag orders the two sides: when it was set already the lane has still
 * to clear it, and sees what was written before.
 *
 * <p>Waiting threads park, virtual ones too; an answer is a permit, which is not lost either when
 * it comes before they park.
 */
abstract class WaitNote {
    /** A deadline that never comes. */
    static final long NEVER = Long.MAX_VALUE;

    private static final long NOTHING = Long.MAX_VALUE;
    private static final VarHandle QUEUED;
    private static final VarHandle HOOK;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            QUEUED = lookup.findVarHandle(WaitNote.class, "isQueued", boolean.class);
            HOOK = lookup.findVarHandle(WaitNote.class, "hook", Runnable.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("UnusedVariable") // Used by its handle.
    private volatile boolean isQueued;

    private volatile long wanted = NOTHING;
    private volatile @Nullable Thread waiter;
    private volatile @Nullable Runnable hook;

    // What the lane has yet to answer.
    private long armed = NOTHING;

    /** Sends the note to the lane. Any thread. */
    abstract void send();

    /** Whether the stream has come to {@code position}, or will go no further. Any thread. */
    abstract boolean holds(long position);

    /** Whether a read or a write would not block. Any thread. */
    abstract boolean isReady();

    /** Makes the lane look. Any thread; waits for room in the lane's mailbox. */
    final void post() {
        // Always the atomic exchange: a look before it could be older than what we wrote last.
        if (!(boolean) QUEUED.getAndSet(this, true)) {
            send();
        }
    }

    /** The note has come: what was asked is to be answered, by {@link #answer}. The lane only. */
    final void arrive() {
        boolean _ = (boolean) QUEUED.getAndSet(this, false);
        armed = wanted;
    }

    /** Answers who waits, if the predicate holds. The lane only, whenever something has changed. */
    final void answer() {
        if (armed != NOTHING && holds(armed)) {
            armed = NOTHING;
            wake();
        }
        if (hook != null && isReady()) {
            Runnable due = (Runnable) HOOK.getAndSet(this, null);
            if (due != null) {
                due.run();
            }
        }
    }

    /**
     * Runs {@code hook} once, on the lane, as soon as the socket is ready; perhaps inline. Null
     * takes it back.
     */
    final void whenReady(@Nullable Runnable hook) {
        this.hook = hook;
        if (hook != null) {
            post();
        }
    }

    /**
     * Parks the calling thread until the stream has come to {@code position}, or will go no
     * further. One thread at a time.
     *
     * @param deadlineNs in terms of {@link System#nanoTime}, or {@link #NEVER}
     * @return false when the deadline came first
     * @throws InterruptedIOException when the thread was interrupted, which it then still is
     */
    final boolean await(long position, long deadlineNs) throws InterruptedIOException {
        Thread self = Thread.currentThread();
        waiter = self;
        try {
            ask(position);
            while (!holds(position)) {
                if (self.isInterrupted()) {
                    throw new InterruptedIOException(
                            "the thread was interrupted while it waited for the peer");
                }
                if (!park(deadlineNs)) {
                    return holds(position);
                }
            }
            return true;
        } finally {
            wanted = NOTHING;
            waiter = null;
        }
    }

    /** Writes down what is waited for, and makes the lane look. One thread at a time. */
    final void ask(long position) {
        wanted = position;
        post();
    }

    private boolean park(long deadlineNs) {
        if (deadlineNs == NEVER) {
            LockSupport.park(this);
            return true;
        }
        long leftNs = deadlineNs - System.nanoTime();
        if (leftNs <= 0) {
            return false;
        }
        LockSupport.parkNanos(this, leftNs);
        return true;
    }

    boolean hasWaiter() {
        return waiter != null;
    }

    /** Wakes who waits, to look for itself. Any thread. */
    void wake() {
        LockSupport.unpark(waiter);
    }
}
