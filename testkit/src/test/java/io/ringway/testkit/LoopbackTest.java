package io.ringway.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.Stack;
import io.ringway.TcpConnection;
import io.ringway.UdpSocket;
import io.ringway.memory.Counter;
import io.ringway.tcp.CloseReason;
import io.ringway.wire.Endpoint;
import io.ringway.wire.IpAddress;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A stack that talks to itself: by its addresses, and by 127.0.0.0/8 and ::1. */
class LoopbackTest {
    private static final Duration MINUTES = Duration.ofMinutes(5);

    /** Of another stack of the same host. */
    private static final IpAddress HOST = IpAddress.parse("198.19.7.7");

    private static final IpAddress HOST_IPV6 = IpAddress.parse("2001:2:0:7::7");

    private static Pair pair(int lanes, long seed) {
        return Pair.with()
                .seed(seed)
                .config(config ->
                        config.lanes(lanes)
                                .smallFrames(4096)
                                .ip(ip -> ip.hostAddress(HOST).hostAddress(HOST_IPV6)))
                .build();
    }

    private static Endpoint at(String address, int port) {
        return new Endpoint(IpAddress.parse(address), port);
    }

    @Test
    void aPortThatListensIsNotChosenToConnectFrom() {
        try (Pair pair =
                Pair.with()
                        .seed(6)
                        .config(config ->
                                config.tcp(tcp ->
                                        tcp.defence(ports -> ports.localPorts(50_000, 50_001))))
                        .build()) {
            pair.a().listen(at("127.0.0.1", 50_000), _ -> {});
            CompletableFuture<TcpConnection> opened =
                    pair.a().connect(at("127.0.0.1", 50_000), _ -> {});
            pair.run(Duration.ofMillis(1));
            assertThat(opened).isCompleted();
            assertThat(opened.join().local().port()).isEqualTo(50_001);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1, 127.0.0.1",
        "4, 127.0.0.1",
        "4, 127.1.2.3",
        "1, ::1",
        "4, ::1",
        "1, 198.18.0.1",
        "4, 198.18.0.1",
        "4, 2001:2::1",
        "1, 198.19.7.7",
        "4, 198.19.7.7",
        "4, 2001:2:0:7::7"
    })
    void aConnectionToOurselves(int lanes, String address) {
        try (Pair pair = pair(lanes, 5)) {
            List<Talker> all = new ArrayList<>();
            for (int port = 7000; port < 7008; port++) {
                Talker server = new Talker();
                Talker client = new Talker();
                all.add(server);
                all.add(client);
                pair.a().listen(at(address, port), server);
                CompletableFuture<?> _ = pair.a().connect(at(address, port), client);
            }
            assertDone(pair, all);
            assertThat(pair.a().counter(Counter.FRAMES_SENT)).isZero();
        }
    }

    /** What does not come from ourselves has no such address (RFC 1122 §3.2.1.3). */
    @Test
    void nobodyElseReachesALoopbackListener() {
        try (Pair pair = pair(1, 1)) {
            Talker server = new Talker();
            Talker client = new Talker();
            pair.a().listen(at("127.0.0.1", 7000), server);
            CompletableFuture<?> failed = pair.b().connect(pair.endpointA(7000), client);
            assertThat(pair.runUntil(failed::isDone, MINUTES)).isTrue();
            assertThat(failed).isCompletedExceptionally();
            assertThat(client.reason).isEqualTo(CloseReason.REFUSED);
        }
    }

    @Seeded(count = 6)
    void connectionsToOurselvesMoveWithTheirBuckets(Rand rand) {
        int lanes = rand.between(2, 5);
        try (Pair pair = pair(lanes, rand.nextLong())) {
            Stack stack = pair.a();
            List<Talker> all = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                Talker server = new Talker();
                Talker client = new Talker();
                all.add(server);
                all.add(client);
                Endpoint to = at(rand.chance(0.5) ? "127.0.0.1" : "::1", 7000 + i);
                stack.listen(to, server);
                CompletableFuture<?> _ = stack.connect(to, client);
            }
            List<CompletableFuture<Integer>> moves = new ArrayList<>();
            // By hand: all of it takes no time, so that the pair would run to its end at once.
            for (int step = 0; step < 2000 && !isOver(all); step++) {
                for (int lane = 0; lane < lanes; lane++) {
                    stack.lane(lane).doWork(pair.clock().nanoTime());
                }
                for (int i = 0; i < 40; i++) {
                    int bucket = rand.below(stack.buckets().count());
                    moves.add(stack.buckets().move(bucket, rand.below(lanes)));
                }
            }
            assertDone(pair, all);
            int moved = moves.stream().mapToInt(CompletableFuture::join).sum();
            assertThat(moved).isGreaterThan(4);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1, 127.0.0.1",
        "4, 127.0.0.1",
        "4, ::1",
        "4, 198.18.0.1",
        "4, 198.19.7.7",
        "1, 2001:2:0:7::7"
    })
    void datagramsToOurselves(int lanes, String address) {
        try (Pair pair = pair(lanes, 9)) {
            int[] octets = new int[2];
            UdpSocket server =
                    pair.a()
                            .bind(
                                    at(address, 9),
                                    (socket, datagram) -> {
                                        octets[0] += datagram.length();
                                        socket.send(datagram.source(), new byte[50]);
                                    });
            List<UdpSocket> clients = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                UdpSocket client =
                        pair.a().bind(0, (_, datagram) -> octets[1] += datagram.length());
                clients.add(client);
                client.send(at(address, 9), new byte[100]);
                client.send(at(address, 9), new byte[5000]);
            }
            pair.runUntil(() -> octets[1] == 12 * 2 * 50, MINUTES);
            assertThat(octets).containsExactly(12 * 5100, 12 * 2 * 50);
            clients.forEach(UdpSocket::close);
            server.close();
        }
    }

    private static boolean isOver(List<Talker> all) {
        return all.stream().allMatch(talker -> talker.reason != null);
    }

    private static void assertDone(Pair pair, List<Talker> all) {
        pair.runUntil(() -> isOver(all), MINUTES);
        for (Talker talker : all) {
            assertThat(talker.received).isEqualTo(Talker.LENGTH);
            assertThat(talker.reason).isEqualTo(CloseReason.CLOSED);
        }
        pair.assertClean();
    }
}
