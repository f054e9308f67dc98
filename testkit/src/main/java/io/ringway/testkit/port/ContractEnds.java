package io.ringway.testkit.port;

import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.memory.FrameBatch;
import io.ringway.memory.FramePool;
import io.ringway.port.PortQueue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * The queues of a port under test, all of them, with a pool each; and what waits for frames on
 * either side.
 */
final class ContractEnds implements AutoCloseable {
    private static final long PATIENCE_NS = 10_000_000_000L;
    private static final int BURST = 32;

    final PortWire wire;
    final List<FramePool> pools = new ArrayList<>();
    private final List<Counters> counters = new ArrayList<>();
    private final List<PortQueue> queues = new ArrayList<>();
    private final FrameBatch batch = new FrameBatch(BURST);

    ContractEnds(PortWire wire) {
        this.wire = wire;
        for (int i = 0; i < wire.port().queueCount(); i++) {
            pools.add(wire.newPool());
            counters.add(new Counters());
        }
        openQueues();
    }

    void openQueues() {
        for (int i = 0; i < pools.size(); i++) {
            queues.add(wire.port().open(i, pools.get(i), counters.get(i)));
        }
    }

    void closeQueues() {
        queues.forEach(PortQueue::close);
        queues.clear();
    }

    /** A frame received and still held. */
    record Held(FramePool pool, int frame) {
        WireFrame copy() {
            return WireFrame.copyOf(pool, frame);
        }

        void release() {
            pool.release(frame);
        }
    }

    PortQueue queue(int index) {
        return queues.get(index);
    }

    long count(Counter counter) {
        return counters.stream().mapToLong(each -> each.get(counter)).sum();
    }

    /** To us, from the far end. */
    WireFrame inbound(int number, int length) {
        return ContractFrames.numbered(
                wire.port().macAddress(), ContractFrames.FAR, number, length);
    }

    /** From us, to the far end. */
    WireFrame outbound(int number, int length) {
        return ContractFrames.numbered(
                ContractFrames.FAR, wire.port().macAddress(), number, length);
    }

    void send(WireFrame frame) {
        if (!wire.send(frame)) {
            throw new AssertionError("the far end could not send a frame");
        }
    }

    /** Waits until the port has received {@code count} frames to our own address. */
    List<Held> receive(int count) {
        List<Held> held = new ArrayList<>();
        long deadline = System.nanoTime() + PATIENCE_NS;
        while (held.size() < count) {
            if (receiveInto(held, BURST) == 0) {
                waitABit(deadline, held.size() + " of " + count + " frames were received");
            }
        }
        return held;
    }

    /** Receives from each queue once, at most {@code limit} frames; adds those that are to us. */
    int receiveInto(List<Held> held, int limit) {
        int received = 0;
        FrameBatch room = limit == BURST ? batch : new FrameBatch(limit);
        for (int i = 0; i < queues.size(); i++) {
            int count = queues.get(i).receive(room, wire.nowNs());
            if (count != room.count()) {
                throw new AssertionError("receive said " + count + " and appended " + room.count());
            }
            for (int j = 0; j < count; j++) {
                keepIfOurs(held, new Held(pools.get(i), room.get(j)));
            }
            received += count;
            room.clear();
        }
        return received;
    }

    private void keepIfOurs(List<Held> held, Held frame) {
        WireFrame copy = frame.copy();
        if (ContractFrames.isTo(copy, wire.port().macAddress())) {
            held.add(frame);
        } else {
            frame.release();
        }
    }

    /** Puts a frame into the first queue's pool. */
    int put(WireFrame frame) {
        return frame.put(pools.getFirst());
    }

    /**
     * Transmits all of {@code from} on the first queue; while it is full, the far end takes what
     * came into {@code arrived}.
     */
    void transmitAll(FrameBatch from, List<WireFrame> arrived) {
        long deadline = System.nanoTime() + PATIENCE_NS;
        while (from.count() > 0) {
            int before = from.count();
            int accepted = queues.getFirst().transmit(from, wire.nowNs());
            if (accepted != before - from.count()) {
                throw new AssertionError(
                        "transmit said " + accepted + " and took " + (before - from.count()));
            }
            if (accepted == 0) {
                drain(arrived);
                waitABit(deadline, from.count() + " frames were never accepted");
            }
        }
    }

    /** Transmits one frame. */
    void transmit(WireFrame frame) {
        FrameBatch one = new FrameBatch(1);
        one.add(put(frame));
        transmitAll(one, new ArrayList<>());
    }

    /** Takes what has arrived at the far end by now. */
    void drain(List<WireFrame> arrived) {
        for (WireFrame frame = wire.receive(); frame != null; frame = wire.receive()) {
            if (ContractFrames.isNumbered(frame) || ContractFrames.isTransport(frame)) {
                arrived.add(frame);
            }
        }
    }

    /** Waits until the far end has what is wanted. */
    List<WireFrame> arrived(Predicate<List<WireFrame>> wanted) {
        return arrived(new ArrayList<>(), wanted);
    }

    List<WireFrame> arrived(List<WireFrame> arrived, Predicate<List<WireFrame>> wanted) {
        long deadline = System.nanoTime() + PATIENCE_NS;
        while (true) {
            drain(arrived);
            if (wanted.test(arrived)) {
                return arrived;
            }
            // A queue that sends later than it accepts does so when it is called.
            queues.getFirst().transmit(new FrameBatch(1), wire.nowNs());
            waitABit(deadline, "only " + arrived.size() + " frames came to the far end");
        }
    }

    // Yielding lets the other side run on a machine with one core.
    @SuppressWarnings("ThreadPriorityCheck")
    private static void waitABit(long deadline, String complaint) {
        if (System.nanoTime() > deadline) {
            throw new AssertionError("after 10 s " + complaint);
        }
        Thread.yield();
    }

    /** Whether every frame of every pool is home. */
    String missing() {
        StringBuilder missing = new StringBuilder();
        for (FramePool pool : pools) {
            if (!pool.isFull()) {
                missing.append(pool).append('\n');
            }
        }
        return missing.toString();
    }

    @Override
    public void close() {
        closeQueues();
        String missing = missing();
        wire.close();
        pools.forEach(FramePool::close);
        if (!missing.isEmpty()) {
            throw new AssertionError("frames are missing when all is closed: " + missing);
        }
    }
}
