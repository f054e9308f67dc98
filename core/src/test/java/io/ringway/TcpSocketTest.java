package io.ringway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ringway.memory.Counter;
import io.ringway.port.LinkConfig;
import io.ringway.port.LinkPort;
import io.ringway.tcp.ListenOptions;
import io.ringway.wire.Endpoint;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.MemorySegment;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** Sockets between two stacks whose lanes have threads of their own. */
@Timeout(120)
class TcpSocketTest {
    private static final Endpoint SERVER = Endpoint.parse("198.18.0.1:7");
    private static final Duration LONG = Duration.ofSeconds(60);

    private final LinkPort.Pair link = LinkPort.pair(LinkConfig.builder().isThreaded(true).build());
    private final Stack server = Stack.open(config("198.18.0.1/24"), link.a());
    private final Stack client = Stack.open(config("198.18.0.2/24"), link.b());
    private TcpServerSocket listening;

    private static StackConfig config(String address) {
        return StackConfig.builder()
                .address(address)
                .smallFrames(4096)
                .largeFrames(16)
                .idle(IdleStrategy.POLL)
                .build();
    }

    @BeforeEach
    void start() {
        server.start();
        client.start();
        listening = server.openTcpServerSocket(SERVER);
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    /** Both ends of a connection. */
    private record Ends(TcpSocket client, TcpSocket server) {}

    private Ends connect() throws IOException {
        TcpSocket opened = client.openTcpSocket(SERVER);
        return new Ends(opened, listening.accept());
    }

    private static <T> FutureTask<T> start(boolean isVirtual, Callable<T> task) {
        FutureTask<T> future = new FutureTask<>(task);
        if (isVirtual) {
            Thread.ofVirtual().start(future);
        } else {
            Thread.ofPlatform().daemon().start(future);
        }
        return future;
    }

    /** Returns when {@code thread} waits in one of our calls. */
    private static void awaitParked(TcpSocket socket) {
        while (!socket.hasWaiter()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void bothEndsKnowEachOther() throws Exception {
        Ends ends = connect();
        assertThat(ends.client.remote()).isEqualTo(SERVER);
        assertThat(ends.server.local()).isEqualTo(SERVER);
        assertThat(ends.server.remote()).isEqualTo(ends.client.local());
        ends.client.configure(connection -> connection.noDelay(true));
        String algorithm = ends.client.query(TcpConnection::congestionControl);
        assertThat(algorithm).isEqualTo("cubic");
    }

    @Test
    void wordsGoBothWays() throws Exception {
        Ends ends = connect();
        byte[] into = new byte[100];
        for (int i = 0; i < 1000; i++) {
            byte[] word = ("word " + i).getBytes(UTF_8);
            ends.client.write(word);
            assertThat(ends.server.read(into)).isEqualTo(word.length);
            assertThat(into).startsWith(word);
            ends.server.write(ByteBuffer.wrap(word));
            ByteBuffer buffer = ByteBuffer.allocateDirect(100);
            assertThat(ends.client.read(buffer)).isEqualTo(word.length);
            assertThat(buffer.flip()).isEqualTo(ByteBuffer.wrap(word));
        }
        assertThat(ends.client.half().input().isAtRest()).isTrue();
        assertThat(ends.client.half().output().isAtRest()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void streamsCarryMuchBothWays(boolean isVirtual) throws Exception {
        Ends ends = connect();
        int total = 60 << 20;
        List<FutureTask<?>> all = new ArrayList<>();
        all.add(start(isVirtual, () -> Streams.send(ends.client.outputStream(), total, 1)));
        all.add(start(!isVirtual, () -> Streams.send(ends.server.outputStream(), total, 2)));
        all.add(start(!isVirtual, () -> Streams.receive(ends.client.inputStream(), total, 2)));
        all.add(start(isVirtual, () -> Streams.receive(ends.server.inputStream(), total, 1)));
        for (FutureTask<?> each : all) {
            each.get(100, TimeUnit.SECONDS);
        }
        ends.client.shutdownOutput();
        assertThat(ends.server.inputStream().read()).isEqualTo(-1);
        ends.server.close();
        assertThat(ends.client.inputStream().read()).isEqualTo(-1);
        ends.client.close();
    }

    @Test
    void halfCloseLeavesTheOtherDirectionOpen() throws Exception {
        Ends ends = connect();
        ends.client.write("question".getBytes(UTF_8));
        ends.client.shutdownOutput();
        assertThatThrownBy(() -> ends.client.write(new byte[1]))
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("output is shut down");
        assertThat(ends.server.inputStream().readAllBytes()).isEqualTo("question".getBytes(UTF_8));
        ends.server.write("answer".getBytes(UTF_8));
        ends.server.close();
        assertThat(ends.client.inputStream().readAllBytes()).isEqualTo("answer".getBytes(UTF_8));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aResetEndsWhoWaits(boolean isVirtual) throws Exception {
        Ends ends = connect();
        FutureTask<Integer> read = start(isVirtual, () -> ends.client.read(new byte[10]));
        awaitParked(ends.client);
        ends.server.abort();
        assertThatThrownBy(() -> read.get(60, TimeUnit.SECONDS))
                .hasCauseInstanceOf(SocketException.class)
                .hasMessageContaining("the peer reset the connection");
        assertThatThrownBy(() -> ends.client.write(new byte[10]))
                .hasMessageContaining("the peer reset the connection");
    }

    @Test
    void whatCameBeforeAResetCanBeRead() throws Exception {
        Ends ends = connect();
        ends.server.write("last words".getBytes(UTF_8));
        CountDownLatch readable = new CountDownLatch(1);
        ends.client.readiness().whenReadable(readable::countDown);
        readable.await();
        CountDownLatch over = new CountDownLatch(1);
        ends.client.readiness().whenOver(over::countDown);
        ends.server.abort();
        over.await();
        assertThat(ends.client.read(new byte[100])).isEqualTo(10);
        assertThatThrownBy(() -> ends.client.read(new byte[100]))
                .hasMessageContaining("the peer reset the connection");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void closingWakesWhoReads(boolean isVirtual) throws Exception {
        Ends ends = connect();
        FutureTask<Integer> read = start(isVirtual, () -> ends.client.read(new byte[10]));
        awaitParked(ends.client);
        ends.client.close();
        assertThatThrownBy(() -> read.get(60, TimeUnit.SECONDS))
                .hasCauseInstanceOf(SocketException.class)
                .hasMessageContaining("closed by another thread");
        assertThat(ends.server.read(new byte[1])).isEqualTo(-1);
        assertThatThrownBy(() -> ends.client.read(new byte[1])).hasMessage("the socket is closed");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void closingWakesWhoWrites(boolean isVirtual) throws Exception {
        Ends ends = connect();
        FutureTask<Integer> write =
                start(isVirtual, () -> Streams.send(ends.client.outputStream(), 200 << 20, 1));
        awaitParked(ends.client);
        ends.client.close();
        assertThatThrownBy(() -> write.get(60, TimeUnit.SECONDS))
                .hasCauseInstanceOf(SocketException.class);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anInterruptEndsTheCallAndNotTheSocket(boolean isVirtual) throws Exception {
        Ends ends = connect();
        CompletableFuture<Thread> reader = new CompletableFuture<>();
        FutureTask<Boolean> read =
                start(
                        isVirtual,
                        () -> {
                            reader.complete(Thread.currentThread());
                            assertThatThrownBy(() -> ends.client.read(new byte[10]))
                                    .isInstanceOf(InterruptedIOException.class);
                            return Thread.interrupted();
                        });
        awaitParked(ends.client);
        reader.join().interrupt();
        assertThat(read.get(60, TimeUnit.SECONDS)).isTrue();
        ends.server.write(new byte[] {5});
        assertThat(ends.client.read(new byte[10])).isEqualTo(1);
    }

    @Test
    void aReadTimesOut() throws Exception {
        Ends ends = connect();
        ends.client.readTimeout(Duration.ofMillis(5));
        assertThatThrownBy(() -> ends.client.read(new byte[10]))
                .isInstanceOf(SocketTimeoutException.class)
                .hasMessage("nothing was received within 5 ms");
        ends.client.readTimeout(LONG);
        ends.server.write(new byte[] {5});
        assertThat(ends.client.read(new byte[10])).isEqualTo(1);
    }

    @Test
    void aCallThatDoesNotWaitDoesNotWait() throws Exception {
        Ends ends = connect();
        MemorySegment memory = MemorySegment.ofArray(new byte[64 * 1024]);
        assertThat(ends.client.readNow(memory, 0, 100)).isZero();
        int written = 0;
        int zeros = 0;
        while (zeros < 1000) {
            int count = ends.client.writeNow(memory, 0, 64 * 1024);
            written += count;
            zeros = count == 0 ? zeros + 1 : 0;
        }
        assertThat(ends.client.readiness().isWritable()).isFalse();
        CountDownLatch writable = new CountDownLatch(1);
        ends.client.readiness().whenWritable(writable::countDown);
        int left = written;
        while (left > 0) {
            left -= ends.server.read(memory, 0, 64 * 1024);
        }
        writable.await();
        assertThat(ends.client.readiness().isWritable()).isTrue();
    }

    @Test
    void octetsLeftUnreadMakeTheCloseAReset() throws Exception {
        Ends ends = connect();
        ends.client.write(new byte[100]);
        assertThat(ends.server.read(new byte[10])).isEqualTo(10);
        ends.server.close();
        assertThatThrownBy(() -> ends.client.read(new byte[10]))
                .hasMessageContaining("the peer reset the connection");
    }

    @Test
    void aLingeringCloseWaitsUntilAllIsDelivered() throws Exception {
        Ends ends = connect();
        ends.client.linger(LONG);
        FutureTask<Integer> sent =
                start(
                        true,
                        () -> {
                            int total = Streams.send(ends.client.outputStream(), 3 << 20, 9);
                            ends.client.close();
                            return total;
                        });
        Streams.receive(ends.server.inputStream(), 3 << 20, 9);
        assertThat(ends.server.read(new byte[1])).isEqualTo(-1);
        assertThat(sent.get(60, TimeUnit.SECONDS)).isEqualTo(3 << 20);
    }

    @Test
    void nobodyListensThere() {
        assertThatThrownBy(() -> client.openTcpSocket(Endpoint.parse("198.18.0.1:9")))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("refused");
    }

    @Test
    void connectingTimesOut() {
        TcpSocket socket = client.openTcpSocket();
        Endpoint nobody = Endpoint.parse("198.18.0.99:9");
        assertThatThrownBy(() -> socket.connect(nobody, Duration.ofMillis(10)))
                .isInstanceOf(SocketTimeoutException.class)
                .hasMessage("no connection to 198.18.0.99:9 within 10 ms");
        assertThat(socket.isClosed()).isTrue();
    }

    @Test
    void acceptTimesOutAndIsEndedByClose() throws Exception {
        listening.acceptTimeout(Duration.ofMillis(5));
        assertThatThrownBy(() -> listening.accept()).isInstanceOf(SocketTimeoutException.class);
        listening.acceptTimeout(Duration.ZERO);
        FutureTask<TcpSocket> accept = start(true, () -> listening.accept());
        while (!listening.hasWaiter()) {
            Thread.onSpinWait();
        }
        listening.close();
        assertThatThrownBy(() -> accept.get(60, TimeUnit.SECONDS))
                .hasCauseInstanceOf(SocketException.class);
        assertThatThrownBy(() -> client.openTcpSocket(SERVER)).isInstanceOf(ConnectException.class);
    }

    @Test
    void closingAServerSocketResetsWhoWasNotAccepted() throws Exception {
        TcpSocket opened = client.openTcpSocket(SERVER);
        while (!listening.isAcceptable()) {
            Thread.onSpinWait();
        }
        listening.close();
        assertThatThrownBy(() -> opened.read(new byte[1]))
                .hasMessageContaining("the peer reset the connection");
    }

    @Test
    void whoFindsNoRoomInTheAcceptQueueTriesAgain() throws Exception {
        Endpoint narrow = Endpoint.parse("198.18.0.1:8");
        TcpServerSocket small = server.openTcpServerSocket(narrow, new ListenOptions(2, 0));
        TcpSocket first = client.openTcpSocket(narrow);
        TcpSocket second = client.openTcpSocket(narrow);
        while (small.untaken() < 2) {
            Thread.onSpinWait();
        }
        TcpSocket third = client.openTcpSocket();
        CompletableFuture<Void> opening = third.startConnect(narrow);
        while (server.lane(0).counters().get(Counter.TCP_ACCEPT_QUEUE_FULL) == 0) {
            Thread.onSpinWait();
        }
        assertThat(opening).isNotDone();
        assertThat(small.accept().remote()).isEqualTo(first.local());
        assertThat(small.accept().remote()).isEqualTo(second.local());
        opening.get(60, TimeUnit.SECONDS);
        assertThat(small.accept().remote()).isEqualTo(third.local());
    }

    /** Those whose handshakes end when the queue has become full are not lost either. */
    @Test
    void nobodyIsLostInAFullAcceptQueue() throws Exception {
        Endpoint narrow = Endpoint.parse("198.18.0.1:8");
        TcpServerSocket small = server.openTcpServerSocket(narrow, new ListenOptions(1, 0));
        List<TcpSocket> clients = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            TcpSocket each = client.openTcpSocket();
            clients.add(each);
            CompletableFuture<Void> _ = each.startConnect(narrow);
        }
        for (int i = 0; i < clients.size(); i++) {
            small.accept().write(new byte[] {7});
        }
        for (TcpSocket each : clients) {
            assertThat(each.read(new byte[1])).isEqualTo(1);
        }
    }

    @Test
    void listenersOfAGroupShareAPort() throws Exception {
        Endpoint shared = Endpoint.parse("198.18.0.1:8");
        List<TcpServerSocket> members = new ArrayList<>();
        for (int i = 1; i <= 2; i++) {
            members.add(
                    server.openTcpServerSocket(shared, ListenOptions.DEFAULT.withSharedPort(i)));
        }
        assertThatThrownBy(() -> server.openTcpServerSocket(shared))
                .isInstanceOf(StackException.class);
        int count = 40;
        for (int i = 0; i < count; i++) {
            TcpSocket _ = client.openTcpSocket(shared);
        }
        while (members.stream().mapToInt(TcpServerSocket::untaken).sum() < count) {
            Thread.onSpinWait();
        }
        assertThat(members).allMatch(member -> member.untaken() > 0);
        members.get(0).close();
        assertThat(client.openTcpSocket(shared).remote()).isEqualTo(shared);
    }

    @Test
    void aSelectorIsToldOfConnections() throws Exception {
        CountDownLatch acceptable = new CountDownLatch(1);
        listening.whenAcceptable(acceptable::countDown);
        TcpSocket opened = client.openTcpSocket();
        opened.startConnect(SERVER).get(60, TimeUnit.SECONDS);
        acceptable.await();
        assertThat(listening.acceptNow()).isNotNull();
        assertThat(listening.acceptNow()).isNull();
    }

    @Test
    void aChosenPortIsTold() throws Exception {
        TcpServerSocket any = server.openTcpServerSocket(Endpoint.parse("198.18.0.1:0"));
        assertThat(any.local().port()).isPositive();
        assertThat(client.openTcpSocket(any.local()).remote()).isEqualTo(any.local());
    }

    @Test
    void theStackIsClosedUnderTheSocket() throws Exception {
        Ends ends = connect();
        FutureTask<Integer> read = start(true, () -> ends.client.read(new byte[10]));
        awaitParked(ends.client);
        client.close();
        assertThatThrownBy(() -> read.get(60, TimeUnit.SECONDS))
                .hasMessageContaining("the stack was closed");
        assertThatThrownBy(() -> ends.client.write(new byte[10]))
                .hasMessageContaining("the stack was closed");
        ends.client.close();
    }

    @Test
    void aLaneMustNotBlock() throws Exception {
        Ends ends = connect();
        CompletableFuture<Integer> read =
                client.lane(0)
                        .submit(() -> {
                            try {
                                return ends.client.read(new byte[10]);
                            } catch (IOException e) {
                                throw new AssertionError(e);
                            }
                        });
        assertThatThrownBy(read::get).hasMessageContaining("would block a lane");
    }

    /**
     * Ten thousand virtual threads wait, and each gets an octet: none holds a carrier meanwhile.
     */
    @Test
    void tenThousandVirtualThreadsWait() throws Exception {
        int count = 10_000;
        List<TcpSocket> peers = new ArrayList<>();
        List<FutureTask<Integer>> reads = new ArrayList<>();
        List<TcpSocket> sockets = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Ends ends = connect();
            sockets.add(ends.client);
            peers.add(ends.server);
            reads.add(start(true, () -> ends.client.inputStream().read()));
        }
        sockets.forEach(TcpSocketTest::awaitParked);
        for (int i = 0; i < count; i++) {
            peers.get(i).write(new byte[] {(byte) i});
        }
        for (int i = 0; i < count; i++) {
            assertThat(reads.get(i).get(60, TimeUnit.SECONDS)).isEqualTo(i & 0xff);
        }
    }
}
