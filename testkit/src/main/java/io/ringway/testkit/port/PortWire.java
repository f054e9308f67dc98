package io.ringway.testkit.port;

import io.ringway.memory.FramePool;
import io.ringway.port.Port;

import org.jspecify.annotations.Nullable;

/**
 * A port under test, and the far end of its wire. One thread calls it all.
 *
 * <p>The far end must be quiet by itself, or at least send nothing to the port's own link address.
 */
public interface PortWire extends AutoCloseable {
    /** The port; after {@link #reopen}, the new one. Whoever asks does not close it. */
    Port port();

    /** Closes the port, whose queues are closed, and makes the same again at once. */
    void reopen();

    /**
     * Sends {@code frame} from the far end to the port.
     *
     * @return false when the far end cannot send with offload metadata, and the frame has some
     */
    boolean send(WireFrame frame);

    /** The next frame that has left the port, or null when there is none yet. Does not wait. */
    @Nullable WireFrame receive();

    /**
     * Takes the link down or up.
     *
     * @return false when this kind of link has no such state
     */
    default boolean setLink(boolean isUp) {
        return false;
    }

    /** A new pool for one queue: at least 128 small frames and 4 large ones. */
    default FramePool newPool() {
        return new FramePool(512, 8);
    }

    /** The time that queues are called with. */
    default long nowNs() {
        return System.nanoTime();
    }

    /** Closes the port and the far end. */
    @Override
    void close();
}
