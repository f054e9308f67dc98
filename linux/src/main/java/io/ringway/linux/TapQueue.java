package io.ringway.linux;

import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.memory.FrameBatch;
import io.ringway.memory.FramePool;
import io.ringway.memory.Octets;
import io.ringway.port.PortQueue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A queue of a TAP: one {@code read} for each frame received, one {@code write} for each frame
 * sent.
 *
 * <p>How long a frame is shows only when it has been read. So it is read into a large frame; a
 * super-frame stays there, and an ordinary one is copied to a small frame, which costs 20 to 70 ns.
 * To let the kernel scatter it over a small and a large frame with {@code readv} saves the copy and
 * costs about 100 ns more.
 */
final class TapQueue implements PortQueue {
    /** Octets of a received frame that a small slot holds. */
    static final int SMALL_ROOM = FramePool.SMALL_SLOT - FramePool.RECEIVE_START;

    private static final int HEADER_START = FramePool.RECEIVE_START - VirtioNetHeader.LENGTH;

    private final TapPort port;
    private final int number;
    private final int fd;
    private final FramePool pool;
    private final Counters counters;
    private final boolean receivesLarge;
    private final MemorySegment memory;
    private final long address;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment state = Libc.newState(arena);
    // The frame to read into, held only inside one call of receive.
    private int target = FramePool.NONE;
    private boolean isOpen = true;

    /** Reads and writes {@code fd}, which the port closes. */
    TapQueue(
            TapPort port,
            int number,
            int fd,
            FramePool pool,
            Counters counters,
            boolean receivesLarge) {
        this.port = port;
        this.number = number;
        this.fd = fd;
        this.pool = pool;
        this.counters = counters;
        this.receivesLarge = receivesLarge;
        this.memory = pool.memory();
        this.address = memory.address();
    }

    @Override
    public int receive(FrameBatch into, long nowNs) {
        int limit = into.room();
        int received = 0;
        long octets = 0;
        // By attempts and not by frames, so that even a flood of frames that are dropped ends.
        for (int attempt = 0; attempt < limit && hasTarget(); attempt++) {
            long at = pool.slot(target) + HEADER_START;
            long count = Libc.read(state, fd, address + at, pool.slotLength(target) - HEADER_START);
            if (count < VirtioNetHeader.LENGTH) {
                // Nothing waits (EAGAIN), or the interface went away under us.
                break;
            }
            int frame = takeFrame(at, (int) count - VirtioNetHeader.LENGTH);
            if (frame != FramePool.NONE) {
                pool.stamp(frame, nowNs);
                into.add(frame);
                octets += pool.length(frame);
                received++;
            }
        }
        if (target != FramePool.NONE) {
            pool.release(target);
            target = FramePool.NONE;
        }
        if (received > 0) {
            counters.add(Counter.FRAMES_RECEIVED, received);
            counters.add(Counter.OCTETS_RECEIVED, octets);
        }
        return received;
    }

    /**
     * Sees to a frame to read into. Without a small frame to hand over, what waits stays in the
     * kernel's queue.
     */
    private boolean hasTarget() {
        if (target != FramePool.NONE && !pool.isLarge(target)) {
            return true;
        }
        if (pool.freeSmallCount() == 0) {
            return false;
        }
        if (target == FramePool.NONE && receivesLarge) {
            target = pool.allocateLarge();
        }
        if (target == FramePool.NONE) {
            target = pool.allocate();
        }
        return true;
    }

    /** The frame that holds what was just read, or {@link FramePool#NONE} when it was cut short. */
    private int takeFrame(long at, int length) {
        int frame = target;
        if (!pool.isLarge(target)) {
            if (length == SMALL_ROOM) {
                // It filled the small frame to the brim, and there was no large one.
                counters.increment(receivesLarge ? Counter.PORT_NO_FRAME : Counter.PORT_TOO_LONG);
                return FramePool.NONE;
            }
            target = FramePool.NONE;
        } else if (length <= SMALL_ROOM) {
            frame = pool.allocate();
            Octets.copy(
                    memory,
                    at + VirtioNetHeader.LENGTH,
                    memory,
                    pool.slot(frame) + FramePool.RECEIVE_START,
                    length);
        } else {
            target = FramePool.NONE;
        }
        pool.range(frame, FramePool.RECEIVE_START, length);
        VirtioNetHeader.read(pool, frame, memory, at);
        return frame;
    }

    @Override
    public int transmit(FrameBatch from, long nowNs) {
        int count = from.count();
        int accepted = 0;
        int sent = 0;
        long octets = 0;
        while (accepted < count) {
            int frame = from.get(accepted);
            int length = pool.length(frame);
            long result = write(frame, length);
            if (result == -Errno.EAGAIN) {
                break;
            }
            if (result >= 0) {
                sent++;
                octets += length;
            } else {
                counters.increment(Counter.PORT_TRANSMIT_ERROR);
            }
            pool.release(frame);
            accepted++;
        }
        from.removeFirst(accepted);
        if (sent > 0) {
            counters.add(Counter.FRAMES_SENT, sent);
            counters.add(Counter.OCTETS_SENT, octets);
        }
        return accepted;
    }

    /**
     * Writes the header into the headroom; the frame's own range stays, since others may hold the
     * frame as well.
     */
    private long write(int frame, int length) {
        assert pool.headroom(frame) >= VirtioNetHeader.LENGTH : pool.headroom(frame);
        long at = pool.data(frame) - VirtioNetHeader.LENGTH;
        VirtioNetHeader.write(pool, frame, memory, at);
        long result;
        do {
            result = Libc.write(state, fd, address + at, VirtioNetHeader.LENGTH + (long) length);
        } while (result == -Errno.EINTR);
        return result;
    }

    @Override
    public long nextDeadlineNs() {
        return Long.MAX_VALUE;
    }

    @Override
    public int pollDescriptor() {
        return fd;
    }

    @Override
    public void close() {
        if (isOpen) {
            isOpen = false;
            port.onQueueClosed(number);
            arena.close();
        }
    }
}
