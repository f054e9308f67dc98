package io.ringway.testkit;

import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.memory.FrameBatch;
import io.ringway.memory.FramePool;
import io.ringway.port.Port;
import io.ringway.port.PortCapabilities;
import io.ringway.port.PortException;
import io.ringway.port.PortQueue;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * A port whose other end is a test: it receives the frames that the test injects, and hands what
 * the stack sends to the test. One queue, one thread.
 */
public final class ScriptedPort implements Port {
    /** Who takes the frames that the stack sends. */
    @FunctionalInterface
    public interface Receiver {
        /** Takes one whole Ethernet frame. */
        void onFrame(byte[] frame, long nowNs);
    }

    private final long macAddress;
    private final int mtu;
    private final PortCapabilities capabilities;
    private final Receiver receiver;
    private final Queue<byte[]> injected = new ArrayDeque<>();
    private @Nullable ScriptedQueue queue;

    public ScriptedPort(
            long macAddress, int mtu, PortCapabilities capabilities, Receiver receiver) {
        this.macAddress = macAddress;
        this.mtu = mtu;
        this.capabilities = capabilities;
        this.receiver = receiver;
    }

    /** Lets the stack receive a frame in its next duty cycle. */
    public void inject(byte[] frame) {
        injected.add(frame.clone());
    }

    @Override
    public String name() {
        return "scripted";
    }

    @Override
    public long macAddress() {
        return macAddress;
    }

    @Override
    public int mtu() {
        return mtu;
    }

    @Override
    public PortCapabilities capabilities() {
        return capabilities;
    }

    @Override
    public int queueCount() {
        return 1;
    }

    @Override
    public PortQueue open(int index, FramePool pool, Counters counters) {
        if (queue != null) {
            throw new PortException("the scripted port's queue is open already");
        }
        queue = new ScriptedQueue(pool, counters);
        return queue;
    }

    @Override
    public void close() {}

    private final class ScriptedQueue implements PortQueue {
        private final FramePool frames;
        private final Counters counters;

        ScriptedQueue(FramePool frames, Counters counters) {
            this.frames = frames;
            this.counters = counters;
        }

        @Override
        public int receive(FrameBatch into, long nowNs) {
            int count = 0;
            for (byte[] octets = injected.peek();
                    octets != null && into.room() > 0;
                    octets = injected.peek()) {
                injected.remove();
                boolean isSmall = octets.length <= FramePool.SMALL_SLOT - FramePool.RECEIVE_START;
                int frame = isSmall ? frames.allocate() : frames.allocateLarge();
                if (frame == FramePool.NONE) {
                    counters.increment(Counter.PORT_NO_FRAME);
                    continue;
                }
                frames.range(frame, FramePool.RECEIVE_START, octets.length);
                frames.stamp(frame, nowNs);
                MemorySegment.copy(
                        MemorySegment.ofArray(octets),
                        0,
                        frames.memory(),
                        frames.data(frame),
                        octets.length);
                counters.increment(Counter.FRAMES_RECEIVED);
                counters.add(Counter.OCTETS_RECEIVED, octets.length);
                into.add(frame);
                count++;
            }
            return count;
        }

        @Override
        public int transmit(FrameBatch from, long nowNs) {
            int count = from.count();
            for (int i = 0; i < count; i++) {
                int frame = from.get(i);
                byte[] octets = new byte[frames.length(frame)];
                MemorySegment.copy(
                        frames.memory(),
                        frames.data(frame),
                        MemorySegment.ofArray(octets),
                        0,
                        octets.length);
                frames.release(frame);
                counters.increment(Counter.FRAMES_SENT);
                counters.add(Counter.OCTETS_SENT, octets.length);
                receiver.onFrame(octets, nowNs);
            }
            from.clear();
            return count;
        }

        @Override
        public long nextDeadlineNs() {
            return injected.isEmpty() ? Long.MAX_VALUE : Long.MIN_VALUE;
        }

        @Override
        public int pollDescriptor() {
            return -1;
        }

        @Override
        public void close() {
            queue = null;
            injected.clear();
        }
    }
}
