package io.ringway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ringway.memory.Counter;
import io.ringway.port.LinkConfig;
import io.ringway.port.LinkPort;
import io.ringway.tcp.CloseReason;
import io.ringway.wire.Endpoint;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Stacks whose lanes have threads of their own. */
@Timeout(60)
class StackTest {
    private static final Endpoint SERVER = Endpoint.parse("198.18.0.1:7");

    private final LinkPort.Pair link = LinkPort.pair(LinkConfig.builder().isThreaded(true).build());
    private final Stack server = Stack.open(config("198.18.0.1/24"), link.a());
    private final Stack client = Stack.open(config("198.18.0.2/24"), link.b());

    private static StackConfig config(String address) {
        return StackConfig.builder().address(address).smallFrames(512).largeFrames(16).build();
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    @Test
    void otherThreadsTalkToTheLanesByMessages() throws Exception {
        server.start();
        client.start();
        server.listen(7, StackTest::echo);
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        TcpConnection connection =
                client.connect(
                                SERVER,
                                readable -> {
                                    byte[] octets = new byte[readable.available()];
                                    readable.read(octets, 0, octets.length);
                                    heard.add(new String(octets, UTF_8));
                                })
                        .get(30, TimeUnit.SECONDS);
        for (int i = 0; i < 100; i++) {
            String word = "word " + i;
            connection.lane().execute(() -> connection.write(word.getBytes(UTF_8)));
            assertThat(heard.poll(30, TimeUnit.SECONDS)).isEqualTo(word);
        }
        assertThat(server.lane(0).counters().get(Counter.BUSY_NS)).isPositive();
        assertThat(server.lane(0).submit(() -> server.lane(0).connectionCount()).get())
                .isEqualTo(1);
    }

    @Test
    void closingTellsTheHandlers() throws Exception {
        server.start();
        client.start();
        server.listen(7, StackTest::echo);
        BlockingQueue<CloseReason> reasons = new LinkedBlockingQueue<>();
        TcpHandler handler =
                new TcpHandler() {
                    @Override
                    public void onReadable(TcpConnection connection) {}

                    @Override
                    public void onClosed(TcpConnection connection, CloseReason reason) {
                        reasons.add(reason);
                    }
                };
        TcpConnection connection = client.connect(SERVER, handler).get(30, TimeUnit.SECONDS);
        client.close();
        assertThat(reasons.poll(30, TimeUnit.SECONDS)).isEqualTo(CloseReason.STACK_CLOSED);
        assertThatThrownBy(() -> connection.lane().execute(() -> {}))
                .hasMessage("the stack is closed");
    }

    @Test
    void aHandlerCannotCloseItsStack() throws Exception {
        client.start();
        assertThatThrownBy(() ->
                        client.lane(0)
                                .submit(() -> {
                                    client.close();
                                    return true;
                                })
                                .get())
                .isInstanceOf(ExecutionException.class)
                .hasMessageContaining("close it from another thread");
    }

    @Test
    void whatIsStillOpeningFailsWhenTheStackIsClosed() {
        client.start();
        CompletableFuture<TcpConnection> opening =
                client.connect(Endpoint.parse("198.18.0.99:7"), connection -> {});
        client.close();
        assertThatThrownBy(opening::join).hasMessageContaining("the stack was closed");
    }

    @Test
    void manyThreadsMaySendMessages() throws Exception {
        client.start();
        List<Integer> seen = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            threads.add(
                    Thread.ofPlatform()
                            .start(() -> {
                                for (int j = 0; j < 10_000; j++) {
                                    int number = j;
                                    client.lane(0).execute(() -> seen.add(number));
                                }
                            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(client.lane(0).submit(seen::size).get()).isEqualTo(40_000);
    }

    @Test
    void nobodyElseDrivesALaneThatHasAThread() {
        client.start();
        assertThatThrownBy(() -> client.lane(0).doWork(0))
                .hasMessageContaining("driven by its own thread");
        assertThatThrownBy(client::start).hasMessageContaining("started already");
    }

    @Test
    void beforeTheStartTheOpenerDrives() {
        server.listen(7, StackTest::echo);
        assertThatThrownBy(() -> server.listen(7, StackTest::echo))
                .isInstanceOf(StackException.class)
                .hasMessageContaining("cannot listen at")
                .hasMessageContaining("in use");
        assertThatThrownBy(() -> server.listen(Endpoint.parse("198.18.9.9:7"), StackTest::echo))
                .hasMessageContaining("none of this stack's");
        assertThatThrownBy(() -> client.connect(Endpoint.parse("203.0.113.1:7"), c -> {}).join())
                .hasMessageContaining("no route");
    }

    @Test
    void aUdpPortInUseIsRefused() {
        server.bind(53, (socket, datagram) -> {});
        assertThatThrownBy(() -> server.bind(53, (socket, datagram) -> {}))
                .isInstanceOf(StackException.class)
                .hasMessageContaining("the port is in use");
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
}
