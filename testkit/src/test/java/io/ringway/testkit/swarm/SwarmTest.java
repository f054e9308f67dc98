package io.ringway.testkit.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringway.TcpConnection;
import io.ringway.TcpHandler;
import io.ringway.memory.Counter;
import io.ringway.wire.IpAddress;

import org.junit.jupiter.api.Test;

/** Many clients against a stack that echoes, in virtual time. */
class SwarmTest {
    private static final long MS = SwarmBed.MS;

    private static SwarmConfig.Builder config(int connections) {
        return SwarmConfig.builder().connections(connections).active(connections / 10);
    }

    @Test
    void opensTalksSweepsAndClosesOverACleanLink() {
        SwarmConfig config = config(5000).thinkNs(100 * MS).messagesEach(3).octets(64).build();
        try (SwarmBed bed = new SwarmBed(config, false, "loss=0%", SwarmBed.ECHO)) {
            Swarm swarm = bed.swarm();
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
        try (SwarmBed bed =
                new SwarmBed(
                        config, false, "loss=2%,reorder=2%,duplicate=1%,seed=5", SwarmBed.ECHO)) {
            Swarm swarm = bed.swarm();
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
        try (SwarmBed bed = new SwarmBed(config(100).thinkNs(MS).build(), false, "loss=0%", liar)) {
            bed.runUntil(() -> bed.swarm().wrong() >= 10, 1_000);
            assertThat(bed.swarm().messages()).isZero();
        }
    }

    @Test
    void closesWhatIsStillOpening() {
        SwarmConfig config = config(2000).opensPerSecond(10_000).build();
        try (SwarmBed bed = new SwarmBed(config, false, "delay=20ms", SwarmBed.ECHO)) {
            bed.runUntil(() -> bed.swarm().open() > 500, 1_000);
            bed.swarm().closeAll();
            bed.runUntil(bed.swarm()::isClosed, 5_000);
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
        try (SwarmBed bed = new SwarmBed(config(100).build(), false, "loss=0%", rude)) {
            bed.runUntil(() -> bed.swarm().resets() == 100, 1_000);
            assertThat(bed.swarm().open()).isZero();
            assertThat(bed.swarm().ended()).isEqualTo(100);
        }
    }

    @Test
    void speaksIpv6FromManyAddresses() {
        SwarmConfig config =
                config(3000)
                        .server(IpAddress.parse("2001:2::1"), 7)
                        .clients(IpAddress.parse("2001:2::2"), IpAddress.parse("2001:2:0:1::1"))
                        .clientAddresses(7)
                        .thinkNs(10 * MS)
                        .build();
        try (SwarmBed bed = new SwarmBed(config, false, "loss=0%", SwarmBed.ECHO)) {
            Swarm swarm = bed.swarm();
            bed.runUntil(swarm::isOpened, 5_000);
            swarm.sweep(3000);
            bed.runUntil(swarm::isSwept, 5_000);
            assertThat(swarm.swept()).isEqualTo(3000);
            swarm.closeAll();
            bed.runUntil(swarm::isClosed, 5_000);
            bed.expectAllGone();
            assertThat(swarm.resent()).isZero();
        }
    }

    @Test
    void closesAndOpensAgainWhileOthersTalk() {
        SwarmConfig config =
                config(1000).thinkNs(20 * MS).turnoverPerSecond(5000).timeoutNs(300 * MS).build();
        try (SwarmBed bed = new SwarmBed(config, false, "loss=1%,seed=2", SwarmBed.ECHO)) {
            Swarm swarm = bed.swarm();
            bed.runUntil(() -> swarm.opened() > 20_000, 30_000);
            assertThat(swarm.messages()).isGreaterThan(5_000);
            swarm.endTurnover();
            bed.runUntil(swarm::isOpened, 30_000);
            assertThat(swarm.open()).isEqualTo(1000);
            swarm.sweep(1000);
            bed.runUntil(swarm::isSwept, 30_000);
            assertThat(swarm.swept()).isEqualTo(1000);
            swarm.closeAll();
            bed.runUntil(swarm::isClosed, 30_000);
            bed.expectAllGone();
        }
    }

    @Test
    void countsTheTimeThatARequestHadToWaitForTheOneBefore() {
        SwarmConfig config = config(10).active(1).thinkNs(10 * MS).messagesEach(100).build();
        try (SwarmBed bed = new SwarmBed(config, false, "delay=10ms", SwarmBed.ECHO)) {
            bed.runUntil(bed.swarm()::isOpened, 1_000);
            bed.runUntil(() -> bed.swarm().messages() >= 50, 10_000);
            // A round trip takes 20 ms, and each request is due 10 ms after the one before.
            assertThat(bed.worstNs).isGreaterThan(400 * MS);
        }
    }

    @Test
    void refusesWhatCannotBe() {
        assertThatThrownBy(
                        () -> SwarmConfig.builder().server(IpAddress.parse("2001:2::1"), 7).build())
                .hasMessageStartingWith("all addresses of a swarm are of one version; given 2001");
        assertThatThrownBy(() ->
                        SwarmConfig.builder()
                                .server(IpAddress.parse("198.19.0.3"), 7)
                                .clientAddresses(5)
                                .build())
                .hasMessage(
                        "the server or the router to it has one of the clients' 5 addresses from"
                                + " 198.19.0.1 on: begin with another one");
        assertThatThrownBy(() -> SwarmConfig.builder().octets(8).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("octets of a message must be from 16 to 1400; given 8");
        assertThatThrownBy(() -> SwarmConfig.builder().connections(5).active(6).build())
                .hasMessage("active connections must be from 0 to 5; given 6");
    }
}
