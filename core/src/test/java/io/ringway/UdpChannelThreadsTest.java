package io.ringway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringway.memory.Counter;
import io.ringway.port.LinkConfig;
import io.ringway.port.LinkPort;
import io.ringway.wire.Endpoint;
import io.ringway.wire.IpAddress;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.ValueLayout;
import java.net.PortUnreachableException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** UDP channels between two stacks whose lanes have threads of their own. */
@Timeout(120)
class UdpChannelThreadsTest {
    private static final Endpoint SERVER = Endpoint.parse("198.18.0.1:53");
    private static final Endpoint ANY_PORT = new Endpoint(IpAddress.ANY_IPV6, 0);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;

    private final LinkPort.Pair link = LinkPort.pair(LinkConfig.builder().isThreaded(true).build());
    private final Stack server = Stack.open(config("198.18.0.1/24", 3), link.a());
    private final Stack client = Stack.open(config("198.18.0.2/24", 2), link.b());

    private static StackConfig config(String address, int lanes) {
        return StackConfig.builder()
                .address(address)
                .lanes(lanes)
                .smallFrames(2048)
                .largeFrames(16)
                .udp(udp -> udp.sendQueueDatagrams(512))
                .idle(IdleStrategy.POLL)
                .build();
    }

    @BeforeEach
    void start() {
        server.start();
        client.start();
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
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

    private static void awaitReader(UdpChannel channel) {
        while (!channel.hasReader()) {
            Thread.onSpinWait();
        }
    }

    /** Waits until every frame of a stack is in its pool again. */
    private static void awaitFramesHome(Stack stack) throws Exception {
        for (int i = 0; i < stack.laneCount(); i++) {
            Lane lane = stack.lane(i);
            boolean isHome = false;
            while (!isHome) {
                isHome =
                        lane.submit(
                                        () -> {
                                            int _ = lane.frames().collect();
                                            return lane.frames().isFull();
                                        })
                                .get(60, TimeUnit.SECONDS);
            }
        }
    }

    private static long count(Stack stack, Counter counter) {
        long sum = 0;
        for (int i = 0; i < stack.laneCount(); i++) {
            sum += stack.lane(i).counters().get(counter);
        }
        return sum;
    }

    /** Sends back whatever comes until the channel is closed. */
    private static int echo(UdpChannel channel) throws IOException {
        UdpBatch batch = new UdpBatch(32, 100);
        int echoed = 0;
        while (true) {
            try {
                echoed += channel.receive(batch);
                int _ = channel.send(batch);
            } catch (SocketException closed) {
                return echoed;
            }
        }
    }

    /** Sends numbers, so many under way at a time, and checks that they come back in order. */
    private static int exchange(UdpChannel channel, int total, int window) throws IOException {
        UdpBatch batch = new UdpBatch(window, 100);
        channel.receiveTimeout(Duration.ofSeconds(60));
        int sent = 0;
        int received = 0;
        while (received < total) {
            batch.clear();
            while (sent < total && sent - received < window) {
                int index = batch.add(channel.remote() == null ? SERVER : null, 4);
                batch.memory().set(INT, batch.offset(index), sent++);
            }
            int _ = channel.send(batch);
            int _ = channel.receive(batch);
            for (int i = 0; i < batch.count(); i++) {
                assertThat(batch.memory().get(INT, batch.offset(i))).isEqualTo(received);
                received++;
            }
        }
        return received;
    }

    @ParameterizedTest
    @CsvSource({"false,false", "true,false", "false,true", "true,true"})
    void nothingIsLostOrDoubledAndEachSourceStaysInOrder(boolean isVirtual, boolean isConnected)
            throws Exception {
        UdpChannel listening =
                server.openUdpChannel(SERVER, UdpOptions.DEFAULT.withSourceOrder(isVirtual));
        List<FutureTask<Integer>> all = new ArrayList<>();
        FutureTask<Integer> echo = start(isVirtual, () -> echo(listening));
        for (int i = 0; i < 4; i++) {
            all.add(
                    start(
                            isVirtual,
                            () -> {
                                try (UdpChannel channel = client.openUdpChannel(ANY_PORT)) {
                                    if (isConnected) {
                                        channel.connect(SERVER);
                                    }
                                    // What waits for the link address is little.
                                    int first = exchange(channel, 1, 1);
                                    return first + exchange(channel, 20_000, 32);
                                }
                            }));
        }
        for (FutureTask<Integer> each : all) {
            assertThat(each.get(100, TimeUnit.SECONDS)).isEqualTo(20_001);
        }
        listening.close();
        assertThat(echo.get(60, TimeUnit.SECONDS)).isEqualTo(4 * 20_001);
        assertThat(count(server, Counter.UDP_RECEIVED)).isEqualTo(4 * 20_001);
        assertThat(count(client, Counter.UDP_RECEIVED)).isEqualTo(4 * 20_001);
        awaitFramesHome(server);
        awaitFramesHome(client);
    }

    // The reader would see it if a move let what came later overtake.
    @Test
    void movingBucketsLoseNothingAndKeepEachSourceInOrder() throws Exception {
        UdpOptions ordered = UdpOptions.DEFAULT.withSourceOrder(true);
        UdpChannel listening = server.openUdpChannel(SERVER, ordered);
        FutureTask<Integer> echo = start(false, () -> echo(listening));
        List<FutureTask<Integer>> all = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            all.add(
                    start(
                            true,
                            () -> {
                                try (UdpChannel channel =
                                        client.openUdpChannel(ANY_PORT, ordered)) {
                                    int first = exchange(channel, 1, 1);
                                    return first + exchange(channel, 20_000, 32);
                                }
                            }));
        }
        Random random = new Random(11);
        while (!all.stream().allMatch(FutureTask::isDone)) {
            Stack stack = random.nextBoolean() ? server : client;
            int bucket = random.nextInt(stack.buckets().count());
            int lane = random.nextInt(stack.laneCount());
            int _ = stack.buckets().move(bucket, lane).get(60, TimeUnit.SECONDS);
        }
        for (FutureTask<Integer> each : all) {
            assertThat(each.get(100, TimeUnit.SECONDS)).isEqualTo(20_001);
        }
        listening.close();
        assertThat(echo.get(60, TimeUnit.SECONDS)).isEqualTo(3 * 20_001);
        awaitFramesHome(server);
        awaitFramesHome(client);
    }

    // The wait for the answer is where a wake-up could be lost.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void oneByOneNoWakeUpIsLost(boolean isVirtual) throws Exception {
        UdpChannel listening = server.openUdpChannel(SERVER);
        FutureTask<Integer> echo = start(isVirtual, () -> echo(listening));
        try (UdpChannel channel = client.openUdpChannel(ANY_PORT)) {
            FutureTask<Integer> asking = start(isVirtual, () -> exchange(channel, 20_000, 1));
            assertThat(asking.get(100, TimeUnit.SECONDS)).isEqualTo(20_000);
        }
        listening.close();
        assertThat(echo.get(60, TimeUnit.SECONDS)).isEqualTo(20_000);
    }

    @Test
    void connectingAgainAndAgainLosesNothing() throws Exception {
        UdpChannel listening = server.openUdpChannel(SERVER);
        FutureTask<Integer> echo = start(false, () -> echo(listening));
        try (UdpChannel channel = client.openUdpChannel(ANY_PORT)) {
            int _ = exchange(channel, 1, 1);
            for (int i = 0; i < 200; i++) {
                channel.connect(SERVER);
                int _ = exchange(channel, 20, 10);
                channel.disconnect();
                int _ = exchange(channel, 20, 10);
            }
        }
        listening.close();
        assertThat(echo.get(60, TimeUnit.SECONDS)).isEqualTo(200 * 40 + 1);
    }

    @Test
    @SuppressWarnings("try") // It is closed in the midst of it all: that is the test.
    void whoSendsMoreThanThereIsRoomForWaits() throws Exception {
        UdpOptions little = UdpOptions.DEFAULT.withOctets(1 << 22, 1 << 17);
        UdpChannel listening = server.openUdpChannel(SERVER, little);
        try (UdpChannel channel = client.openUdpChannel(ANY_PORT, little)) {
            FutureTask<Integer> echo = start(false, () -> echo(listening));
            int _ = exchange(channel, 1, 1);
            UdpBatch batch = new UdpBatch(100, 1000);
            for (int i = 0; i < 20; i++) {
                batch.clear();
                while (batch.room() > 0) {
                    int _ = batch.add(SERVER, 1000);
                }
                assertThat(channel.send(batch)).isEqualTo(100);
            }
            channel.close();
            // All of it leaves the lane, though some may be dropped on the way.
            while (count(client, Counter.UDP_SENT) < 2001) {
                Thread.onSpinWait();
            }
            listening.close();
            assertThat(echo.get(60, TimeUnit.SECONDS)).isPositive();
        }
        awaitFramesHome(client);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whoWaitsIsWokenWhenAnotherThreadCloses(boolean isVirtual) {
        UdpChannel channel = server.openUdpChannel(SERVER);
        FutureTask<Integer> waiting = start(isVirtual, () -> channel.receive(new UdpBatch(1, 10)));
        awaitReader(channel);
        channel.close();
        assertThatThrownBy(() -> waiting.get(60, TimeUnit.SECONDS))
                .hasCauseInstanceOf(SocketException.class);
        // The port is free at once.
        server.openUdpChannel(SERVER).close();
    }

    @Test
    void whoWaitsIsWokenWhenTheStackCloses() {
        UdpChannel channel = server.openUdpChannel(SERVER);
        FutureTask<Integer> waiting = start(false, () -> channel.receive(new UdpBatch(1, 10)));
        awaitReader(channel);
        server.close();
        assertThatThrownBy(() -> waiting.get(60, TimeUnit.SECONDS))
                .hasCauseInstanceOf(SocketException.class);
        channel.close();
    }

    @Test
    void whoWaitsIsToldThatNobodyListens() throws Exception {
        try (UdpChannel channel = client.openUdpChannel(ANY_PORT)) {
            channel.connect(SERVER);
            FutureTask<Integer> waiting = start(true, () -> channel.receive(new UdpBatch(1, 10)));
            awaitReader(channel);
            channel.send(new byte[1]);
            assertThatThrownBy(() -> waiting.get(60, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(PortUnreachableException.class);
        }
    }

    @Test
    void waitingTimesOutAndIsInterrupted() throws Exception {
        UdpChannel channel = server.openUdpChannel(SERVER);
        channel.receiveTimeout(Duration.ofMillis(5));
        UdpBatch batch = new UdpBatch(1, 10);
        assertThatThrownBy(() -> channel.receive(batch)).isInstanceOf(SocketTimeoutException.class);
        channel.receiveTimeout(Duration.ZERO);
        CountDownLatch isOver = new CountDownLatch(1);
        List<Throwable> thrown = new ArrayList<>();
        Thread waiting =
                Thread.ofPlatform()
                        .start(() -> {
                            try {
                                int _ = channel.receive(batch);
                            } catch (IOException told) {
                                thrown.add(told);
                            }
                            isOver.countDown();
                        });
        awaitReader(channel);
        waiting.interrupt();
        assertThat(isOver.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(thrown).singleElement().isInstanceOf(InterruptedIOException.class);
        channel.close();
    }

    @Test
    @SuppressWarnings("FutureReturnValueIgnored") // One future in the other: both are waited for.
    void aHandlerBindsWithoutWaiting() throws Exception {
        boolean isRefused =
                server.lane(1)
                        .submit(() -> {
                            try {
                                UdpSocket _ = server.bind(53, (_, _) -> {});
                                return false;
                            } catch (IllegalStateException wouldWait) {
                                return true;
                            }
                        })
                        .get(60, TimeUnit.SECONDS);
        assertThat(isRefused).isTrue();
        UdpSocket socket =
                server.lane(1)
                        .submit(() -> server.startBind(SERVER, (_, _) -> {}, UdpOptions.DEFAULT))
                        .get(60, TimeUnit.SECONDS)
                        .get(60, TimeUnit.SECONDS);
        assertThat(socket.local()).isEqualTo(SERVER);
        socket.close();
        server.openUdpChannel(SERVER).close();
    }
}
