package io.ringway.bench.bulk;

import io.ringway.Lane;
import io.ringway.Stack;
import io.ringway.StackConfig;
import io.ringway.ip.DuplicateDetection;
import io.ringway.memory.Counter;
import io.ringway.port.LinkConfig;
import io.ringway.port.LinkPort;
import io.ringway.wire.Endpoint;

import java.util.concurrent.CompletableFuture;

/**
 * Two stacks on one link, and one connection over it that sends as fast as it can; one thread runs
 * both. Time is virtual: the two take turns, and {@link #TURN_NS} pass in each.
 */
public final class BulkRig implements AutoCloseable {
    private static final long TURN_NS = 10_000;
    private static final int PORT = 9;
    private static final int PATIENCE = 100_000;

    private final Stack sender;
    private final Stack receiver;
    private final Lane sending;
    private final Lane receiving;
    private final BulkSink sink;
    private long nowNs = 1_000_000_000;

    /**
     * Opens the connection.
     *
     * @param link what lies between them
     * @param bufferBytes the largest send queue, and the largest window
     */
    public BulkRig(LinkConfig link, int bufferBytes) {
        LinkPort.Pair pair = LinkPort.pair(link);
        Pattern pattern = new Pattern();
        this.sender = Stack.open(config("198.18.0.1/24", bufferBytes, 1), pair.a());
        this.receiver = Stack.open(config("198.18.0.2/24", bufferBytes, 2), pair.b());
        this.sending = sender.lane(0);
        this.receiving = receiver.lane(0);
        this.sink = new BulkSink(pattern);
        receiver.listen(PORT, sink);
        CompletableFuture<?> opened =
                sender.connect(Endpoint.parse("198.18.0.2:" + PORT), new BulkSource(pattern));
        for (int i = 0; !opened.isDone() && i < PATIENCE; i++) {
            turn();
        }
        opened.join();
    }

    private static StackConfig config(String address, int bufferBytes, long seed) {
        return StackConfig.builder()
                .address(address)
                .ip(ip -> ip.duplicateDetection(DuplicateDetection.OFF))
                .tcp(tcp -> tcp.sendBufferBytes(bufferBytes).receiveBufferBytes(bufferBytes))
                .seed(seed)
                .build();
    }

    private void turn() {
        nowNs += TURN_NS;
        int work = sending.doWork(nowNs) + receiving.doWork(nowNs);
        if (work == 0) {
            long next = Math.min(sending.nextDeadlineNs(nowNs), receiving.nextDeadlineNs(nowNs));
            if (next == Long.MAX_VALUE) {
                throw new IllegalStateException("the flow stands still: " + counters());
            }
            nowNs = Math.max(nowNs, next);
        }
    }

    /** Moves at least so many octets from one application to the other; returns how many. */
    public long move(long octets) {
        long before = sink.received();
        while (sink.received() - before < octets) {
            turn();
        }
        return sink.received() - before;
    }

    /** Whether the receiver compares every octet with what was sent. */
    public void isChecking(boolean value) {
        sink.isChecking(value);
    }

    /** Every counter that is not 0, of the sender and of the receiver. */
    public String counters() {
        StringBuilder text = new StringBuilder();
        for (Counter counter : Counter.values()) {
            long sent = sending.counters().get(counter);
            long received = receiving.counters().get(counter);
            if (sent != 0 || received != 0) {
                text.append(counter).append('=').append(sent).append('/').append(received);
                text.append(' ');
            }
        }
        return text.toString().strip();
    }

    @Override
    public void close() {
        sender.close();
        receiver.close();
    }
}
