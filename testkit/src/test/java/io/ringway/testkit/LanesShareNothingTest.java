package io.ringway.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringway.Lane;
import io.ringway.Stack;
import io.ringway.StackConfig;
import io.ringway.TcpConnection;
import io.ringway.TcpHandler;
import io.ringway.TcpServerSocket;
import io.ringway.TcpSocket;
import io.ringway.UdpSocket;
import io.ringway.ip.DuplicateDetection;
import io.ringway.memory.Counter;
import io.ringway.port.ImpairmentConfig;
import io.ringway.port.ImpairmentPort;
import io.ringway.port.LinkConfig;
import io.ringway.port.LinkPort;
import io.ringway.port.PortCapabilities;
import io.ringway.tcp.CloseReason;
import io.ringway.wire.Endpoint;
import io.ringway.wire.IpAddress;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Two stacks of several lanes, each with a thread of its own, over one bad wire with one queue:
 * under {@code -ea} every access to a connection, a frame, a table or a counter asserts that its
 * owner calls ({@link io.ringway.memory.OwnerGuard}), so what runs through here is touched by one
 * thread alone. Afterwards every connection is gone and every frame is home.
 */
@Timeout(180)
class LanesShareNothingTest {
    private static final int ECHO = 7;
    private static final int SOCKET_ECHO = 8;
    private static final int CLOSED = 99;
    private static final IpAddress A = IpAddress.parse("198.18.0.1");
    private static final IpAddress A6 = IpAddress.parse("2001:2::1");
    private static final long PATIENCE_NS = 120_000_000_000L;
    private static final int CONNECTIONS = 120;
    private static final int SOCKETS = 6;

    private final Failures failures = new Failures();

    /** Every failure of a lane, a handler or a task is logged with what was thrown. */
    private static final class Failures extends Handler implements AutoCloseable {
        private final Logger logger = Logger.getLogger("io.ringway");
        private final LinkedBlockingQueue<Throwable> thrown = new LinkedBlockingQueue<>();

        Failures() {
            logger.addHandler(this);
        }

        @Override
        public void publish(LogRecord record) {
            if (record.getThrown() != null) {
                thrown.add(record.getThrown());
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {
            logger.removeHandler(this);
        }
    }

    /** Sends so many octets to an echo, checks what comes back, and ends in one way or another. */
    private static final class Client implements TcpHandler {
        private final int length;
        private final long stream;
        private final boolean isAborting;
        private final CountDownLatch over;
        private final byte[] buffer = new byte[16_384];
        private int sent;
        private int received;

        Client(int length, long stream, boolean isAborting, CountDownLatch over) {
            this.length = length;
            this.stream = stream;
            this.isAborting = isAborting;
            this.over = over;
        }

        @Override
        public void onOpen(TcpConnection connection) {
            work(connection);
        }

        @Override
        public void onReadable(TcpConnection connection) {
            work(connection);
        }

        private void work(TcpConnection connection) {
            for (int count = connection.read(buffer, 0, buffer.length);
                    count > 0;
                    count = connection.read(buffer, 0, buffer.length)) {
                byte[] expected = Pattern.range(stream + received, count);
                if (!Arrays.equals(expected, 0, count, buffer, 0, count)) {
                    throw new AssertionError("wrong octets near " + received);
                }
                received += count;
            }
            while (sent < length) {
                int piece = Math.min(buffer.length, length - sent);
                int taken = connection.write(Pattern.range(stream + sent, piece));
                sent += taken;
                if (taken < piece) {
                    break;
                }
            }
            if (isAborting && received > length / 2) {
                connection.abort();
            } else if (received == length) {
                connection.close();
            }
        }

        @Override
        public void onClosed(TcpConnection connection, CloseReason reason) {
            over.countDown();
        }

        boolean isDone() {
            return isAborting || received == length;
        }
    }

    private static void echo(TcpConnection connection) {
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

    private static Stack open(int host, int lanes, LinkPort end, long seed) {
        StackConfig config =
                StackConfig.builder()
                        .address("198.18.0." + host + "/24")
                        .address("2001:2::" + host + "/64")
                        .lanes(lanes)
                        .ip(ip ->
                                ip.duplicateDetection(DuplicateDetection.OFF)
                                        .reassemblyTimeoutNs(500_000_000))
                        .tcp(tcp ->
                                tcp.initialConnections(64)
                                        .minRtoNs(20_000_000)
                                        .initialRtoNs(100_000_000)
                                        .timeWaitNs(100_000_000)
                                        .userTimeoutNs(60_000_000_000L))
                        .smallFrames(4096)
                        .largeFrames(128)
                        .seed(seed + host)
                        .build();
        ImpairmentConfig impairment =
                ImpairmentConfig.parse(
                        "loss=1%,reorder=2%,duplicate=1%,corrupt=0.5%,delay=100us,jitter=50us");
        return Stack.open(
                config,
                new ImpairmentPort(end, impairment.withSeed(seed + host), ImpairmentConfig.NONE));
    }

    @ParameterizedTest
    @CsvSource({"2, 3, false, 1", "4, 2, true, 2", "1, 4, false, 3"})
    void nothingIsTouchedByTwoThreads(int lanesA, int lanesB, boolean isOffloading, long seed)
            throws Exception {
        LinkConfig.Builder wire = LinkConfig.builder().isThreaded(true);
        if (isOffloading) {
            wire.capabilities(new PortCapabilities(true, true, true, true, 65_535));
        }
        LinkPort.Pair link = LinkPort.pair(wire.build());
        try (failures;
                Stack a = open(1, lanesA, link.a(), seed);
                Stack b = open(2, lanesB, link.b(), seed)) {
            a.start();
            b.start();
            a.listen(ECHO, LanesShareNothingTest::echo);
            load(a, b, seed);
            awaitRest(a);
            awaitRest(b);
            assertThat(failures.thrown).isEmpty();
            assertThat(a.counter(Counter.HANDLER_FAILURES)).isZero();
            assertThat(b.counter(Counter.HANDLER_FAILURES)).isZero();
            for (Stack stack : List.of(a, b)) {
                assertThat(stack.counter(Counter.LANE_HANDED_OVER) > 0)
                        .isEqualTo(stack.laneCount() > 1);
            }
        }
        assertThat(failures.thrown).isEmpty();
    }

    private static void load(Stack a, Stack b, long seed) throws Exception {
        Rand rand = new Rand(seed);
        List<Client> clients = new ArrayList<>();
        CountDownLatch over = new CountDownLatch(CONNECTIONS);
        try (ExecutorService users = Executors.newVirtualThreadPerTaskExecutor();
                TcpServerSocket server =
                        a.openTcpServerSocket(new Endpoint(IpAddress.ANY_IPV6, SOCKET_ECHO))) {
            List<Future<?>> ends = new ArrayList<>();
            for (int i = 0; i < SOCKETS; i++) {
                ends.add(users.submit(() -> serve(server)));
                int length = rand.between(1, 200_000);
                IpAddress to = i % 2 == 0 ? A : A6;
                ends.add(users.submit(() -> ask(b, new Endpoint(to, SOCKET_ECHO), length)));
            }
            Future<?> datagrams = users.submit(() -> datagrams(a, b));
            for (int i = 0; i < CONNECTIONS; i++) {
                Client client =
                        new Client(
                                rand.between(1, i % 10 == 0 ? 400_000 : 20_000),
                                1_000_000L * i,
                                i % 7 == 0,
                                over);
                clients.add(client);
                // Some come from the stack itself: they go from lane to lane without the wire.
                Stack from = i % 5 == 0 ? a : b;
                CompletableFuture<?> _ =
                        from.connect(new Endpoint(i % 2 == 0 ? A : A6, ECHO), client);
                if (i % 10 == 0) {
                    assertThatThrownBy(b.connect(new Endpoint(A, CLOSED), _ -> {})::join)
                            .hasMessageContaining("refused");
                }
            }
            for (Future<?> end : ends) {
                end.get();
            }
            datagrams.get();
        }
        assertThat(over.await(PATIENCE_NS, TimeUnit.NANOSECONDS)).isTrue();
        assertThat(clients).allMatch(Client::isDone);
    }

    private static Void serve(TcpServerSocket server) throws IOException {
        try (TcpSocket socket = server.accept()) {
            byte[] piece = new byte[8192];
            for (int count = socket.read(piece); count >= 0; count = socket.read(piece)) {
                socket.write(piece, 0, count);
            }
        }
        return null;
    }

    private static Void ask(Stack stack, Endpoint to, int length) throws Exception {
        try (TcpSocket socket = stack.openTcpSocket(to)) {
            byte[] octets = Pattern.range(length, length);
            Thread writer =
                    Thread.startVirtualThread(() -> {
                        try {
                            socket.write(octets);
                            socket.shutdownOutput();
                        } catch (IOException e) {
                            throw new AssertionError(e);
                        }
                    });
            assertThat(socket.inputStream().readAllBytes()).isEqualTo(octets);
            writer.join();
        }
        return null;
    }

    /** Whole datagrams, fragmented ones, to ports where nobody is, and pings; some are lost. */
    private static Void datagrams(Stack a, Stack b) {
        UdpSocket server =
                a.bind(
                        ECHO,
                        (socket, datagram) ->
                                socket.reply(
                                        datagram,
                                        datagram.memory(),
                                        datagram.offset(),
                                        datagram.length()));
        UdpSocket client = b.bind(0, (_, _) -> {});
        try (Arena arena = Arena.ofShared()) {
            var payload = arena.allocate(64);
            for (int i = 0; i < 200; i++) {
                byte[] octets = Pattern.range(i, i % 3 == 0 ? 4000 : 100);
                Endpoint to = new Endpoint(i % 2 == 0 ? A : A6, i % 5 == 0 ? CLOSED : ECHO);
                client.lane().submit(() -> client.send(to, octets)).join();
                Lane first = b.lane(0);
                int sequence = i;
                first.submit(() -> first.ip().ping(to.address(), 1, sequence, 0, payload, 0, 64))
                        .join();
                LockSupport.parkNanos(1_000_000);
            }
        }
        client.close();
        server.close();
        return null;
    }

    /** Waits until every connection is gone and every frame is home. */
    private static void awaitRest(Stack stack) {
        await(() -> stack.connectionCount().join() == 0, () -> stack + " has connections left");
        for (int i = 0; i < stack.laneCount(); i++) {
            Lane lane = stack.lane(i);
            await(
                    () -> lane.submit(() -> lane.frames().isFull()).join(),
                    () -> lane + " of the " + stack + " misses frames: " + lane.frames());
        }
    }

    private static void await(
            BooleanSupplier condition, java.util.function.Supplier<String> failure) {
        long untilNs = System.nanoTime() + PATIENCE_NS;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(failure.get()).isLessThan(untilNs);
            LockSupport.parkNanos(2_000_000);
        }
    }

    @Test
    void whoTouchesALanesTablesFromOutsideIsFound() {
        LinkPort.Pair link = LinkPort.pair(LinkConfig.builder().isThreaded(true).build());
        try (failures;
                Stack stack = open(1, 2, link.a(), 1)) {
            stack.start();
            Lane other = stack.lane(1);
            assertThatThrownBy(() -> other.connect(new Endpoint(A, CLOSED), _ -> {}))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("touches what belongs to ringway-lane-1");
            assertThatThrownBy(() -> other.frames().allocate()).isInstanceOf(AssertionError.class);
            // A lane has no right to the other's things either.
            assertThatThrownBy(() -> stack.lane(0).submit(() -> other.frames().allocate()).join())
                    .hasCauseInstanceOf(AssertionError.class)
                    .hasMessageContaining("ringway-lane-0 touches");
        }
    }
}
