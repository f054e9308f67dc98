package io.ringway.bench.lanes;

import io.ringway.Lane;
import io.ringway.LaneConfig;
import io.ringway.Stack;
import io.ringway.StackConfig;
import io.ringway.bench.BenchmarkException;
import io.ringway.bench.echo.EchoHandler;
import io.ringway.ip.DuplicateDetection;
import io.ringway.memory.Counter;

/**
 * A stack of one lane or more on a {@link ReplayPort}, with its connections open. Each lane is
 * driven by a core of its own; nothing else runs.
 */
final class LaneRig implements AutoCloseable {
    private static final int OPENING = 32;
    private static final int APART = 16;
    private static final long TURN_NS = 5_000;
    private static final long PATIENCE_NS = 20_000_000_000L;

    private final ReplayPort port;
    private final Stack stack;
    private final int[] asked;

    // Time stands still for a lane that is not measured, so that nothing times out meanwhile.
    private final long[] nowNs;

    /**
     * Opens them all.
     *
     * @param connections over all lanes
     * @param burst requests that a lane finds at its queue at once
     */
    LaneRig(int lanes, int connections, int burst, Cores cores) {
        this.port = new ReplayPort(lanes, connections / lanes);
        this.asked = new int[lanes];
        this.nowNs = new long[lanes * APART];
        // A lane that has others beside it keeps half of a burst for what they hand over.
        int room = lanes == 1 ? burst : 2 * burst;
        StackConfig config =
                StackConfig.builder()
                        .address(ReplayPort.SERVER + "/24")
                        .gateway(ReplayPort.GATEWAY)
                        .ip(ip -> ip.duplicateDetection(DuplicateDetection.OFF))
                        .tcp(tcp -> tcp.maxConnections(connections + 1))
                        .lane(LaneConfig.DEFAULT.withBursts(room, 256))
                        .lanes(lanes)
                        .smallFrames(16_384)
                        .seed(7)
                        .build();
        this.stack = Stack.open(config, port);
        stack.listen(ReplayPort.SERVER_PORT, new EchoHandler());
        open(cores);
    }

    private void open(Cores cores) {
        long endNs = System.nanoTime() + PATIENCE_NS;
        while (opened() < connections()) {
            cores.run(lanes(), 1_000_000, this::openTurn);
            if (System.nanoTime() > endNs) {
                throw new BenchmarkException(
                        opened() + " of " + connections() + " connections opened: " + counters());
            }
        }
        for (int i = 0; i < lanes(); i++) {
            port.queue(i).running(true);
        }
    }

    private int openTurn(int lane) {
        ReplayQueue queue = port.queue(lane);
        while (asked[lane] < queue.connections() && asked[lane] - queue.opened() < OPENING) {
            queue.connect(asked[lane]++);
        }
        return turn(lane);
    }

    private int opened() {
        int opened = 0;
        for (int i = 0; i < lanes(); i++) {
            opened += port.queue(i).opened();
        }
        return opened;
    }

    private int connections() {
        int connections = 0;
        for (int i = 0; i < lanes(); i++) {
            connections += port.queue(i).connections();
        }
        return connections;
    }

    int lanes() {
        return stack.laneCount();
    }

    /** One duty cycle of a lane; returns how many requests were answered in it. */
    int turn(int lane) {
        ReplayQueue queue = port.queue(lane);
        long before = queue.replies();
        Lane driven = stack.lane(lane);
        nowNs[lane * APART] += TURN_NS;
        driven.doWork(nowNs[lane * APART]);
        return (int) (queue.replies() - before);
    }

    /**
     * Throws when something went wrong that a measurement must not have in it.
     *
     * @throws BenchmarkException saying what
     */
    void check() {
        for (int i = 0; i < lanes(); i++) {
            long handed = stack.lane(i).counters().get(Counter.LANE_HANDED_OVER);
            // Answers to ARP are for every lane.
            if (port.queue(i).wrong() > 0 || handed > lanes() * 16L) {
                throw new BenchmarkException(
                        port.queue(i).wrong() + " segments were wrong: " + counters());
            }
        }
    }

    /** Every counter of the lanes that is not 0. */
    String counters() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < lanes(); i++) {
            text.append("lane ").append(i).append(": ");
            for (Counter counter : Counter.values()) {
                long value = stack.lane(i).counters().get(counter);
                if (value != 0) {
                    text.append(counter).append('=').append(value).append(' ');
                }
            }
        }
        return text.toString().strip();
    }

    @Override
    public void close() {
        stack.close();
    }
}
