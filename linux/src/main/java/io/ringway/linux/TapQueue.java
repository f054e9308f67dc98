package io.ringway.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.memory.FrameBatch;
import io.ringway.memory.FramePool;
import io.ringway.memory.Octets;
import io.ringway.port.PortQueue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The queue of a TAP: one {@code readv} for each frame received, one {@code write} for each frame
 * sent.
 *
 * <p>How long a frame is shows only when it has been read. So the kernel scatters it over a small
 * frame and, where that is too short, the rest of a large one: an ordinary frame lands in its small
 * slot without a copy, and a super-frame costs the copy of its first 1,918 octets.
 */
final class TapQueue implements PortQueue {
    /** Octets of a received frame that a small slot holds. */
    static final int SMALL_ROOM = FramePool.SMALL_SLOT - FramePool.RECEIVE_START;

    private static final int LARGE_ROOM = FramePool.LARGE_SLOT - FramePool.RECEIVE_START;
    private static final int HEADER_START = FramePool.RECEIVE_START - VirtioNetHeader.LENGTH;

    private final TapPort port;
    private final int fd;
    private final FramePool pool;
    private final Counters counters;
    private final boolean receivesLarge;
    private final MemorySegment memory;
    private final long address;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment state = Libc.newState(arena);
    // struct iovec: address and length; the small frame, then the overflow into a large one.
    private final MemorySegment vectors = arena.allocate(JAVA_LONG, 4);
    // Frames to read into, held only inside one call of receive.
    private int small = FramePool.NONE;
    private int large = FramePool.NONE;
    private boolean isOpen = true;

    /** Reads and writes {@code fd}, which the port closes. */
    TapQueue(TapPort port, int fd, FramePool pool, Counters counters, boolean receivesLarge) {
        this.port = port;
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
        for (int attempt = 0; attempt < limit && prepareFrames(); attempt++) {
            long count = Libc.readv(state, fd, vectors.address(), large == FramePool.NONE ? 1 : 2);
            if (count < VirtioNetHeader.LENGTH) {
                // Nothing waits (EAGAIN), or the interface went away under us.
                break;
            }
            int frame = takeFrame((int) count - VirtioNetHeader.LENGTH);
            if (frame != FramePool.NONE) {
                pool.stamp(frame, nowNs);
                into.add(frame);
                octets += pool.length(frame);
                received++;
            }
        }
        releaseFrames();
        if (received > 0) {
            counters.add(Counter.FRAMES_RECEIVED, received);
            counters.add(Counter.OCTETS_RECEIVED, octets);
        }
        return received;
    }

    /**
     * Points the vectors at free frames; false when the pool has none, and what waits stays in the
     * kernel's queue.
     */
    private boolean prepareFrames() {
        if (small == FramePool.NONE) {
            small = pool.allocate();
            if (small == FramePool.NONE) {
                return false;
            }
            vector(0, pool.slot(small) + HEADER_START, VirtioNetHeader.LENGTH + SMALL_ROOM);
        }
        if (large == FramePool.NONE && receivesLarge) {
            large = pool.allocateLarge();
            if (large != FramePool.NONE) {
                long overflow = pool.slot(large) + FramePool.RECEIVE_START + SMALL_ROOM;
                vector(1, overflow, LARGE_ROOM - SMALL_ROOM);
            }
        }
        return true;
    }

    private void vector(int index, long offset, int length) {
        Octets.putNative64(vectors, index * 16L, address + offset);
        Octets.putNative64(vectors, index * 16L + 8, length);
    }

    /** The frame that holds what was just read, or {@link FramePool#NONE} when it was cut short. */
    private int takeFrame(int length) {
        long header = pool.slot(small) + HEADER_START;
        if (length < SMALL_ROOM || (length == SMALL_ROOM && large != FramePool.NONE)) {
            int frame = small;
            small = FramePool.NONE;
            pool.range(frame, FramePool.RECEIVE_START, length);
            VirtioNetHeader.read(pool, frame, memory, header);
            return frame;
        }
        if (large == FramePool.NONE) {
            // It filled the small frame to the brim, and there was no large one for the rest.
            counters.increment(receivesLarge ? Counter.PORT_NO_FRAME : Counter.PORT_TOO_LONG);
            return FramePool.NONE;
        }
        int frame = large;
        large = FramePool.NONE;
        pool.range(frame, FramePool.RECEIVE_START, length);
        Octets.copy(
                memory,
                header + VirtioNetHeader.LENGTH,
                memory,
                pool.slot(frame) + FramePool.RECEIVE_START,
                SMALL_ROOM);
        VirtioNetHeader.read(pool, frame, memory, header);
        return frame;
    }

    private void releaseFrames() {
        if (small != FramePool.NONE) {
            pool.release(small);
            small = FramePool.NONE;
        }
        if (large != FramePool.NONE) {
            pool.release(large);
            large = FramePool.NONE;
        }
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
            port.onQueueClosed();
            arena.close();
        }
    }
}
