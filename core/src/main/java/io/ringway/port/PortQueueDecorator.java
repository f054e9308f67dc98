package io.ringway.port;

import io.ringway.memory.FrameBatch;

/**
 * A queue around a queue. Everything is the inner one's but what a subclass changes: frames that
 * pass one way or the other, mostly. What {@link PortDecorator#open} returns.
 *
 * <p>Threads are those of {@link PortQueue}.
 */
public abstract class PortQueueDecorator implements PortQueue {
    /** The queue inside. */
    protected final PortQueue queue;

    /** Wraps {@code queue}, and closes it when this is closed. */
    protected PortQueueDecorator(PortQueue queue) {
        this.queue = queue;
    }

    @Override
    public int receive(FrameBatch into, long nowNs) {
        return queue.receive(into, nowNs);
    }

    @Override
    public int transmit(FrameBatch from, long nowNs) {
        return queue.transmit(from, nowNs);
    }

    @Override
    public long nextDeadlineNs() {
        return queue.nextDeadlineNs();
    }

    @Override
    public int pollDescriptor() {
        return queue.pollDescriptor();
    }

    @Override
    public int[] pollDescriptors() {
        return queue.pollDescriptors();
    }

    @Override
    public void close() {
        queue.close();
    }
}
