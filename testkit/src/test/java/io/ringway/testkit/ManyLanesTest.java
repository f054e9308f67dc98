package io.ringway.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.Stack;
import io.ringway.TcpConnection;
import io.ringway.TcpHandler;
import io.ringway.UdpHandler;
import io.ringway.UdpSocket;
import io.ringway.ip.DuplicateDetection;
import io.ringway.ip.EchoListener;
import io.ringway.layer.IcmpError;
import io.ringway.layer.PacketInfo;
import io.ringway.memory.Counter;
import io.ringway.wire.Endpoint;
import io.ringway.wire.IpAddress;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What the lanes of a stack are to each other, in virtual time over a wire with one queue. */
class ManyLanesTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private static Pair pair(int lanesA, int lanesB) {
        return Pair.with()
                .configA(config -> config.lanes(lanesA))
                .configB(config -> config.lanes(lanesB))
                .build();
    }

    /** Sends ten octets, and ends when they have come back. */
    private static final class Asker implements TcpHandler {
        boolean isAnswered;
        int lane = -1;

        @Override
        public void onOpen(TcpConnection connection) {
            lane = connection.lane().index();
            connection.write(new byte[10]);
        }

        @Override
        public void onReadable(TcpConnection connection) {
            if (connection.available() == 10) {
                isAnswered = true;
                connection.consume(10);
                connection.close();
            }
        }
    }

    private static void echo(TcpConnection connection) {
        byte[] octets = new byte[connection.available()];
        connection.read(octets, 0, octets.length);
        connection.write(octets);
        if (connection.isEndOfStream()) {
            connection.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"4, 1", "1, 4", "3, 2"})
    void connectionsOfManyPortsLandOnAllLanes(int lanesA, int lanesB) {
        try (Pair pair = pair(lanesA, lanesB)) {
            pair.a().listen(7, _ -> {});
            for (int i = 0; i < 128; i++) {
                CompletableFuture<?> _ =
                        pair.b()
                                .connect(
                                        i % 2 == 0 ? pair.endpointA(7) : pair.endpointA6(7),
                                        _ -> {});
            }
            assertThat(pair.runUntil(() -> total(pair.a()) == 128, MINUTE)).isTrue();
            for (Stack stack : List.of(pair.a(), pair.b())) {
                for (int i = 0; i < stack.laneCount(); i++) {
                    assertThat(stack.lane(i).connectionCount())
                            .as("%s of the %s", stack.lane(i), stack)
                            .isBetween(1, 128 - (stack.laneCount() - 1));
                }
            }
            // Connect takes ports whose replies come home: nothing has to be looked for.
            assertThat(pair.b().counter(Counter.TCP_RETRANSMITTED)).isZero();
        }
    }

    private static int total(Stack stack) {
        return stack.connectionCount().join();
    }

    @Test
    void aFixedLocalPortOpensOnTheLaneOfItsReplies() {
        try (Pair pair = pair(1, 4)) {
            pair.a().listen(7, ManyLanesTest::echo);
            List<Asker> askers = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                Asker asker = new Asker();
                askers.add(asker);
                CompletableFuture<?> _ =
                        pair.b().connect(pair.endpointB(5000 + i), pair.endpointA(7), asker);
            }
            boolean isDone =
                    pair.runUntil(() -> askers.stream().allMatch(one -> one.isAnswered), MINUTE);
            assertThat(isDone).isTrue();
            assertThat(askers.stream().map(one -> one.lane).distinct().sorted())
                    .containsExactly(0, 1, 2, 3);
            pair.assertClean();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void aStackConnectsToItselfAcrossItsLanes(int lanes) {
        try (Pair pair = pair(lanes, 1)) {
            pair.a().listen(7, ManyLanesTest::echo);
            List<Asker> askers = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                Asker asker = new Asker();
                askers.add(asker);
                CompletableFuture<?> _ =
                        pair.a()
                                .connect(
                                        i % 2 == 0 ? pair.endpointA(7) : pair.endpointA6(7), asker);
            }
            boolean isDone =
                    pair.runUntil(() -> askers.stream().allMatch(one -> one.isAnswered), MINUTE);
            assertThat(isDone).isTrue();
            assertThat(pair.a().counter(Counter.FRAMES_SENT)).isZero();
            pair.assertClean();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void oneAnswerToOneQuestionForOurAddress(int lanes) {
        try (Pair pair = pair(lanes, 1)) {
            pair.a().listen(7, ManyLanesTest::echo);
            Asker four = new Asker();
            Asker six = new Asker();
            CompletableFuture<?> _ = pair.b().connect(pair.endpointA(7), four);
            CompletableFuture<?> _ = pair.b().connect(pair.endpointA6(7), six);
            assertThat(pair.runUntil(() -> four.isAnswered && six.isAnswered, MINUTE)).isTrue();
            assertThat(pair.b().counter(Counter.ARP_REQUESTS_SENT)).isEqualTo(1);
            assertThat(pair.a().counter(Counter.ARP_REPLIES_SENT)).isEqualTo(1);
        }
    }

    @Test
    void addressesAreProbedOnceThoughThereAreManyLanes() {
        long[] probes = new long[2];
        for (int i = 0; i < 2; i++) {
            int lanes = i == 0 ? 1 : 4;
            try (Pair pair =
                    Pair.with()
                            .configA(config ->
                                    config.lanes(lanes)
                                            .ip(ip ->
                                                    ip.duplicateDetection(
                                                            DuplicateDetection.STRICT)))
                            .build()) {
                pair.run(MINUTE);
                probes[i] = pair.a().counter(Counter.FRAMES_SENT);
                pair.a().listen(7, ManyLanesTest::echo);
                Asker asker = new Asker();
                CompletableFuture<?> _ = pair.b().connect(pair.endpointA(7), asker);
                assertThat(pair.runUntil(() -> asker.isAnswered, MINUTE)).isTrue();
            }
        }
        assertThat(probes[0]).isPositive();
        assertThat(probes[1]).isEqualTo(probes[0]);
    }

    @ParameterizedTest
    @ValueSource(strings = {"198.18.0.1", "2001:2::1"})
    void pingsAreAnsweredAndTheAnswersAreHeard(String host) {
        try (Pair pair = pair(3, 4);
                Arena arena = Arena.ofConfined()) {
            int[] heard = new int[1];
            var ip = pair.b().lane(0).ip();
            ip.echoListener(
                    new EchoListener() {
                        @Override
                        public void onEchoReply(
                                PacketInfo info,
                                int identifier,
                                int sequence,
                                MemorySegment payload,
                                long offset,
                                int length,
                                long nowNs) {
                            heard[0]++;
                        }

                        @Override
                        public void onEchoError(
                                IcmpError error, int identifier, int sequence, long nowNs) {}
                    });
            IpAddress to = IpAddress.parse(host);
            // The larger one comes in fragments, both ways.
            ip.ping(to, 1, 1, 0, arena.allocate(56), 0, 56);
            ip.ping(to, 1, 2, 0, arena.allocate(4000), 0, 4000);
            assertThat(pair.runUntil(() -> heard[0] == 2, MINUTE)).isTrue();
            pair.assertClean();
        }
    }

    @Test
    void datagramsWholeAndInFragmentsReachTheirSocket() {
        try (Pair pair = pair(4, 3)) {
            int[] octets = new int[1];
            pair.a().bind(9, (_, datagram) -> octets[0] += datagram.length());
            List<UdpSocket> clients = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                UdpSocket client = pair.b().bind(0, (_, _) -> {});
                clients.add(client);
                Endpoint to = i % 2 == 0 ? pair.endpointA(9) : pair.endpointA6(9);
                client.send(to, new byte[100]);
                client.send(to, new byte[5000]);
            }
            assertThat(pair.runUntil(() -> octets[0] == 12 * 5100, MINUTE)).isTrue();
            assertThat(pair.a().counter(Counter.UDP_NO_SOCKET)).isZero();
            clients.forEach(UdpSocket::close);
        }
    }

    /** The error quotes our datagram, and goes to the lane of its flow. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void thatNobodyListensIsHeardByTheSocketThatAsked(boolean isIpv4) {
        try (Pair pair = pair(2, 4)) {
            int[] refused = new int[1];
            UdpHandler handler =
                    new UdpHandler() {
                        @Override
                        public void onDatagram(UdpSocket socket, io.ringway.Datagram datagram) {}

                        @Override
                        public void onError(UdpSocket socket, IcmpError.Kind kind) {
                            refused[0] += kind == IcmpError.Kind.PORT_UNREACHABLE ? 1 : 0;
                        }
                    };
            for (int i = 0; i < 8; i++) {
                Endpoint any = new Endpoint(IpAddress.ANY_IPV6, 0);
                UdpSocket client = pair.b().bind(any, handler);
                client.connect(isIpv4 ? pair.endpointA(99) : pair.endpointA6(99));
                pair.settle();
                client.send(new byte[10]);
                pair.run(Duration.ofSeconds(1));
            }
            assertThat(refused[0]).isEqualTo(8);
        }
    }
}
