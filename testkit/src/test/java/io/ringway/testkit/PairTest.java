package io.ringway.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ringway.Datagram;
import io.ringway.StackException;
import io.ringway.TcpConnection;
import io.ringway.TcpHandler;
import io.ringway.UdpHandler;
import io.ringway.UdpSocket;
import io.ringway.layer.IcmpError;
import io.ringway.memory.Counter;
import io.ringway.tcp.CloseReason;
import io.ringway.wire.Endpoint;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.logging.Level;
import java.util.logging.Logger;

class PairTest {
    private static final Duration LIMIT = Duration.ofMinutes(10);

    @Test
    void echoesOverACleanLink() {
        try (Pair pair = Pair.create()) {
            pair.a().listen(7, PairTest::echo);
            Sender sender = new Sender(new Rand(1).bytes(100_000));
            CompletableFuture<TcpConnection> opened = pair.b().connect(pair.endpointA(7), sender);
            assertThat(pair.runUntil(() -> sender.reason != null, LIMIT)).isTrue();
            sender.assertEchoed();
            assertThat(opened).isCompleted();
            assertThat(pair.a().lane(0).counters().get(Counter.TCP_RETRANSMITTED)).isZero();
            assertThat(pair.b().lane(0).counters().get(Counter.TCP_RETRANSMITTED)).isZero();
            pair.assertClean();
        }
    }

    @Test
    void echoesOverIpv6() {
        try (Pair pair = Pair.create()) {
            pair.a().listen(7, PairTest::echo);
            Sender sender = new Sender(new Rand(1).bytes(100_000));
            pair.b().lane(0).connect(pair.endpointA6(7), sender);
            assertThat(pair.runUntil(() -> sender.reason != null, LIMIT)).isTrue();
            sender.assertEchoed();
            pair.assertClean();
        }
    }

    @Seeded(count = 30)
    void everyOctetArrivesOverABadLink(long seed) {
        try (Pair pair =
                Pair.with()
                        .impairment(
                                "loss=4%,delay=5ms,jitter=2ms,reorder=3%,duplicate=2%,corrupt=0.5%")
                        .seed(seed)
                        .build()) {
            pair.a().listen(7, PairTest::echo);
            Sender sender = new Sender(new Rand(seed).bytes(100_000));
            pair.b().lane(0).connect(pair.endpointA(7), sender);
            assertThat(pair.runUntil(() -> sender.reason != null, LIMIT)).isTrue();
            sender.assertEchoed();
            pair.assertClean();
        }
    }

    @Test
    void theSameSeedGivesTheSameRun() {
        assertThat(octetsSent(5)).isEqualTo(octetsSent(5));
    }

    private static long octetsSent(long seed) {
        try (Pair pair = Pair.with().impairment("loss=5%,delay=5ms").seed(seed).build()) {
            pair.a().listen(7, PairTest::echo);
            Sender sender = new Sender(new Rand(1).bytes(100_000));
            pair.b().lane(0).connect(pair.endpointA(7), sender);
            pair.runUntil(() -> sender.reason != null, LIMIT);
            return pair.a().lane(0).counters().get(Counter.OCTETS_SENT) * 1_000_003
                    + pair.clock().nanoTime();
        }
    }

    @Test
    void aCaptureIsChecked(@TempDir Path folder) {
        List<Capture> captures = new ArrayList<>();
        try (Pair pair =
                Pair.with()
                        .tap(port -> {
                            captures.add(new Capture(port));
                            return captures.getFirst();
                        })
                        .build()) {
            pair.a().listen(7, PairTest::echo);
            Sender sender = new Sender(new Rand(1).bytes(100_000));
            pair.b().lane(0).connect(pair.endpointA(7), sender);
            pair.runUntil(() -> sender.reason != null, LIMIT);
        }
        CaptureChecks.assertWellFormed(captures.getFirst());
        CaptureChecks.assertNoRetransmissions(captures.getFirst());
        assertThat(captures.getFirst().print()).contains("Flags [S]");
        List<Capture.Frame> frames = captures.getFirst().frames();
        frames.addAll(List.copyOf(frames));
        assertThatThrownBy(() -> CaptureChecks.assertNoRetransmissions(captures.getFirst()))
                .hasMessageContaining("a retransmission in frame");
        Path file = folder.resolve("run.pcapng");
        try (Pair pair = Pair.with().capture(file).build()) {
            pair.b().lane(0).connect(pair.endpointA(7), new Sender(new byte[1]));
            pair.settle();
        }
        assertThat(file).isNotEmptyFile();
    }

    @Test
    void aRefusedConnectionSaysSo() {
        try (Pair pair = Pair.create()) {
            Sender sender = new Sender(new byte[1]);
            CompletableFuture<TcpConnection> opened = pair.b().connect(pair.endpointA(7), sender);
            pair.settle();
            assertThat(sender.reason).isEqualTo(CloseReason.REFUSED);
            assertThatThrownBy(opened::join)
                    .hasCauseInstanceOf(StackException.class)
                    .hasMessageContaining("198.18.0.1:7: the peer refused the connection");
            pair.assertClean();
        }
    }

    @Test
    void aPortInUseSaysSo() {
        try (Pair pair = Pair.create()) {
            pair.a().listen(7, PairTest::echo).close();
            pair.a().listen(7, PairTest::echo);
            assertThatThrownBy(() -> pair.a().listen(7, PairTest::echo))
                    .isInstanceOf(StackException.class)
                    .hasMessageContaining("the port is in use");
        }
    }

    @Test
    void aHandlerThatThrowsLosesItsConnectionOnly() {
        Logger logger = Logger.getLogger("io.ringway");
        logger.setLevel(Level.OFF);
        try (Pair pair = Pair.create()) {
            pair.a()
                    .listen(
                            9,
                            connection -> {
                                throw new IllegalStateException("a mistake of the application");
                            });
            pair.a().listen(7, PairTest::echo);
            Sender lost = new Sender(new byte[10]);
            Sender kept = new Sender(new byte[10]);
            pair.b().lane(0).connect(pair.endpointA(9), lost);
            pair.b().lane(0).connect(pair.endpointA(7), kept);
            pair.runUntil(() -> kept.reason != null, LIMIT);
            assertThat(lost.reason).isEqualTo(CloseReason.RESET_BY_PEER);
            kept.assertEchoed();
            assertThat(pair.a().lane(0).counters().get(Counter.HANDLER_FAILURES)).isEqualTo(1);
            pair.assertClean();
        } finally {
            logger.setLevel(null);
        }
    }

    @Test
    void aConnectionIsKeptByHolding() {
        List<TcpConnection> views = new ArrayList<>();
        List<TcpConnection> held = new ArrayList<>();
        try (Pair pair = Pair.create()) {
            pair.a().listen(7, PairTest::echo);
            TcpHandler handler =
                    new TcpHandler() {
                        @Override
                        public void onOpen(TcpConnection connection) {
                            views.add(connection);
                            held.add(connection.hold());
                            connection.attachment("mine");
                        }

                        @Override
                        public void onReadable(TcpConnection connection) {}
                    };
            pair.b().lane(0).connect(pair.endpointA(7), handler);
            pair.settle();
            assertThat(views.getFirst().isOpen()).isFalse();
            assertThatThrownBy(() -> views.getFirst().available()).hasMessageContaining("hold()");
            assertThat(held.getFirst().attachment()).isEqualTo("mine");
            assertThat(held.getFirst().remote()).isEqualTo(pair.endpointA(7));
            held.getFirst().abort();
            pair.settle();
            assertThat(held.getFirst().isOpen()).isFalse();
            assertThatThrownBy(() -> held.getFirst().available())
                    .hasMessageContaining("the connection is over");
            held.getFirst().close();
            pair.assertClean();
        }
    }

    @Test
    void aStaleHandleIsNotMistakenForTheNextConnection() {
        try (Pair pair = Pair.create()) {
            pair.a().listen(7, PairTest::echo);
            TcpConnection previous = null;
            for (int i = 0; i < 5; i++) {
                CompletableFuture<TcpConnection> opened =
                        pair.b().connect(pair.endpointA(7), connection -> {});
                pair.settle();
                assertThat(opened.join().isOpen()).isTrue();
                assertThat(previous == null || !previous.isOpen()).isTrue();
                previous = opened.join();
                previous.abort();
                pair.settle();
            }
            pair.assertClean();
        }
    }

    @Test
    void datagramsGoBothWays() {
        try (Pair pair = Pair.create()) {
            pair.a()
                    .bind(
                            53,
                            (socket, datagram) ->
                                    socket.reply(
                                            datagram,
                                            datagram.memory(),
                                            datagram.offset(),
                                            datagram.length()));
            List<String> heard = new ArrayList<>();
            UdpSocket socket =
                    pair.b()
                            .bind(
                                    0,
                                    (from, datagram) ->
                                            heard.add(
                                                    new String(datagram.toBytes(), UTF_8)
                                                            + " "
                                                            + datagram.source()));
            socket.send(pair.endpointA(53), "small".getBytes(UTF_8));
            socket.send(pair.endpointA6(53), "six".getBytes(UTF_8));
            byte[] large = new byte[20_000];
            Arrays.fill(large, (byte) 'x');
            socket.send(pair.endpointA(53), large);
            pair.settle();
            assertThat(heard)
                    .containsExactlyInAnyOrder(
                            "small 198.18.0.1:53",
                            "six [2001:2::1]:53",
                            new String(large, UTF_8) + " 198.18.0.1:53");
            pair.assertClean();
        }
    }

    @Test
    void aSocketIsPolledWithoutAHandler() {
        try (Pair pair = Pair.create()) {
            UdpSocket server = pair.a().bind(pair.endpointA(53), null);
            UdpSocket client = pair.b().bind(0, (socket, datagram) -> {});
            client.connect(pair.endpointA(53));
            client.send("one".getBytes(UTF_8));
            client.send("two".getBytes(UTF_8));
            pair.settle();
            assertThat(server.receive().toBytes()).isEqualTo("one".getBytes(UTF_8));
            assertThat(server.available()).isEqualTo(1);
            assertThat(server.receive().toBytes()).isEqualTo("two".getBytes(UTF_8));
            assertThat(server.receive()).isNull();
            pair.assertClean();
        }
    }

    @Test
    void nobodyAtThePortReachesTheConnectedSocket() {
        try (Pair pair = Pair.create()) {
            List<IcmpError.Kind> heard = new ArrayList<>();
            UdpSocket socket =
                    pair.b()
                            .bind(
                                    0,
                                    new UdpHandler() {
                                        @Override
                                        public void onDatagram(UdpSocket at, Datagram datagram) {}

                                        @Override
                                        public void onError(UdpSocket at, IcmpError.Kind kind) {
                                            heard.add(kind);
                                        }
                                    });
            socket.connect(new Endpoint(pair.endpointA(9).address(), 9));
            socket.send(new byte[3]);
            pair.settle();
            assertThat(heard).containsExactly(IcmpError.Kind.PORT_UNREACHABLE);
        }
    }

    static void echo(TcpConnection connection) {
        while (connection.available() > 0) {
            int echoed =
                    connection.write(
                            connection.memory(), connection.viewOffset(), connection.viewLength());
            if (echoed == 0) {
                return;
            }
            connection.consume(echoed);
        }
        if (connection.isEndOfStream()) {
            connection.close();
        }
    }

    /** Sends octets, and compares what comes back. */
    private static final class Sender implements TcpHandler {
        private final byte[] octets;
        private final byte[] back;
        private int sent;
        private int received;
        private CloseReason reason;

        Sender(byte[] octets) {
            this.octets = octets;
            this.back = new byte[octets.length + 1];
        }

        @Override
        public void onOpen(TcpConnection connection) {
            onWritable(connection);
        }

        @Override
        public void onWritable(TcpConnection connection) {
            sent += connection.write(octets, sent, octets.length - sent);
            if (sent == octets.length) {
                connection.shutdownOutput();
            }
        }

        @Override
        public void onReadable(TcpConnection connection) {
            int count = connection.read(back, received, back.length - received);
            while (count > 0) {
                received += count;
                count = connection.read(back, received, back.length - received);
            }
            if (count < 0) {
                connection.close();
            }
        }

        @Override
        public void onClosed(TcpConnection connection, CloseReason why) {
            reason = why;
        }

        void assertEchoed() {
            assertThat(reason).isEqualTo(CloseReason.CLOSED);
            assertThat(Arrays.copyOf(back, received)).isEqualTo(octets);
        }
    }
}
