package io.ringway.port;

import io.ringway.memory.Counters;
import io.ringway.memory.FrameBatch;
import io.ringway.memory.FramePool;

import java.lang.foreign.MemorySegment;

/**
 * Where the frames of one direction of a link are between the sender's {@code transmit} and the
 * receiver's {@code receive}. The sender calls the first group, the receiver the second.
 */
interface Transit {
    /** {@link #reserve} found no place. */
    long NO_ROOM = -1;

    /**
     * Whether {@code frames} frames of {@code octets} octets together may be reserved, or will be
     * when asked again.
     */
    boolean hasRoom(int frames, long octets);

    /**
     * A place for a frame.
     *
     * @return where in {@link #memory} its octets go, or {@link #NO_ROOM}
     */
    long reserve(int length);

    /** The memory that {@link #reserve} answers for. */
    MemorySegment memory();

    /** The reserved place is filled; the frame may be received from {@code arrivalNs} on. */
    void commit(int length, long offload, long arrivalNs);

    /** What was committed shall be seen by the receiver. */
    void publish();

    /** Frames in transit. */
    int count();

    /**
     * Opens the receiving end: frames come from this pool, and what it has no frame for is counted.
     */
    void attach(FramePool pool, Counters counters);

    /** Closes the receiving end, and drops what is in transit. */
    void detach();

    /** Whether the receiving end is open. */
    boolean isAttached();

    /** See {@link PortQueue#receive}. */
    int receive(FrameBatch into, long nowNs);

    /** When the next frame arrives; {@link Long#MAX_VALUE} when none is in transit. */
    long nextArrivalNs();
}
