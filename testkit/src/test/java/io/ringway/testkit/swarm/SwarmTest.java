package io.ringway.testkit.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringway.Stack;
import io.ringway.StackConfig;
import io.ringway.TcpConnection;
import io.ringway.TcpHandler;
import io.ringway.ip.DuplicateDetection;
import io.ringway.memory.Counter;
import io.ringway.port.ImpairmentConfig;
import io.ringway.port.ImpairmentPort;
import io.ringway.port.LinkConfig;
import io.ringway.port.LinkPort;
import io.ringway.testkit.VirtualClock;

import org.junit.jupiter.api.Test;

import java.util.function.BooleanSupplier;

/** Many clients against a stack that echoes, in virtual time. */
class SwarmTest {
    private static final long MS = 1_000_000;
    private static final long STEP_NS = 50_000;

    /** A stack and a swarm on a link. */
    private static final class Bed implements AutoCloseable {
        final VirtualClock clock = new VirtualClock();
        final LinkPort.Pair link = LinkPort.pair(LinkConfig.PLAIN);
        final Stack stack;
        final Swarm swarm;
        long worstNs;

        Bed(SwarmConfig config, String impairment, TcpHandler handler) {
            StackConfig server =
                    StackConfig.builder()
                            .address("198.18.0.1/24")
                            .gateway("198.18.0.2")
                            .ip(ip -> ip.duplicateDetection(DuplicateDetection.OFF))
                            .clock(clock)
                            .seed(3)
                            .build();
            stack = Stack.open(server, link.a());
            stack.listen(7, handler);
            var port = new ImpairmentPort(link.b(), ImpairmentConfig.parse(impairment));
            swarm = new Swarm(config, port, ns -> worstNs = Math.max(worstNs, ns));
        }

        void runUntil(BooleanSupplier isDone, long atMostMs) {
            long endNs = clock.nanoTime() + atMostMs * MS;
            while (!isDone.getAsBoolean() && clock.nanoTime() < endNs) {
                long nowNs = clock.nanoTime();
                swarm.doWork(nowNs);
                stack.lane(0).doWork(nowNs);
                clock.advanceTo(nowNs + STEP_NS);
            }
            assertThat(isDone.getAsBoolean()).as("in time; %s open", swarm.open()).isTrue();
        }

        @Override
        public void close() {
            stack.close();
            swarm.close();
            link.close();
        }
    }

    private static final TcpHandler ECHO =
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

    private static SwarmConfig.Builder config(int connections) {
        return SwarmConfig.builder().connections(connections).active(connections / 10);
    }

    @Test
    void opensTalksSweepsAndClosesOverACleanLink() {
        SwarmConfig config = config(5000).thinkNs(100 * MS).messagesEach(3).octets(64).build();
        try (Bed bed = new Bed(config, "loss=0%", ECHO)) {
            Swarm swarm = bed.swarm;
            bed.runUntil(swarm::isOpened, 5_000);
            assertThat(swarm.open()).isEqualTo(5000);
            long before = swarm.messages();
            bed.runUntil(() -> swarm.messages() >= before + 5000, 2_000);
            swarm.sweep(5000);
            bed.runUntil(swarm::isSwept, 5_000);
            assertThat(swarm.swept()).isEqualTo(5000);
            assertThat(bed.stack.lane(0).connectionCount()).isEqualTo(5000);
            swarm.closeAll();
            bed.runUntil(swarm::isClosed, 5_000);
            bed.runUntil(() -> bed.stack.lane(0).connectionCount() == 0, 5_000);
            assertThat(swarm.wrong()).isZero();
            assertThat(swarm.resets()).isZero();
            assertThat(swarm.resent()).isZero();
            assertThat(swarm.foreign()).isZero();
            assertThat(bed.stack.lane(0).counters().get(Counter.TCP_RETRANSMITTED)).isZero();
        }
    }

    @Test
    void repeatsWhatIsLost() {
        SwarmConfig config =
                config(1000).thinkNs(0).messagesEach(20).octets(333).timeoutNs(300 * MS).build();
        try (Bed bed = new Bed(config, "loss=2%,reorder=2%,duplicate=1%,seed=5", ECHO)) {
            Swarm swarm = bed.swarm;
            bed.runUntil(swarm::isOpened, 60_000);
            assertThat(swarm.open()).isEqualTo(1000);
            bed.runUntil(() -> swarm.messages() > 20_000, 60_000);
            swarm.sweep(1000);
            bed.runUntil(swarm::isSwept, 60_000);
            assertThat(swarm.swept()).isEqualTo(1000);
            assertThat(swarm.resent()).isPositive();
            swarm.closeAll();
            bed.runUntil(swarm::isClosed, 60_000);
            bed.runUntil(() -> bed.stack.lane(0).connectionCount() == 0, 300_000);
            assertThat(swarm.wrong()).isZero();
            assertThat(swarm.resets()).isZero();
        }
    }

    @Test
    void seesWrongReplies() {
        TcpHandler liar =
                connection -> {
                    int length = connection.viewLength();
                    connection.consume(length);
                    connection.write(new byte[length], 0, length);
                };
        try (Bed bed = new Bed(config(100).thinkNs(MS).build(), "loss=0%", liar)) {
            bed.runUntil(() -> bed.swarm.wrong() >= 10, 1_000);
            assertThat(bed.swarm.messages()).isZero();
        }
    }

    @Test
    void closesWhatIsStillOpening() {
        SwarmConfig config = config(2000).opensPerSecond(10_000).build();
        try (Bed bed = new Bed(config, "delay=20ms", ECHO)) {
            bed.runUntil(() -> bed.swarm.open() > 500, 1_000);
            bed.swarm.closeAll();
            bed.runUntil(bed.swarm::isClosed, 5_000);
            bed.runUntil(() -> bed.stack.lane(0).connectionCount() == 0, 5_000);
        }
    }

    @Test
    void hearsOfResets() {
        TcpHandler rude =
                new TcpHandler() {
                    @Override
                    public void onOpen(TcpConnection connection) {
                        connection.abort();
                    }

                    @Override
                    public void onReadable(TcpConnection connection) {}
                };
        try (Bed bed = new Bed(config(100).build(), "loss=0%", rude)) {
            bed.runUntil(() -> bed.swarm.resets() == 100, 1_000);
            assertThat(bed.swarm.open()).isZero();
            assertThat(bed.swarm.ended()).isEqualTo(100);
        }
    }

    @Test
    void refusesWhatCannotBe() {
        assertThatThrownBy(() -> SwarmConfig.builder().octets(8).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("octets of a message must be from 16 to 1400; given 8");
        assertThatThrownBy(() -> SwarmConfig.builder().connections(5).active(6).build())
                .hasMessage("active connections must be from 0 to 5; given 6");
    }
}
