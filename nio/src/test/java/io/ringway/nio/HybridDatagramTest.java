package io.ringway.nio;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;

/** Datagrams to addresses that are not on Ringway, by the kernel's own loopback. */
@Timeout(60)
class HybridDatagramTest {
    private final RingwaySelectorProvider provider = new RingwaySelectorProvider();
    private TestStack stack;
    private DatagramChannel kernel;

    @BeforeEach
    void start() throws IOException {
        stack = new TestStack(1);
        kernel =
                Platform.provider()
                        .openDatagramChannel()
                        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    @AfterEach
    void stop() throws IOException {
        kernel.close();
        stack.close();
    }

    private RingwayDatagramChannel open() throws IOException {
        return (RingwayDatagramChannel) provider.openDatagramChannel();
    }

    private static ByteBuffer one(int value) {
        return ByteBuffer.wrap(new byte[] {(byte) value});
    }

    @Test
    void theFirstSendDecides() throws IOException {
        try (DatagramChannel channel = open()) {
            channel.send(one(1), kernel.getLocalAddress());
            assertThat(((RingwayDatagramChannel) channel).kernel()).isNotNull();
            ByteBuffer into = ByteBuffer.allocate(9);
            kernel.send(one(2), kernel.receive(into));
            assertThat(channel.receive(into.clear())).isEqualTo(kernel.getLocalAddress());
            assertThat(into.get(0)).isEqualTo((byte) 2);
        }
    }

    @Test
    void aConnectDecides() throws IOException {
        try (DatagramChannel channel = open()) {
            channel.connect(kernel.getLocalAddress());
            assertThat(((RingwayDatagramChannel) channel).kernel()).isNotNull();
            channel.write(one(1));
            ByteBuffer into = ByteBuffer.allocate(9);
            assertThat(kernel.receive(into)).isEqualTo(channel.getLocalAddress());
        }
    }

    @Test
    void theWildcardAddressIsBothWays() throws IOException {
        try (DatagramChannel channel = open();
                DatagramChannel near = open()) {
            channel.bind(null);
            near.bind(new InetSocketAddress(TestStack.IPV4, 0));
            channel.send(one(1), kernel.getLocalAddress());
            channel.send(one(3), near.getLocalAddress());
            ByteBuffer into = ByteBuffer.allocate(9);
            kernel.send(one(2), kernel.receive(into));
            assertThat(channel.receive(into.clear())).isEqualTo(kernel.getLocalAddress());
            near.send(one(4), near.receive(into.clear()));
            assertThat(channel.receive(into.clear())).isEqualTo(near.getLocalAddress());
            assertThat(into.get(0)).isEqualTo((byte) 4);
        }
    }

    @Test
    void theWildcardAddressIsSelectedBothWays() throws IOException {
        try (DatagramChannel channel = open();
                Selector selector = provider.openSelector()) {
            channel.bind(null).configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
            assertThat(selector.selectNow()).isZero();
            channel.send(one(1), kernel.getLocalAddress());
            ByteBuffer into = ByteBuffer.allocate(9);
            kernel.send(one(2), kernel.receive(into));
            assertThat(selector.select()).isEqualTo(1);
            assertThat(channel.receive(into.clear())).isEqualTo(kernel.getLocalAddress());
        }
    }

    @Test
    void whatIsBoundGoesOverToTheKernelWhenItConnectsThere() throws IOException {
        try (DatagramChannel channel = open();
                Selector selector = provider.openSelector()) {
            channel.bind(null).configureBlocking(false);
            SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
            channel.connect(kernel.getLocalAddress());
            channel.write(one(1));
            ByteBuffer into = ByteBuffer.allocate(9);
            kernel.send(one(2), kernel.receive(into));
            assertThat(selector.select()).isEqualTo(1);
            assertThat(selector.selectedKeys()).containsExactly(key);
            assertThat(channel.read(into.clear())).isEqualTo(1);
        }
    }

    @Test
    void loopbackIsOursWhereOneOfOursIsBound() throws IOException {
        try (DatagramChannel server = open();
                DatagramChannel client = open()) {
            server.bind(null);
            int port = ((InetSocketAddress) server.getLocalAddress()).getPort();
            client.send(one(5), new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            assertThat(((RingwayDatagramChannel) client).stack()).isNotNull();
            ByteBuffer into = ByteBuffer.allocate(9);
            InetSocketAddress from = (InetSocketAddress) server.receive(into);
            assertThat(from.getAddress().isLoopbackAddress()).isTrue();
        }
    }
}
