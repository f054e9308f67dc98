package io.ringway.nio;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.IdleStrategy;
import io.ringway.Stack;
import io.ringway.StackConfig;
import io.ringway.ip.DuplicateDetection;
import io.ringway.memory.Counter;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Many virtual threads, each blocked on its own connection; then a message on each. A hundred
 * thousand with {@code -Dringway.connections=100000}.
 */
@Timeout(600)
class VirtualThreadsTest {
    private static final int CONNECTIONS = Integer.getInteger("ringway.connections", 4000);

    /** A port has fewer dynamic ports as its peers than there are connections. */
    private static final int CONNECTIONS_A_SERVER = 10_000;

    /** Both ends of a connection, its channels and the blocked thread. */
    private static final int MOST_OCTETS_OF_HEAP = 10_000;

    /** Connections with octets on their way, which each take chunks of memory. */
    private static final int AT_A_TIME = 1000;

    private final SelectorProvider provider = new RingwaySelectorProvider();
    private final List<ServerSocketChannel> servers = new ArrayList<>();
    private final List<SocketChannel> clients = new ArrayList<>();
    private final CountDownLatch blocked = new CountDownLatch(CONNECTIONS);
    private final CountDownLatch ended = new CountDownLatch(CONNECTIONS);
    // What has come and nobody has accepted yet must find room in the accept queue.
    private final Semaphore unaccepted = new Semaphore(500);

    private final Stack stack =
            Stack.open(
                    StackConfig.builder()
                            .ip(ip -> ip.linkLocal(true).duplicateDetection(DuplicateDetection.OFF))
                            .maxConnections(2 * CONNECTIONS + 1000)
                            .largeFrames(64)
                            .idle(IdleStrategy.SPIN_THEN_POLL)
                            .build(),
                    new NowherePort());

    @BeforeEach
    void start() {
        stack.startDaemons();
        RingwaySelectorProvider.use(StackDirectory.of(stack));
    }

    @AfterEach
    void close() {
        RingwaySelectorProvider.use(null);
        stack.close();
    }

    private static long usedHeap() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    @Test
    void eachWaitsForItsOwnMessage() throws Exception {
        long before = usedHeap();
        connectAll();
        assertThat(blocked.await(120, TimeUnit.SECONDS)).as(this::counters).isTrue();
        int threads = ManagementFactory.getThreadMXBean().getThreadCount();
        long each = (usedHeap() - before) / CONNECTIONS;
        System.out.printf(
                "%d virtual threads blocked in read: %d platform threads, %d octets of heap for"
                        + " each connection (both ends)%n",
                CONNECTIONS, threads, each);
        assertThat(threads).isLessThan(100);
        assertThat(each).isLessThan(MOST_OCTETS_OF_HEAP);
        for (int i = 0; i < CONNECTIONS; i += AT_A_TIME) {
            talk(i, Math.min(CONNECTIONS, i + AT_A_TIME));
        }
        for (SocketChannel client : clients) {
            client.close();
        }
        ended.await();
        for (ServerSocketChannel server : servers) {
            server.close();
        }
    }

    /** A message on each of these connections, and its answer. */
    private void talk(int from, int to) throws IOException {
        ByteBuffer message = ByteBuffer.allocate(Integer.BYTES);
        for (int i = from; i < to; i++) {
            clients.get(i).write(message.clear().putInt(i).flip());
        }
        for (int i = from; i < to; i++) {
            message.clear();
            while (message.hasRemaining()) {
                assertThat(clients.get(i).read(message)).isPositive();
            }
            assertThat(message.getInt(0)).isEqualTo(~i);
        }
    }

    private String counters() {
        StringBuilder text = new StringBuilder(blocked.getCount() + " do not wait;");
        for (Counter counter : Counter.values()) {
            if (stack.counter(counter) != 0) {
                text.append(' ').append(counter).append('=').append(stack.counter(counter));
            }
        }
        return text.toString();
    }

    private void connectAll() throws IOException, InterruptedException {
        InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
        SocketAddress at = new InetSocketAddress(loopback, 0);
        for (int i = 0; i < CONNECTIONS; i++) {
            if (i % CONNECTIONS_A_SERVER == 0) {
                ServerSocketChannel server =
                        provider.openServerSocketChannel().bind(new InetSocketAddress(loopback, 0));
                servers.add(server);
                at = server.getLocalAddress();
                Thread.startVirtualThread(() -> accept(server));
            }
            unaccepted.acquire();
            SocketChannel client = provider.openSocketChannel();
            assertThat(client.connect(at)).isTrue();
            clients.add(client);
        }
    }

    private void accept(ServerSocketChannel server) {
        try {
            while (true) {
                SocketChannel peer = server.accept();
                Thread.startVirtualThread(() -> answer(peer));
            }
        } catch (IOException closed) {
            // All have come.
        }
    }

    private void answer(SocketChannel peer) {
        try (peer) {
            ByteBuffer word = ByteBuffer.allocate(Integer.BYTES);
            unaccepted.release();
            blocked.countDown();
            while (word.hasRemaining() && peer.read(word) >= 0) {
                // Until it is whole.
            }
            int heard = word.getInt(0);
            peer.write(word.clear().putInt(~heard).flip());
            int _ = peer.read(word.clear());
        } catch (IOException broken) {
            // The client counts the answers.
        } finally {
            ended.countDown();
        }
    }
}
