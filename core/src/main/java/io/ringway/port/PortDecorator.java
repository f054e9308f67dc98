package io.ringway.port;

import io.ringway.memory.Counters;
import io.ringway.memory.FramePool;

/**
 * A port around a port. Everything is the inner one's but what a subclass changes: most often the
 * queues, which it wraps in {@link #open}, so that it sees, changes, delays or drops what passes.
 *
 * <p>Threads are those of {@link Port}.
 */
public abstract class PortDecorator implements Port {
    /** The port inside. */
    protected final Port port;

    /** Wraps {@code port}, and closes it when this is closed. */
    protected PortDecorator(Port port) {
        this.port = port;
    }

    @Override
    public String name() {
        return port.name();
    }

    @Override
    public long macAddress() {
        return port.macAddress();
    }

    @Override
    public int mtu() {
        return port.mtu();
    }

    @Override
    public PortCapabilities capabilities() {
        return port.capabilities();
    }

    @Override
    public int queueCount() {
        return port.queueCount();
    }

    /** Opens the inner queue, and wraps it. */
    @Override
    public abstract PortQueue open(int queue, FramePool pool, Counters counters);

    @Override
    public void close() {
        port.close();
    }
}
