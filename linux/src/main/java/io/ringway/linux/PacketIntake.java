package io.ringway.linux;

import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.memory.FramePool;
import io.ringway.memory.Octets;

import java.lang.foreign.MemorySegment;

/**
 * Copies what a receive ring holds into frames of the pool, and counts it.
 *
 * <p>The kernel takes a VLAN tag out of the frame and tells of it beside; here it goes back in.
 */
final class PacketIntake {
    /** Bits of a slot's status, the same in versions 2 and 3. */
    static final int USER = 1;

    static final int COPY = 2;
    static final int LOSING = 4;
    static final int VLAN_VALID = 0x10;
    static final int VLAN_TPID_VALID = 0x40;

    /** {@code sll_pkttype} of frames on their way out. */
    static final int OUTGOING = 4;

    /** Octets of a frame that a small slot of the pool holds, with a tag to go back in. */
    static final int SMALL_ROOM = FramePool.SMALL_SLOT - FramePool.RECEIVE_START - 4;

    private static final int LARGE_ROOM = FramePool.LARGE_SLOT - FramePool.RECEIVE_START - 4;
    private static final int ADDRESSES = 12;
    private static final int TAG = 4;
    private static final int TPID_8021Q = 0x8100;

    private final FramePool pool;
    private final Counters counters;
    private final MemorySegment memory;
    private int frames;
    private long octets;

    PacketIntake(FramePool pool, Counters counters) {
        this.pool = pool;
        this.counters = counters;
        this.memory = pool.memory();
    }

    /** A frame for {@code length} octets, or {@link FramePool#NONE}; then the reason is counted. */
    int allocate(int length) {
        if (length > LARGE_ROOM) {
            counters.increment(Counter.PORT_TOO_LONG);
            return FramePool.NONE;
        }
        int frame = length <= SMALL_ROOM ? pool.allocate() : pool.allocateLarge();
        if (frame == FramePool.NONE) {
            counters.increment(Counter.PORT_NO_FRAME);
        }
        return frame;
    }

    /** Whether there are frames to receive into; without, what waits stays in the ring. */
    boolean isReady() {
        return pool.freeSmallCount() > 0;
    }

    /**
     * Copies {@code length} octets at {@code at}, behind a header of virtio, into a frame.
     *
     * @param tag what {@link #tag} said
     * @return the frame, or {@link FramePool#NONE} when there was none for it
     */
    int copy(MemorySegment ring, long at, int length, int tag, long nowNs) {
        int frame = allocate(length);
        if (frame == FramePool.NONE) {
            return FramePool.NONE;
        }
        long to = pool.slot(frame) + FramePool.RECEIVE_START;
        if (tag == 0) {
            Octets.copy(ring, at, memory, to, length);
        } else {
            Octets.copy(ring, at, memory, to, ADDRESSES);
            Octets.copy(ring, at + ADDRESSES, memory, to + ADDRESSES + TAG, length - ADDRESSES);
        }
        finish(frame, length, tag, ring, at - VirtioNetHeader.LENGTH, nowNs);
        return frame;
    }

    /** Where a frame that will be read from the socket begins; its virtio header is in front. */
    long readAt(int frame, int tag) {
        return pool.slot(frame) + FramePool.RECEIVE_START + (tag == 0 ? 0 : TAG);
    }

    /** Makes a frame of {@code length} octets that were read to {@link #readAt}. */
    void read(int frame, int length, int tag, long nowNs) {
        long at = readAt(frame, tag);
        // The header is read first: the addresses move over it.
        finish(frame, length, tag, memory, at - VirtioNetHeader.LENGTH, nowNs);
        if (tag != 0) {
            Octets.copy(memory, at, memory, at - TAG, ADDRESSES);
            Octets.put32(memory, at - TAG + ADDRESSES, tag);
        }
    }

    private void finish(
            int frame, int length, int tag, MemorySegment from, long header, long nowNs) {
        pool.range(frame, FramePool.RECEIVE_START, tag == 0 ? length : length + TAG);
        VirtioNetHeader.read(pool, frame, from, header);
        if (tag != 0) {
            Octets.put32(memory, pool.data(frame) + ADDRESSES, tag);
            if (pool.checksum(frame) == FramePool.CHECKSUM_NEEDED) {
                int start = pool.checksumStart(frame) + TAG;
                pool.checksumRange(frame, start, pool.checksumOffset(frame));
            }
        }
        pool.stamp(frame, nowNs);
        frames++;
        octets += pool.length(frame);
    }

    /** The tag that belongs into a frame, or 0, from what the slot says of it. */
    static int tag(int status, int control, int protocol) {
        if ((status & VLAN_VALID) == 0) {
            return 0;
        }
        int type = (status & VLAN_TPID_VALID) != 0 ? protocol : TPID_8021Q;
        return type << 16 | control;
    }

    MemorySegment memory() {
        return memory;
    }

    void release(int frame) {
        pool.release(frame);
    }

    /** Counts drops of the kernel. */
    void lost(long count) {
        if (count > 0) {
            counters.add(Counter.PORT_RING_FULL, count);
        }
    }

    /** Counts what was received since the last call, and returns how many frames it was. */
    int count() {
        int received = frames;
        if (received > 0) {
            counters.add(Counter.FRAMES_RECEIVED, received);
            counters.add(Counter.OCTETS_RECEIVED, octets);
            frames = 0;
            octets = 0;
        }
        return received;
    }
}
