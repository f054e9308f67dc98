package io.ringway.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.ringway.LaneSleeper;
import io.ringway.memory.Octets;
import io.ringway.port.PortException;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Sleeps in {@code poll(2)} until a descriptor is readable, another thread writes to an eventfd, or
 * the time is up.
 *
 * <p>An eventfd remembers what was written before the sleep began, so a wake-up is never lost.
 */
public final class PollSleeper implements LaneSleeper {
    private static final int EFD_NONBLOCK = 0x800;
    private static final int EFD_CLOEXEC = 0x80000;
    private static final int POLLIN = 1;
    private static final int POLLERR = 8;
    private static final int SOL_SOCKET = 1;
    private static final int SO_ERROR = 4;
    private static final long NANOS = 1_000_000_000;

    // struct pollfd: descriptor (int), events (short), returned events (short); the first is the
    // eventfd's.
    private static final int POLLFD = 8;
    private static final int POLLFD_RETURNED = 6;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment state = Libc.newState(arena);
    private final MemorySegment descriptors;
    private final MemorySegment timeout = arena.allocate(JAVA_LONG, 2);
    private final MemorySegment drained = arena.allocate(JAVA_LONG);
    private final MemorySegment one = arena.allocateFrom(JAVA_LONG, 1);
    private final MemorySegment error = arena.allocate(JAVA_INT);
    private final int count;
    private final int event;
    private boolean isOpen = true;

    /**
     * Waits for these.
     *
     * @param descriptors of the ports
     * @throws PortException when the process may open no more files
     */
    public PollSleeper(int... descriptors) {
        event = Libc.eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
        if (event < 0) {
            arena.close();
            throw new PortException(
                    "cannot make an eventfd to sleep on ("
                            + Errno.describe(-event)
                            + "): raise the limit of open files with \"ulimit -n\"");
        }
        this.count = descriptors.length + 1;
        this.descriptors = arena.allocate(JAVA_INT, 2L * count);
        await(0, event);
        for (int i = 0; i < descriptors.length; i++) {
            await(i + 1, descriptors[i]);
        }
    }

    private void await(int index, int descriptor) {
        Octets.putNative32(descriptors, (long) index * POLLFD, descriptor);
        Octets.putNative16(descriptors, (long) index * POLLFD + 4, POLLIN);
    }

    @Override
    public void sleep(long maxNs) {
        long limit = Math.max(maxNs, 0);
        Octets.putNative64(timeout, 0, limit / NANOS);
        Octets.putNative64(timeout, 8, limit % NANOS);
        int ready = Libc.ppoll(state, descriptors.address(), count, timeout.address());
        if (ready > 0 && Octets.native16(descriptors, POLLFD_RETURNED) != 0) {
            // It cannot fail in a way that matters: either it was readable, or somebody read it
            // first.
            Libc.read(state, event, drained.address(), Long.BYTES);
        }
        if (ready > 0) {
            clearErrors();
        }
    }

    /**
     * A socket whose interface went down is ready for ever, until it is asked what is wrong with
     * it; the port finds out by itself.
     */
    private void clearErrors() {
        for (long at = POLLFD; at < (long) count * POLLFD; at += POLLFD) {
            if ((Octets.native16(descriptors, at + POLLFD_RETURNED) & POLLERR) != 0) {
                Libc.getsockopt(Octets.native32(descriptors, at), SOL_SOCKET, SO_ERROR, error);
            }
        }
    }

    /**
     * Synchronized with {@link #close}: the number of a closed descriptor may soon be another
     * file's.
     */
    @Override
    public synchronized void wake() {
        if (isOpen) {
            Libc.write(event, one.address(), Long.BYTES);
        }
    }

    @Override
    public synchronized void close() {
        if (isOpen) {
            isOpen = false;
            Libc.close(event);
            arena.close();
        }
    }
}
