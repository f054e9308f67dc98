package io.ringway.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringway.nio.Over.Place;
import io.ringway.nio.Waits.Running;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Callable;

/** How what is under way ends when its channel is closed or its thread interrupted. */
@ParameterizedClass
@EnumSource(Over.class)
@Timeout(60)
class EndingContractTest {
    @Parameter Over over;

    private Place place;
    private ServerSocketChannel server;

    @BeforeEach
    void open() throws IOException {
        place = over.open();
        server = place.provider().openServerSocketChannel().bind(place.any());
    }

    @AfterEach
    void close() throws IOException {
        server.close();
        place.close();
    }

    private SocketChannel client() throws IOException {
        SocketChannel client = place.provider().openSocketChannel();
        client.connect(server.getLocalAddress());
        return client;
    }

    /** An interrupt closes the channel that the thread waits for, and not the one that follows. */
    @Test
    void anInterruptComesToOneChannelOnly() throws Exception {
        for (int i = 0; i < 50; i++) {
            try (SocketChannel first = client();
                    SocketChannel firstPeer = server.accept();
                    SocketChannel second = client();
                    SocketChannel secondPeer = server.accept();
                    Selector selector = place.provider().openSelector()) {
                secondPeer.write(ByteBuffer.wrap(new byte[3]));
                boolean isSelecting = i % 2 == 0;
                Running<Integer> reader =
                        Waits.start(() -> {
                            if (isSelecting) {
                                selector.select();
                            } else {
                                assertThatThrownBy(() -> first.read(ByteBuffer.allocate(1)))
                                        .isInstanceOf(ClosedByInterruptException.class);
                            }
                            assertThat(Thread.interrupted()).isTrue();
                            return second.read(ByteBuffer.allocate(3));
                        });
                reader.awaitWaiting().interrupt();
                assertThat(reader.get()).isPositive();
                assertThat(firstPeer.isOpen()).isTrue();
            }
        }
    }

    @Test
    void aChannelThatIsClosedWhileItConnectsSaysSo() throws Exception {
        for (int i = 0; i < 40; i++) {
            SocketChannel channel = place.provider().openSocketChannel();
            channel.configureBlocking(i % 2 == 0);
            Running<Boolean> connecting =
                    Waits.start(() -> {
                        boolean isDone = channel.connect(server.getLocalAddress());
                        while (!isDone) {
                            isDone = channel.finishConnect();
                        }
                        return true;
                    });
            channel.close();
            try {
                // It was faster.
                assertThat(connecting.get()).isTrue();
            } catch (ClosedChannelException expected) {
                assertThat(channel.isConnected()).isFalse();
            }
        }
    }

    private static void until(Callable<?> fails) throws Exception {
        while (true) {
            Object _ = fails.call();
        }
    }

    @Test
    void whatDoesNotBlockEndsWhenItsChannelIsClosed() throws Exception {
        try (SocketChannel peer = client()) {
            SocketChannel client = server.accept();
            client.configureBlocking(false);
            peer.configureBlocking(false);
            server.configureBlocking(false);
            ByteBuffer empty = ByteBuffer.allocate(9);
            ByteBuffer full = ByteBuffer.allocate(9);
            Running<?> reading =
                    Waits.start(() -> {
                        until(() -> client.read(empty.clear()));
                        return null;
                    });
            Running<?> writing =
                    Waits.start(() -> {
                        until(() -> client.write(full.clear()));
                        return null;
                    });
            Running<?> accepting =
                    Waits.start(() -> {
                        until(server::accept);
                        return null;
                    });
            client.close();
            server.close();
            assertThatThrownBy(reading::get).isInstanceOf(ClosedChannelException.class);
            assertThatThrownBy(writing::get).isInstanceOf(ClosedChannelException.class);
            assertThatThrownBy(accepting::get).isInstanceOf(ClosedChannelException.class);
        }
    }

    @Test
    void anAdaptorThrowsWhatItsChannelThrows() throws Exception {
        Socket fresh = place.provider().openSocketChannel().socket();
        assertThatThrownBy(fresh::shutdownInput)
                .isInstanceOf(SocketException.class)
                .hasMessage("Socket is not connected");
        fresh.close();
        assertThatThrownBy(fresh::shutdownOutput).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> fresh.bind(null)).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> fresh.connect(server.getLocalAddress()))
                .isInstanceOf(ClosedChannelException.class);
        try (SocketChannel client = client();
                SocketChannel peer = server.accept()) {
            assertThat(peer.isOpen()).isTrue();
            assertThatThrownBy(() -> client.socket().connect(server.getLocalAddress()))
                    .isInstanceOf(SocketException.class)
                    .hasMessage("Already connected");
        }
        ServerSocket listening = server.socket();
        assertThatThrownBy(() -> listening.bind(null))
                .isInstanceOf(SocketException.class)
                .hasMessage("Already bound");
        Running<Socket> acceptor = Waits.start(listening::accept).awaitWaiting();
        server.close();
        assertThatThrownBy(acceptor::get).isInstanceOf(AsynchronousCloseException.class);
        assertThatThrownBy(listening::accept).isInstanceOf(ClosedChannelException.class);
    }

    /** It says that there is no room instead of waiting for it. */
    @Test
    void anUrgentOctetDoesNotBlockWhereNothingDoes() throws Exception {
        try (SocketChannel client = client()) {
            client.configureBlocking(false);
            ByteBuffer much = ByteBuffer.allocate(1 << 16);
            Running<?> sending =
                    Waits.start(() -> {
                        until(() -> {
                            int written = client.write(much.clear());
                            client.socket().sendUrgentData(1);
                            return written;
                        });
                        return null;
                    });
            assertThatThrownBy(sending::get)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("Socket buffer full");
        }
    }
}
