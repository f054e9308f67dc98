package io.ringway.testkit.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.Stack;
import io.ringway.StackConfig;
import io.ringway.TcpConnection;
import io.ringway.TcpHandler;
import io.ringway.ip.DuplicateDetection;
import io.ringway.port.ImpairmentConfig;
import io.ringway.port.ImpairmentPort;
import io.ringway.port.LinkConfig;
import io.ringway.port.LinkPort;
import io.ringway.testkit.VirtualClock;

import java.util.function.BooleanSupplier;

/** A stack and clients on a link, in virtual time. */
final class SwarmBed implements AutoCloseable {
    static final long MS = 1_000_000;
    private static final long STEP_NS = 50_000;

    static final TcpHandler ECHO =
            new TcpHandler() {
                @Override
                public void onReadable(TcpConnection connection) {
                    while (connection.viewLength() > 0) {
                        int sent =
                                connection.write(
                                        connection.memory(),
                                        connection.viewOffset(),
                                        connection.viewLength());
                        if (sent == 0) {
                            return;
                        }
                        connection.consume(sent);
                    }
                    if (connection.isEndOfStream()) {
                        connection.close();
                    }
                }
            };

    final VirtualClock clock = new VirtualClock();
    final LinkPort.Pair link = LinkPort.pair(LinkConfig.PLAIN);
    final Stack stack;
    final Clients clients;
    long worstNs;

    /** Makes the stack, on which {@code handler} listens on port 7, and the clients. */
    SwarmBed(SwarmConfig config, boolean isShort, String impairment, TcpHandler handler) {
        stack = Stack.open(server(1), link.a());
        stack.listen(7, handler);
        var port = new ImpairmentPort(link.b(), ImpairmentConfig.parse(impairment));
        SwarmListener listener = ns -> worstNs = Math.max(worstNs, ns);
        clients =
                isShort
                        ? new ShortSwarm(config, port, listener)
                        : new Swarm(config, port, listener);
    }

    /** Makes a stack of several lanes that echoes, and a swarm. */
    SwarmBed(SwarmConfig config, int lanes, String impairment, SwarmListener listener) {
        stack = Stack.open(server(lanes), link.a());
        stack.listen(7, ECHO);
        var port = new ImpairmentPort(link.b(), ImpairmentConfig.parse(impairment));
        clients = new Swarm(config, port, listener);
    }

    private StackConfig server(int lanes) {
        return StackConfig.builder()
                .address("198.18.0.1/24")
                .address("2001:2::1/64")
                .gateway("198.18.0.2")
                .gateway("2001:2::2")
                .ip(ip -> ip.duplicateDetection(DuplicateDetection.OFF))
                .clock(clock)
                .seed(3)
                .lanes(lanes)
                .build();
    }

    /** The clients where they are a {@link Swarm}. */
    Swarm swarm() {
        return (Swarm) clients;
    }

    void runUntil(BooleanSupplier isDone, long atMostMs) {
        long endNs = clock.nanoTime() + atMostMs * MS;
        while (!isDone.getAsBoolean() && clock.nanoTime() < endNs) {
            long nowNs = clock.nanoTime();
            clients.doWork(nowNs);
            for (int i = 0; i < stack.laneCount(); i++) {
                stack.lane(i).doWork(nowNs);
            }
            clock.advanceTo(nowNs + STEP_NS);
        }
        assertThat(isDone.getAsBoolean()).as("in time; %s open", clients.open()).isTrue();
    }

    /** The server has no connection left, and nobody saw anything wrong. */
    void expectAllGone() {
        runUntil(() -> connectionsAtServer() == 0, 300_000);
        assertThat(clients.wrong()).as("wrong").isZero();
        assertThat(clients.resets()).as("resets").isZero();
    }

    private int connectionsAtServer() {
        int count = 0;
        for (int i = 0; i < stack.laneCount(); i++) {
            count += stack.lane(i).connectionCount();
        }
        return count;
    }

    @Override
    public void close() {
        stack.close();
        clients.close();
        link.close();
    }
}
