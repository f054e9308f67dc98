package io.ringway.port;

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
     * Opens one queue for the lane that owns {@code pool}; frames received come from it, frames
     * sent go back to it.
     *
     * @throws PortException when the queue is open already or the device refuses
     */
    PortQueue open(int queue, FramePool pool);

    @Override
    void close();
}
