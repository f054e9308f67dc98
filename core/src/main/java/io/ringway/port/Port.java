package io.ringway.port;

import io.ringway.memory.Counters;
import io.ringway.memory.FramePool;

/**
 * A device that moves Ethernet frames, with one or more queues.
 *
 * <p>Control path only; any thread. Errors that the caller can mend (a missing privilege, an
 * interface that is not there) are a {@link PortException} that says what to do.
 */
public interface Port extends AutoCloseable {
    /** What people call it: {@code tap0}, {@code link-a}. */
    String name();

    /** The link-layer address, in the lower 48 bits. */
    long macAddress();

    /** Octets of the largest IP packet in a frame that is not a super-frame. */
    int mtu();

    /** What the device does by itself. */
    PortCapabilities capabilities();

    int queueCount();

    /**
     * Opens one queue for the lane that owns {@code pool} and {@code counters}; frames received
     * come from the pool, frames sent go back to it. The queue itself counts the {@code FRAMES},
     * {@code OCTETS} and {@code PORT} counters: nobody else adds to them, and a decorator leaves
     * them to the port that it wraps.
     *
     * @throws PortException when the queue is open already or the device refuses
     */
    PortQueue open(int queue, FramePool pool, Counters counters);

    @Override
    void close();
}
