package io.ringway.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringway.Lane;
import io.ringway.Stack;
import io.ringway.StackException;
import io.ringway.TcpConnection;
import io.ringway.TcpHandler;
import io.ringway.memory.Counter;
import io.ringway.tcp.CloseReason;
import io.ringway.wire.Endpoint;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

class BucketMoveTest {
    @Seeded(count = 8)
    void connectionsMoveInTheMidstOfATransfer(Rand rand) {
        int lanes = rand.between(2, 5);
        String impairment = rand.chance(0.5) ? "loss=2%,delay=5ms,reorder=3%" : "delay=1ms";
        try (Pair pair =
                Pair.with()
                        .impairment(impairment)
                        .seed(rand.nextLong())
                        .config(config -> config.lanes(lanes).smallFrames(4096))
                        .build()) {
            List<Talker> all = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                Talker server = new Talker();
                Talker client = new Talker();
                all.add(server);
                all.add(client);
                pair.a().listen(7000 + i, server);
                Endpoint to =
                        rand.chance(0.3) ? pair.endpointA6(7000 + i) : pair.endpointA(7000 + i);
                CompletableFuture<?> _ = pair.b().connect(to, client);
            }
            List<CompletableFuture<Integer>> moves = new ArrayList<>();
            for (int step = 0; step < 500 && !isOver(all); step++) {
                pair.run(Duration.ofMillis(1));
                for (int i = 0; i < 40; i++) {
                    Stack stack = rand.chance(0.5) ? pair.a() : pair.b();
                    int bucket = rand.below(stack.buckets().count());
                    moves.add(stack.buckets().move(bucket, rand.below(lanes)));
                }
            }
            assertThat(pair.runUntil(() -> isOver(all), Duration.ofMinutes(5))).isTrue();
            pair.runUntil(
                    () -> moves.stream().allMatch(CompletableFuture::isDone),
                    Duration.ofMinutes(1));
            int moved = 0;
            for (CompletableFuture<Integer> move : moves) {
                moved += move.join();
            }
            assertThat(moved).isGreaterThan(20);
            for (Talker talker : all) {
                assertThat(talker.reason).isEqualTo(CloseReason.CLOSED);
                assertThat(talker.received).isEqualTo(Talker.LENGTH);
            }
            pair.assertClean();
        }
    }

    private static boolean isOver(List<Talker> all) {
        return all.stream().allMatch(talker -> talker.reason != null);
    }

    @Test
    void allBucketsOfALaneMoveAndItsConnectionsAnswerFromTheOther() {
        try (Pair pair = Pair.with().config(config -> config.lanes(2)).build()) {
            List<TcpConnection> clients = new ArrayList<>();
            List<TcpConnection> servers = new ArrayList<>();
            pair.a().listen(7, holding(servers));
            for (int i = 0; i < 50; i++) {
                CompletableFuture<?> _ = pair.b().connect(pair.endpointA(7), holding(clients));
            }
            pair.run(Duration.ofSeconds(1));
            assertThat(servers).hasSize(50);
            Lane first = pair.a().lane(0);
            Lane second = pair.a().lane(1);
            int onFirst = first.connectionCount();
            assertThat(onFirst).isBetween(1, 49);
            int moved = moveAll(pair, pair.a(), 0, 1);
            assertThat(moved).isEqualTo(onFirst);
            assertThat(first.connectionCount()).isZero();
            assertThat(second.connectionCount()).isEqualTo(50);
            for (TcpConnection server : servers) {
                assertThat(server.lane()).isSameAs(second);
                assertThat(server.isOpen()).isTrue();
                server.execute(connection -> connection.write(new byte[] {1, 2, 3}));
            }
            pair.run(Duration.ofSeconds(1));
            assertThat(clients).allMatch(client -> client.available() == 3);
            assertThat(first.counters().get(Counter.LANE_HANDED_OVER)).isPositive();
            servers.forEach(server -> server.execute(TcpConnection::close));
            clients.forEach(TcpConnection::close);
            pair.assertClean();
        }
    }

    private static TcpHandler holding(List<TcpConnection> all) {
        return new TcpHandler() {
            @Override
            public void onOpen(TcpConnection connection) {
                all.add(connection.hold());
            }

            @Override
            public void onReadable(TcpConnection connection) {
                if (connection.isEndOfStream()) {
                    connection.close();
                }
            }
        };
    }

    private static int moveAll(Pair pair, Stack stack, int from, int to) {
        List<CompletableFuture<Integer>> moves = new ArrayList<>();
        for (int bucket = 0; bucket < stack.buckets().count(); bucket++) {
            if (stack.buckets().lane(bucket) == from) {
                moves.add(stack.buckets().move(bucket, to));
            }
        }
        pair.runUntil(
                () -> moves.stream().allMatch(CompletableFuture::isDone), Duration.ofSeconds(1));
        return moves.stream().mapToInt(CompletableFuture::join).sum();
    }

    @Test
    void halfOpenConnectionsAndThoseInTimeWaitMoveToo() {
        try (Pair pair =
                Pair.with().impairment("delay=100ms").configA(config -> config.lanes(2)).build()) {
            List<TcpConnection> clients = new ArrayList<>();
            List<TcpConnection> servers = new ArrayList<>();
            pair.a().listen(7, holding(servers));
            for (int i = 0; i < 20; i++) {
                CompletableFuture<?> _ = pair.b().connect(pair.endpointA(7), holding(clients));
            }
            Lane first = pair.a().lane(0);
            Lane second = pair.a().lane(1);
            pair.runUntil(
                    () -> first.tcp().halfOpenCount() + second.tcp().halfOpenCount() == 20,
                    Duration.ofSeconds(2));
            assertThat(first.tcp().halfOpenCount()).isPositive();
            moveAll(pair, pair.a(), 0, 1);
            assertThat(first.tcp().halfOpenCount()).isZero();
            assertThat(second.tcp().halfOpenCount()).isEqualTo(20);
            pair.run(Duration.ofSeconds(2));
            assertThat(clients).hasSize(20);
            assertThat(servers).hasSize(20);
            assertThat(second.connectionCount()).isEqualTo(20);

            servers.forEach(server -> server.execute(TcpConnection::close));
            pair.run(Duration.ofSeconds(2));
            assertThat(second.tcp().timeWaitCount()).isEqualTo(20);
            moveAll(pair, pair.a(), 1, 0);
            assertThat(second.tcp().timeWaitCount()).isZero();
            assertThat(first.tcp().timeWaitCount()).isEqualTo(20);
            pair.assertClean();
        }
    }

    @Test
    void aLaneWithoutRoomRefusesAndNothingChanges() {
        try (Pair pair =
                Pair.with()
                        .configA(config -> config.lanes(2).tcp(tcp -> tcp.maxConnections(40)))
                        .build()) {
            List<TcpConnection> clients = new ArrayList<>();
            pair.a().listen(7, holding(new ArrayList<>()));
            for (int i = 0; i < 60; i++) {
                CompletableFuture<?> _ = pair.b().connect(pair.endpointA(7), holding(clients));
            }
            pair.run(Duration.ofSeconds(1));
            assertThat(clients).hasSize(60);
            List<CompletableFuture<Integer>> moves = new ArrayList<>();
            for (int bucket = 0; bucket < pair.a().buckets().count(); bucket++) {
                moves.add(pair.a().buckets().move(bucket, 1));
            }
            pair.run(Duration.ofSeconds(1));
            assertThat(moves).anyMatch(CompletableFuture::isCompletedExceptionally);
            for (CompletableFuture<Integer> move : moves) {
                if (move.isCompletedExceptionally()) {
                    assertThatThrownBy(move::join)
                            .hasCauseInstanceOf(StackException.class)
                            .hasMessageContaining("raise maxConnections");
                }
            }
            int count = pair.a().lane(0).connectionCount() + pair.a().lane(1).connectionCount();
            assertThat(count).isEqualTo(60);
            assertThat(pair.a().lane(1).connectionCount()).isLessThanOrEqualTo(40);
            assertThat(clients).allMatch(TcpConnection::isOpen);
        }
    }

    @Test
    void whatIsNotThereCannotMove() {
        try (Pair pair = Pair.with().config(config -> config.lanes(2)).build()) {
            assertThatThrownBy(() -> pair.a().buckets().move(128, 0))
                    .hasMessage("there is no bucket 128: they are numbered from 0 to 127");
            assertThatThrownBy(() -> pair.a().buckets().move(0, 2))
                    .hasMessage("there is no lane 2: they are numbered from 0 to 1");
        }
    }
}
