package io.ringway.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringway.nio.Waits.Running;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** Connections to addresses that are not on Ringway, by the kernel's own loopback. */
@Timeout(60)
class HybridSocketTest {
    private final RingwaySelectorProvider provider = new RingwaySelectorProvider();
    private ServerSocketChannel kernel;

    @BeforeEach
    void listen() throws IOException {
        kernel = Platform.provider().openServerSocketChannel();
        kernel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    @AfterEach
    void close() throws IOException {
        kernel.close();
    }

    @Test
    void anAdaptorWorksThereToo() throws IOException {
        Socket socket = provider.openSocketChannel().socket();
        socket.connect(kernel.getLocalAddress(), 10_000);
        try (SocketChannel peer = kernel.accept()) {
            assertThat(((RingwaySocketChannel) socket.getChannel()).isConnected()).isTrue();
            socket.setSoTimeout(50);
            assertThatThrownBy(() -> socket.getInputStream().read())
                    .isInstanceOf(SocketTimeoutException.class);
            socket.setSoTimeout(0);
            assertThat(peer.write(ByteBuffer.wrap(new byte[] {1, 2, 3}))).isEqualTo(3);
            assertThat(socket.getInputStream().readNBytes(2)).containsExactly(1, 2);
            assertThat(socket.getInputStream().available()).isEqualTo(1);
            socket.getOutputStream().write(new byte[] {4, 5});
            ByteBuffer heard = ByteBuffer.allocate(9);
            assertThat(peer.read(heard)).isEqualTo(2);
            socket.shutdownOutput();
            assertThat(peer.read(heard)).isEqualTo(-1);
            peer.shutdownOutput();
            assertThat(socket.getInputStream().readAllBytes()).containsExactly(3);
        } finally {
            socket.close();
        }
    }

    @Test
    void anInterruptEndsASelectionInTheKernel() throws Exception {
        try (SocketChannel channel = provider.openSocketChannel();
                Selector selector = provider.openSelector()) {
            channel.connect(kernel.getLocalAddress());
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
            Running<Integer> selecting =
                    Waits.start(() -> {
                        int selected = selector.select();
                        assertThat(Thread.interrupted()).isTrue();
                        return selected + selector.selectNow();
                    });
            selecting.awaitWaiting().interrupt();
            assertThat(selecting.get()).isZero();
            assertThat(selector.isOpen()).isTrue();
        }
    }
}
