package io.ringway.bench.many;

import io.ringway.Profile;
import io.ringway.Stack;
import io.ringway.StackConfig;
import io.ringway.bench.BenchmarkException;
import io.ringway.bench.echo.EchoHandler;
import io.ringway.ip.DuplicateDetection;
import io.ringway.memory.Counter;
import io.ringway.port.LinkConfig;
import io.ringway.port.LinkPort;
import io.ringway.testkit.swarm.Swarm;
import io.ringway.testkit.swarm.SwarmConfig;

import org.HdrHistogram.Histogram;

import java.util.function.BooleanSupplier;

/**
 * A stack of ours with very many connections, and the clients, in this process; the swarm's memory
 * is all there before the first connection, so that what is added is the server's.
 */
final class OursInMemory implements AutoCloseable {
    private static final long PATIENCE_NS = 600_000_000_000L;
    private static final long LONGEST_NS = 60_000_000_000L;

    private final SwarmConfig config;
    private final LinkPort.Pair link;
    private final Stack stack;
    private final Swarm swarm;
    private final Histogram roundTrips = new Histogram(1_000, LONGEST_NS, 3);
    private final long residentBefore;

    /** Begins; {@code active} of the connections exchange a message each second. */
    OursInMemory(int connections, int active) {
        this.config =
                SwarmConfig.builder()
                        .connections(connections)
                        .active(active)
                        .timeoutNs(3_000_000_000L)
                        .build();
        this.link =
                LinkPort.pair(
                        LinkConfig.builder()
                                .isThreaded(true)
                                .queueFrames(4096)
                                .transitOctets(8 << 20)
                                .build());
        int most = connections + 1024;
        StackConfig server =
                StackConfig.builder(Profile.C10M)
                        .address("198.18.0.1/24")
                        .gateway("198.18.0.2")
                        .ip(ip -> ip.duplicateDetection(DuplicateDetection.OFF))
                        .tcp(tcp ->
                                tcp.initialConnections(Math.min(1 << 16, most))
                                        .maxConnections(most))
                        .smallFrames(32 * 1024)
                        .build();
        this.stack = Stack.open(server, link.a());
        this.swarm =
                new Swarm(config, link.b(), ns -> roundTrips.recordValue(Math.min(ns, LONGEST_NS)));
        stack.listen(config.serverPort(), new EchoHandler());
        stack.start();
        Memory.heap();
        this.residentBefore = Memory.resident();
    }

    /** Opens all; returns the seconds that it took. */
    double open() {
        long startNs = System.nanoTime();
        until("open", swarm::isOpened);
        return (System.nanoTime() - startNs) / 1e9;
    }

    /** Seconds that the lane has worked up to now; what it waited for the clients is not in it. */
    double busySeconds() {
        return stack.counter(Counter.BUSY_NS) / 1e9;
    }

    /** Lets the active ones exchange messages; returns how many in a second. */
    double hold(int seconds) {
        roundTrips.reset();
        long before = swarm.messages();
        long endNs = System.nanoTime() + seconds * 1_000_000_000L;
        until("exchange messages", () -> System.nanoTime() >= endNs);
        return (swarm.messages() - before) / (double) seconds;
    }

    /** Octets that a connection has added to the process. */
    double octetsEach() {
        return (Memory.resident() - residentBefore) / (double) Math.max(1, swarm.open());
    }

    /** Microseconds below which so many per cent of the last {@link #hold}'s round trips were. */
    double micros(double percent) {
        return roundTrips.getValueAtPercentile(percent) / 1e3;
    }

    /** Asks {@code count} connections once each; returns how many answered rightly. */
    int verify(int count) {
        swarm.sweep(count);
        until("answer", swarm::isSwept);
        return swarm.swept();
    }

    /** Closes all; returns how many are left at the server. */
    int closeAll() {
        swarm.closeAll();
        until("close", swarm::isClosed);
        int left = connectionsAtServer();
        long endNs = System.nanoTime() + 5_000_000_000L;
        while (left > 0 && System.nanoTime() < endNs) {
            swarm.doWork(System.nanoTime());
            left = connectionsAtServer();
        }
        return left;
    }

    private int connectionsAtServer() {
        return stack.lane(0).submit(() -> stack.lane(0).connectionCount()).join();
    }

    long wrong() {
        return swarm.wrong() + swarm.resets();
    }

    private void until(String what, BooleanSupplier isDone) {
        long endNs = System.nanoTime() + PATIENCE_NS;
        while (!isDone.getAsBoolean()) {
            if (swarm.doWork(System.nanoTime()) == 0) {
                Thread.onSpinWait();
            }
            if (System.nanoTime() > endNs) {
                throw new BenchmarkException(
                        "the connections do not "
                                + what
                                + ": "
                                + swarm.open()
                                + " of "
                                + config.connections()
                                + " are open");
            }
        }
    }

    @Override
    public void close() {
        // The server ends first, for its frames are on the link.
        stack.close();
        swarm.close();
        link.close();
    }
}
