package io.ringway.nio;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Random;

/**
 * Connections whose receive buffer was set before they were opened: their windows have the shift
 * that their SYN has offered, or the peer takes them for other ones and sends next to nothing.
 */
@Timeout(60)
class SmallBuffersTest {
    private final RingwaySelectorProvider provider = new RingwaySelectorProvider();
    private TestStack stack;

    @BeforeEach
    void start() {
        stack = new TestStack(1);
    }

    @AfterEach
    void stop() {
        stack.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {4096, 65_536, 131_072, 1 << 22})
    void muchIsReceivedThroughIt(int octets) throws Exception {
        byte[] sent = new byte[2 << 20];
        new Random(octets).nextBytes(sent);
        try (ServerSocketChannel server = provider.openServerSocketChannel();
                SocketChannel client = provider.openSocketChannel()) {
            server.bind(new InetSocketAddress(TestStack.IPV4, 0));
            client.setOption(StandardSocketOptions.SO_RCVBUF, octets);
            client.connect(server.getLocalAddress());
            SocketChannel accepted = server.accept();
            Thread writer = Thread.startVirtualThread(() -> write(accepted, sent));
            ByteBuffer got = ByteBuffer.allocate(sent.length);
            while (got.hasRemaining() && client.read(got) >= 0) {
                assertThat(got.position()).isPositive();
            }
            writer.join();
            assertThat(got.array()).isEqualTo(sent);
        }
    }

    private static void write(SocketChannel to, byte[] octets) {
        try (to) {
            int written = to.write(ByteBuffer.wrap(octets));
            assertThat(written).isEqualTo(octets.length);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
