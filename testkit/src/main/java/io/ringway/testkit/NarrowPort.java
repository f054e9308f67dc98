package io.ringway.testkit;

import io.ringway.memory.Counters;
import io.ringway.memory.FrameBatch;
import io.ringway.memory.FramePool;
import io.ringway.port.Port;
import io.ringway.port.PortDecorator;
import io.ringway.port.PortQueue;
import io.ringway.port.PortQueueDecorator;

/**
 * A port behind which the path is narrower than the link, and swallows what is too large without a
 * word: a black hole of path MTU discovery (RFC 2923 §2.1). How wide it is may change at any time.
 *
 * <p>It looks at frames as they leave, so whoever has super-frames cut by the port puts it below
 * what cuts them.
 */
public final class NarrowPort extends PortDecorator {
    private static final int ETHERNET = 14;

    private int mtu;
    private long swallowed;

    /**
     * Wraps a port.
     *
     * @param mtu octets of the largest IP packet that gets through
     */
    public NarrowPort(Port port, int mtu) {
        super(port);
        this.mtu = mtu;
    }

    /** From now on packets of so many octets get through. */
    public void widen(int octets) {
        mtu = octets;
    }

    /** Frames that were too large. */
    public long swallowed() {
        return swallowed;
    }

    @Override
    public PortQueue open(int queue, FramePool pool, Counters counters) {
        return new Queue(port.open(queue, pool, counters), pool);
    }

    @Override
    public String toString() {
        return port + " narrow";
    }

    private final class Queue extends PortQueueDecorator {
        private final FramePool frames;

        Queue(PortQueue queue, FramePool frames) {
            super(queue);
            this.frames = frames;
        }

        @Override
        public int transmit(FrameBatch from, long nowNs) {
            int[] all = new int[from.count()];
            for (int i = 0; i < all.length; i++) {
                all[i] = from.get(i);
            }
            from.clear();
            int dropped = 0;
            for (int frame : all) {
                if (frames.length(frame) > mtu + ETHERNET) {
                    frames.release(frame);
                    dropped++;
                } else {
                    from.add(frame);
                }
            }
            swallowed += dropped;
            return dropped + queue.transmit(from, nowNs);
        }
    }
}
