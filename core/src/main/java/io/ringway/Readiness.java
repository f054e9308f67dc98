package io.ringway;

import org.jspecify.annotations.Nullable;

/**
 * What a selector asks of a socket: whether a call would block now, and to be told once when it
 * would not. A call does not block either when it would fail, or say that the stream has ended.
 *
 * <p>Any thread. What is given runs once, on the socket's lane, and so must not block; or inline
 * when the calling thread is the lane. To be told again, ask again: since the lane looks when it is
 * asked, nothing that happens in between is missed.
 */
public final class Readiness {
    private final LaneSocket socket;

    Readiness(LaneSocket socket) {
        this.socket = socket;
    }

    /** Whether there are octets to read, or their end. */
    public boolean isReadable() {
        return socket.isReadable();
    }

    /** Whether there is room to write, a quarter of the ring at least. */
    public boolean isWritable() {
        return socket.isWritable();
    }

    /** Whether the connection is over. */
    public boolean isOver() {
        return socket.reason() != null;
    }

    /** Runs {@code then} as soon as {@link #isReadable}; replaces what was given before. */
    public void whenReadable(Runnable then) {
        socket.received().whenReady(then);
    }

    /** Runs {@code then} as soon as {@link #isWritable}; replaces what was given before. */
    public void whenWritable(Runnable then) {
        socket.send().whenReady(then);
    }

    /** Runs {@code then} when the connection is over; replaces what was given before. */
    public void whenOver(Runnable then) {
        socket.whenClosed(then);
    }

    /**
     * Tells {@code watcher} of all that happens from now on, again and again; null takes it back.
     * Unlike the others this sends no message: who begins to watch looks for itself what is ready.
     */
    public void watch(@Nullable ReadinessWatcher watcher) {
        socket.watch(watcher == null ? ReadinessWatcher.NOBODY : watcher);
    }
}
