package io.ringway.nio;

import io.ringway.memory.Counters;
import io.ringway.memory.FrameBatch;
import io.ringway.memory.FramePool;
import io.ringway.port.Port;
import io.ringway.port.PortCapabilities;
import io.ringway.port.PortQueue;

/** A port that leads nowhere, for a stack that talks to itself alone: what is sent is lost. */
final class NowherePort implements Port {
    /** As {@code ringway.port} names it. */
    static final String NAME = "none";

    private static final long MAC_ADDRESS = 0x0200_0000_0001L;
    private static final int MTU = 65_521;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public long macAddress() {
        return MAC_ADDRESS;
    }

    @Override
    public int mtu() {
        return MTU;
    }

    @Override
    public PortCapabilities capabilities() {
        return PortCapabilities.FULL;
    }

    @Override
    public int queueCount() {
        return 1;
    }

    @Override
    public PortQueue open(int queue, FramePool pool, Counters counters) {
        return new Queue(pool);
    }

    @Override
    public void close() {}

    private record Queue(FramePool pool) implements PortQueue {
        @Override
        public int receive(FrameBatch into, long nowNs) {
            return 0;
        }

        @Override
        public int transmit(FrameBatch from, long nowNs) {
            int count = from.count();
            for (int i = 0; i < count; i++) {
                pool.release(from.get(i));
            }
            from.clear();
            return count;
        }

        @Override
        public long nextDeadlineNs() {
            return Long.MAX_VALUE;
        }

        @Override
        public int pollDescriptor() {
            return -1;
        }

        @Override
        public void close() {}
    }
}
