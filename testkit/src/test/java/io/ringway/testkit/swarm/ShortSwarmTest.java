package io.ringway.testkit.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.TcpConnection;
import io.ringway.TcpHandler;
import io.ringway.wire.IpAddress;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that come, ask once and go, against a stack that echoes. */
class ShortSwarmTest {
    private static final long MS = SwarmBed.MS;

    private static SwarmConfig.Builder config(int atATime) {
        return SwarmConfig.builder().connections(atATime).active(0).octets(100);
    }

    private static void end(SwarmBed bed) {
        bed.clients.closeAll();
        bed.runUntil(bed.clients::isClosed, 60_000);
        bed.expectAllGone();
        assertThat(bed.clients.messages()).isEqualTo(bed.clients.opened());
        assertThat(((ShortSwarm) bed.clients).failed()).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void oneComesWhenOneHasGone(boolean isIpv4) {
        SwarmConfig.Builder config = config(50);
        if (!isIpv4) {
            config.server(IpAddress.parse("2001:2::1"), 7)
                    .clients(IpAddress.parse("2001:2::2"), IpAddress.parse("2001:2:0:1::1"))
                    .clientAddresses(3);
        }
        // All ports are used, and some of them again.
        int wanted = isIpv4 ? 70_000 : 20_000;
        try (SwarmBed bed = new SwarmBed(config.build(), true, "loss=0%", SwarmBed.ECHO)) {
            bed.runUntil(() -> bed.clients.messages() >= wanted, 100_000);
            end(bed);
            assertThat(bed.clients.resent()).isZero();
        }
    }

    @Test
    void whatIsLostIsSentAgain() {
        SwarmConfig config = config(20).timeoutNs(300 * MS).build();
        String path = "loss=3%,reorder=3%,duplicate=2%,seed=4";
        try (SwarmBed bed = new SwarmBed(config, true, path, SwarmBed.ECHO)) {
            bed.runUntil(() -> bed.clients.messages() >= 2_000, 300_000);
            end(bed);
            assertThat(bed.clients.resent()).isPositive();
        }
    }

    @Test
    void theTimeCountsFromWhenAClientOughtToHaveCome() {
        // Ten at a time take 40 ms each, which makes 250 a second: half of those that want to come.
        SwarmConfig config = config(10).opensPerSecond(500).build();
        try (SwarmBed bed = new SwarmBed(config, true, "delay=10ms", SwarmBed.ECHO)) {
            bed.runUntil(() -> bed.clients.messages() >= 500, 10_000);
            assertThat(bed.worstNs).isGreaterThan(800 * MS);
        }
    }

    @Test
    void theServerMayCloseFirst() {
        TcpHandler closesAtOnce =
                connection -> {
                    SwarmBed.ECHO.onReadable(connection);
                    connection.close();
                };
        try (SwarmBed bed = new SwarmBed(config(5).build(), true, "loss=0%", closesAtOnce)) {
            bed.runUntil(() -> bed.clients.messages() >= 1_000, 10_000);
            assertThat(bed.clients.wrong()).isZero();
            assertThat(bed.clients.resets()).isZero();
        }
    }

    @Test
    void itHearsOfResets() {
        TcpHandler rude =
                new TcpHandler() {
                    @Override
                    public void onOpen(TcpConnection connection) {
                        connection.abort();
                    }

                    @Override
                    public void onReadable(TcpConnection connection) {}
                };
        try (SwarmBed bed = new SwarmBed(config(5).build(), true, "loss=0%", rude)) {
            bed.runUntil(() -> bed.clients.resets() >= 100, 1_000);
            assertThat(bed.clients.messages()).isZero();
        }
    }
}
