package io.ringway;

import org.jspecify.annotations.Nullable;

import java.io.InterruptedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;

/**
 * A message that a socket sends again and again: "there is something to send", "something was
 * received by the application". There is one object of each kind, on its way once at most. With it
 * goes the predicate of who waits: "tell me when the stream has come to octet X".
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
abstract sealed class SocketNote implements SocketVerb.OfConnection
        permits SocketNote.Send, SocketNote.Received {
    /** A deadline that never comes. */
    static final long NEVER = Long.MAX_VALUE;

    private static final long NOTHING = Long.MAX_VALUE;
    private static final VarHandle QUEUED;
    private static final VarHandle HOOK;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            QUEUED = lookup.findVarHandle(SocketNote.class, "isQueued", boolean.class);
            HOOK = lookup.findVarHandle(SocketNote.class, "hook", Runnable.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final LaneSocket socket;

    @SuppressWarnings("UnusedVariable") // Used by its handle.
    private volatile boolean isQueued;

    private volatile long wanted = NOTHING;
    private volatile @Nullable Thread waiter;
    private volatile @Nullable Runnable hook;

    // What the lane has yet to answer.
    private long armed = NOTHING;

    SocketNote(LaneSocket socket) {
        this.socket = socket;
    }

    /** There is something to send, or somebody waits for room. */
    static final class Send extends SocketNote {
        Send(LaneSocket socket) {
            super(socket);
        }

        @Override
        void work() {
            socket().fillSendQueue();
        }

        @Override
        boolean holds(long position) {
            return socket().hasSent(position);
        }

        @Override
        boolean isReady() {
            return socket().isWritable();
        }
    }

    /** There is room again for what the peer sends, or somebody waits for it. */
    static final class Received extends SocketNote {
        Received(LaneSocket socket) {
            super(socket);
        }

        @Override
        void work() {
            socket().takeReceived();
        }

        @Override
        boolean holds(long position) {
            return socket().hasReceived(position);
        }

        @Override
        boolean isReady() {
            return socket().isReadable();
        }
    }

    /** Lets the lane do what there is to do, and answer who waits. */
    abstract void work();

    /** Whether the stream has come to {@code position}, or will go no further. Any thread. */
    abstract boolean holds(long position);

    /** Whether a read or a write would not block. Any thread. */
    abstract boolean isReady();

    @Override
    public final LaneSocket socket() {
        return socket;
    }

    /** Makes the lane look. Any thread; waits for room in the lane's mailbox. */
    final void post() {
        // Always the atomic exchange: a look before it could be older than what we wrote last.
        if (!(boolean) QUEUED.getAndSet(this, true)) {
            socket.tell(this);
        }
    }

    @Override
    public final void act(Lane lane) {
        boolean _ = (boolean) QUEUED.getAndSet(this, false);
        armed = wanted;
        work();
    }

    /** Answers who waits, if the predicate holds. The lane only, whenever something has changed. */
    final void answer() {
        if (armed != NOTHING && holds(armed)) {
            armed = NOTHING;
            LockSupport.unpark(waiter);
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
        wanted = position;
        try {
            post();
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
    final void wake() {
        LockSupport.unpark(waiter);
    }
}
