package io.ringway.bench.lanes;

import io.ringway.memory.FrameBatch;
import io.ringway.memory.FramePool;
import io.ringway.wire.EthernetHeader;
import io.ringway.wire.Ipv4Header;
import io.ringway.wire.TcpHeader;

/**
 * A lane that does nothing: it turns each request into its reply by setting four numbers. What it
 * takes is the generator's cost, to be taken out of a real lane's.
 */
final class NullLane implements AutoCloseable {
    private static final int LENGTH =
            EthernetHeader.LENGTH
                    + Ipv4Header.MIN_LENGTH
                    + TcpHeader.MIN_LENGTH
                    + ReplayQueue.PAYLOAD;

    private final FramePool pool = new FramePool(16_384, 0);
    private final ReplayQueue queue;
    private final FrameBatch batch;

    NullLane(ReplayQueue queue, int burst) {
        this.queue = queue;
        this.batch = new FrameBatch(burst);
        queue.open(pool);
        queue.running(true);
    }

    /** A burst of requests and their replies; returns how many. */
    int turn() {
        long before = queue.replies();
        queue.receive(batch, 0);
        for (int i = 0; i < batch.count(); i++) {
            assert pool.length(batch.get(i)) == LENGTH;
            queue.reflect(batch.get(i));
        }
        queue.transmit(batch, 0);
        return (int) (queue.replies() - before);
    }

    @Override
    public void close() {
        pool.close();
    }
}
