package io.ringway.bench.echo;

import io.ringway.Lane;
import io.ringway.LaneConfig;
import io.ringway.Stack;
import io.ringway.StackConfig;
import io.ringway.ip.DuplicateDetection;
import io.ringway.memory.Counter;
import io.ringway.port.LinkConfig;
import io.ringway.port.LinkPort;

import java.util.SplittableRandom;

/**
 * A stack that echoes, with many connections opened by real handshakes, and the peer at the other
 * end of its link. Only the stack's duty cycle is timed: from the clock before {@link Lane#doWork}
 * to the clock after it, in which the frames of a burst come out of the link, go through Ethernet,
 * IP, TCP and the handler, and their replies go into the link again.
 *
 * <p>One thread. The stack's time is virtual: it goes on by {@link #ROUND_TRIP_NS} with each round
 * trip, so that no timer of TCP fires because this machine was busy with something else.
 */
public final class EchoRig implements AutoCloseable {
    /**
     * With more connections than this, a peer's next request on the same one comes too late to
     * acknowledge the reply to the last.
     */
    public static final int MOST_PIGGYBACK = 10_000;

    private static final int OPENING_BURST = 32;
    private static final int PATIENCE = 64;
    private static final long ROUND_TRIP_NS = 250;

    private final Stack stack;
    private final Lane lane;
    private final EchoPeer peer;
    private final int count;
    private final int burst;
    private final boolean isAcknowledgedAlone;
    private final int[] order;
    private final SplittableRandom random = new SplittableRandom(7);
    private int position;
    private long nowNs = 1_000_000_000;
    private long requestNs;
    private long acknowledgmentNs;

    /**
     * Opens {@code count} connections.
     *
     * @param burst requests that are put on the link before the stack gets its turn
     * @param isAcknowledgedAlone whether the peer acknowledges each reply with a segment of its
     *     own, as it has to when its next request is far away; otherwise with its next request
     */
    public EchoRig(int count, int burst, boolean isAcknowledgedAlone) {
        this.count = count;
        this.burst = Math.min(burst, count);
        this.isAcknowledgedAlone = isAcknowledgedAlone;
        LinkPort.Pair link = LinkPort.pair(LinkConfig.PLAIN);
        this.stack = Stack.open(config(count, burst), link.a());
        this.lane = stack.lane(0);
        this.peer = new EchoPeer(link.b(), link.a().macAddress(), count);
        this.order = new int[count];
        for (int i = 0; i < count; i++) {
            order[i] = i;
        }
        stack.listen(EchoPeer.SERVER_PORT, new EchoHandler());
        open();
        shuffle();
    }

    private static StackConfig config(int count, int burst) {
        return StackConfig.builder()
                .address("198.18.0.1/24")
                .gateway("198.18.0.2")
                .ip(ip -> ip.duplicateDetection(DuplicateDetection.OFF))
                .tcp(tcp -> tcp.initialConnections(count).maxConnections(count + 1))
                .lane(LaneConfig.DEFAULT.withBursts(Math.max(burst, OPENING_BURST), 256))
                .smallFrames(8192)
                .seed(7)
                .build();
    }

    private void open() {
        int asked = 0;
        int idle = 0;
        while (peer.openCount() < count) {
            int before = peer.openCount();
            while (asked < count && asked - peer.openCount() < OPENING_BURST) {
                peer.connect(asked++, nowNs);
            }
            turn();
            idle = peer.openCount() == before ? idle + 1 : 0;
            if (idle > PATIENCE) {
                throw new IllegalStateException(
                        peer.openCount() + " of " + count + " connections opened, and no more");
            }
        }
        turn();
        if (lane.connectionCount() != count) {
            throw new IllegalStateException(
                    "the stack has " + lane.connectionCount() + " connections, not " + count);
        }
    }

    private void turn() {
        nowNs += OPENING_BURST * ROUND_TRIP_NS;
        peer.transmit(nowNs);
        lane.doWork(nowNs);
        peer.drain(nowNs);
    }

    private void shuffle() {
        for (int i = count - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swapped = order[i];
            order[i] = order[j];
            order[j] = swapped;
        }
    }

    /** How many requests {@link #roundTrips} makes. */
    public int burst() {
        return burst;
    }

    /**
     * One burst of round trips, on connections in random order, none twice.
     *
     * @return nanoseconds that the stack took for it
     */
    public long roundTrips() {
        if (position + burst > count) {
            position = 0;
        }
        nowNs += burst * ROUND_TRIP_NS;
        for (int i = 0; i < burst; i++) {
            peer.request(order[position + i], nowNs);
        }
        requestNs = exchange(burst);
        acknowledgmentNs = 0;
        if (isAcknowledgedAlone) {
            for (int i = 0; i < burst; i++) {
                peer.acknowledge(order[position + i], nowNs);
            }
            acknowledgmentNs = exchange(0);
        }
        position += burst;
        return requestNs + acknowledgmentNs;
    }

    /** Of the last {@link #roundTrips}, the part for the segments that only acknowledged. */
    public long acknowledgmentNs() {
        return acknowledgmentNs;
    }

    private long exchange(int replies) {
        peer.transmit(nowNs);
        long spent = work();
        int left = replies - peer.drain(nowNs);
        for (int i = 0; left > 0 && i < PATIENCE; i++) {
            spent += work();
            left -= peer.drain(nowNs);
        }
        if (left != 0) {
            throw new IllegalStateException(
                    left + " of " + replies + " replies are missing: " + counters());
        }
        return spent;
    }

    private long work() {
        long startNs = System.nanoTime();
        lane.doWork(nowNs);
        return System.nanoTime() - startNs;
    }

    /** Every counter of the stack that is not 0, on one line. */
    public String counters() {
        StringBuilder text = new StringBuilder();
        for (Counter counter : Counter.values()) {
            long value = lane.counters().get(counter);
            if (value != 0) {
                text.append(counter).append('=').append(value).append(' ');
            }
        }
        return text.toString().strip();
    }

    @Override
    public void close() {
        stack.close();
        peer.close();
    }
}
