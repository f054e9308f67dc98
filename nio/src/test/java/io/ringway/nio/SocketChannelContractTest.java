package io.ringway.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

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
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.NoConnectionPendingException;
import java.nio.channels.NotYetBoundException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;

/** What the Javadoc of SocketChannel and ServerSocketChannel promises, over every provider. */
@ParameterizedClass
@EnumSource(Over.class)
@Timeout(60)
class SocketChannelContractTest {
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

    private SocketAddress at() throws IOException {
        return server.getLocalAddress();
    }

    private SocketChannel client() throws IOException {
        return place.provider().openSocketChannel();
    }

    /** Both ends of a connection. */
    private record Ends(SocketChannel client, SocketChannel server) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            client.close();
            server.close();
        }
    }

    private Ends connect() throws IOException {
        SocketChannel client = client();
        assertThat(client.connect(at())).isTrue();
        return new Ends(client, server.accept());
    }

    private static ByteBuffer words(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }

    private static String read(SocketChannel from, int octets) throws IOException {
        ByteBuffer into = ByteBuffer.allocateDirect(octets);
        while (into.hasRemaining() && from.read(into) >= 0) {
            // Until all is there.
        }
        return UTF_8.decode(into.flip()).toString();
    }

    @Test
    void bothEndsKnowEachOther() throws Exception {
        try (Ends ends = connect()) {
            assertThat(ends.client.isConnected()).isTrue();
            assertThat(ends.client.getRemoteAddress()).isEqualTo(at());
            assertThat(ends.server.getRemoteAddress()).isEqualTo(ends.client.getLocalAddress());
            assertThat(ends.server.getLocalAddress()).isEqualTo(at());
            assertThat(ends.client.provider()).isSameAs(place.provider());
            assertThat(ends.server.isBlocking()).isTrue();
            assertThat(ends.client.validOps()).isEqualTo(13);
        }
    }

    @Test
    void wordsGoBothWays() throws Exception {
        try (Ends ends = connect()) {
            assertThat(ends.client.write(words("question"))).isEqualTo(8);
            assertThat(read(ends.server, 8)).isEqualTo("question");
            assertThat(ends.server.write(words("answer"))).isEqualTo(6);
            assertThat(read(ends.client, 6)).isEqualTo("answer");
        }
    }

    @Test
    void gatheringAndScattering() throws Exception {
        try (Ends ends = connect()) {
            ByteBuffer[] out = {words("none"), words("one "), ByteBuffer.allocate(0), words("two")};
            assertThat(ends.client.write(out, 1, 3)).isEqualTo(7);
            assertThat(out[0].remaining()).isEqualTo(4);
            ByteBuffer[] in = {ByteBuffer.allocate(2), ByteBuffer.allocateDirect(5)};
            long total = 0;
            while (total < 7) {
                total += ends.server.read(in);
            }
            assertThat(new String(in[0].array(), UTF_8)).isEqualTo("on");
            assertThat(UTF_8.decode(in[1].flip()).toString()).isEqualTo("e two");
            assertThatThrownBy(() -> ends.client.write(out, 3, 2))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void nothingToReadIsZeroWhenNotBlocking() throws Exception {
        try (Ends ends = connect()) {
            ends.client.configureBlocking(false);
            assertThat(ends.client.read(ByteBuffer.allocate(10))).isZero();
            assertThat(ends.client.read(ByteBuffer.allocate(0))).isZero();
            assertThatThrownBy(() -> ends.client.read(ByteBuffer.allocate(1).asReadOnlyBuffer()))
                    .isInstanceOf(IllegalArgumentException.class);
            ends.server.close();
            ends.client.configureBlocking(true);
            assertThat(ends.client.read(ByteBuffer.allocate(10))).isEqualTo(-1);
            assertThat(ends.client.read(new ByteBuffer[] {ByteBuffer.allocate(1)})).isEqualTo(-1);
        }
    }

    @Test
    void aNonBlockingWriteTakesWhatThereIsRoomFor() throws Exception {
        try (Ends ends = connect()) {
            ends.client.configureBlocking(false);
            ByteBuffer much = ByteBuffer.allocateDirect(64 << 20);
            long written = 0;
            int last;
            do {
                last = ends.client.write(much);
                written += last;
            } while (last > 0 && much.hasRemaining());
            assertThat(written).isPositive().isLessThan(64 << 20);
            long total = written;
            Running<Long> reader =
                    Waits.start(() -> {
                        long sum = 0;
                        ByteBuffer into = ByteBuffer.allocate(100_000);
                        while (sum < total) {
                            sum += ends.server.read(into.clear());
                        }
                        return sum;
                    });
            assertThat(reader.get()).isEqualTo(total);
        }
    }

    @Test
    void halfCloseLeavesTheOtherDirectionOpen() throws Exception {
        try (Ends ends = connect()) {
            ends.client.write(words("last"));
            ends.client.shutdownOutput();
            ends.client.shutdownOutput();
            assertThatThrownBy(() -> ends.client.write(words("more")))
                    .isInstanceOf(ClosedChannelException.class);
            assertThat(read(ends.server, 4)).isEqualTo("last");
            assertThat(ends.server.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            ends.server.write(words("reply"));
            assertThat(read(ends.client, 5)).isEqualTo("reply");
            ends.client.shutdownInput();
            assertThat(ends.client.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            assertThat(ends.client.isConnected()).isTrue();
        }
    }

    @Test
    void shuttingTheInputEndsARead() throws Exception {
        try (Ends ends = connect()) {
            Running<Integer> reader =
                    Waits.start(() -> ends.client.read(ByteBuffer.allocate(1))).awaitWaiting();
            ends.client.shutdownInput();
            assertThat(reader.get()).isEqualTo(-1);
        }
    }

    @Test
    void whatIsNotConnectedSaysSo() throws Exception {
        try (SocketChannel channel = client()) {
            assertThat(channel.isConnected()).isFalse();
            assertThat(channel.getRemoteAddress()).isNull();
            assertThat(channel.getLocalAddress()).isNull();
            assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1)))
                    .isInstanceOf(NotYetConnectedException.class);
            assertThatThrownBy(() -> channel.write(ByteBuffer.allocate(1)))
                    .isInstanceOf(NotYetConnectedException.class);
            assertThatThrownBy(channel::shutdownInput).isInstanceOf(NotYetConnectedException.class);
            assertThatThrownBy(channel::finishConnect)
                    .isInstanceOf(NoConnectionPendingException.class);
        }
    }

    @Test
    void whatIsConnectedIsNotConnectedAgain() throws Exception {
        try (Ends ends = connect()) {
            assertThatThrownBy(() -> ends.client.connect(at()))
                    .isInstanceOf(AlreadyConnectedException.class);
            assertThat(ends.client.finishConnect()).isTrue();
            assertThatThrownBy(() -> ends.client.bind(null))
                    .isInstanceOf(AlreadyBoundException.class);
            assertThat(ends.client.isOpen()).isTrue();
        }
    }

    @Test
    void wrongAddressesAreRefused() throws Exception {
        try (SocketChannel channel = client()) {
            assertThatThrownBy(() ->
                            channel.connect(InetSocketAddress.createUnresolved("no.where", 1)))
                    .isInstanceOf(UnresolvedAddressException.class);
            assertThatThrownBy(() -> channel.connect(new SocketAddress() {}))
                    .isInstanceOf(UnsupportedAddressTypeException.class);
            assertThatThrownBy(() -> channel.bind(new SocketAddress() {}))
                    .isInstanceOf(UnsupportedAddressTypeException.class);
            assertThatThrownBy(() -> channel.connect(null))
                    .isInstanceOf(NullPointerException.class);
            assertThat(channel.isOpen()).isTrue();
        }
        try (SocketChannel ipv4 = place.provider().openSocketChannel(StandardProtocolFamily.INET)) {
            assertThatThrownBy(() -> ipv4.connect(new InetSocketAddress("2001:2::7", 1)))
                    .isInstanceOf(UnsupportedAddressTypeException.class);
        }
    }

    @Test
    void aRefusedConnectionClosesTheChannel() throws Exception {
        SocketAddress nobody = at();
        server.close();
        SocketChannel channel = client();
        assertThatThrownBy(() -> channel.connect(nobody))
                .isInstanceOf(ConnectException.class)
                .hasMessage("Connection refused");
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void aConnectionIsFinishedWithoutBlocking() throws Exception {
        try (SocketChannel channel = client();
                Selector selector = place.provider().openSelector()) {
            channel.configureBlocking(false);
            if (!channel.connect(at())) {
                assertThat(channel.isConnectionPending()).isTrue();
                assertThatThrownBy(() -> channel.connect(at()))
                        .isInstanceOf(ConnectionPendingException.class);
                assertThatThrownBy(() -> channel.write(ByteBuffer.allocate(1)))
                        .isInstanceOf(NotYetConnectedException.class);
                SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT);
                assertThat(selector.select()).isEqualTo(1);
                assertThat(key.isConnectable()).isTrue();
                assertThat(channel.finishConnect()).isTrue();
            }
            assertThat(channel.isConnected()).isTrue();
            assertThat(channel.isConnectionPending()).isFalse();
            assertThat(channel.getRemoteAddress()).isEqualTo(at());
            server.accept().close();
        }
    }

    @Test
    void aRefusalIsHeardByFinishConnect() throws Exception {
        SocketAddress nobody = at();
        server.close();
        SocketChannel channel = client();
        try (Selector selector = place.provider().openSelector()) {
            channel.configureBlocking(false);
            assertThatThrownBy(
                            () -> {
                                channel.connect(nobody);
                                channel.register(selector, SelectionKey.OP_CONNECT);
                                assertThat(selector.select()).isEqualTo(1);
                                channel.finishConnect();
                            })
                    .isInstanceOf(ConnectException.class)
                    .hasMessage("Connection refused");
            assertThat(channel.isOpen()).isFalse();
        }
    }

    @Test
    void closingEndsARead() throws Exception {
        try (Ends ends = connect()) {
            Running<Integer> reader =
                    Waits.start(() -> ends.client.read(ByteBuffer.allocate(1))).awaitWaiting();
            ends.client.close();
            assertThatThrownBy(reader::get).isExactlyInstanceOf(AsynchronousCloseException.class);
            assertThatThrownBy(() -> ends.client.read(ByteBuffer.allocate(1)))
                    .isExactlyInstanceOf(ClosedChannelException.class);
            assertThatThrownBy(ends.client::getLocalAddress)
                    .isInstanceOf(ClosedChannelException.class);
            assertThat(ends.client.isConnected()).isFalse();
        }
    }

    @Test
    void closingEndsAWrite() throws Exception {
        try (Ends ends = connect()) {
            Running<Integer> writer =
                    Waits.start(
                                    () -> {
                                        ByteBuffer much = ByteBuffer.allocate(64 << 20);
                                        int sum = 0;
                                        while (much.hasRemaining()) {
                                            sum += ends.client.write(much);
                                        }
                                        return sum;
                                    })
                            .awaitWaiting();
            ends.client.close();
            assertThatThrownBy(writer::get).isInstanceOf(ClosedChannelException.class);
        }
    }

    @Test
    void closingEndsAnAccept() throws Exception {
        Running<SocketChannel> acceptor = Waits.start(server::accept).awaitWaiting();
        server.close();
        assertThatThrownBy(acceptor::get).isExactlyInstanceOf(AsynchronousCloseException.class);
        assertThatThrownBy(server::accept).isExactlyInstanceOf(ClosedChannelException.class);
    }

    @Test
    void anInterruptClosesWhatWaits() throws Exception {
        try (Ends ends = connect()) {
            Running<Boolean> reader =
                    Waits.start(() -> {
                        try {
                            ends.client.read(ByteBuffer.allocate(1));
                            return false;
                        } catch (ClosedByInterruptException expected) {
                            return Thread.currentThread().isInterrupted();
                        }
                    });
            reader.awaitWaiting().interrupt();
            assertThat(reader.get()).isTrue();
            assertThat(ends.client.isOpen()).isFalse();
            Running<Boolean> acceptor =
                    Waits.startVirtual(() -> {
                        Thread.currentThread().interrupt();
                        try {
                            server.accept();
                            return false;
                        } catch (ClosedByInterruptException expected) {
                            return Thread.interrupted();
                        }
                    });
            assertThat(acceptor.get()).isTrue();
            assertThat(server.isOpen()).isFalse();
        }
    }

    @Test
    void aResetIsHeard() throws Exception {
        try (Ends ends = connect()) {
            ends.server.setOption(StandardSocketOptions.SO_LINGER, 0);
            ends.server.close();
            assertThatThrownBy(() -> ends.client.read(ByteBuffer.allocate(1)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("reset");
        }
    }

    @Test
    void boundIsBoundOnce() throws Exception {
        try (SocketChannel channel = client()) {
            channel.bind(place.isOurs() && place.stacks().size() > 1 ? null : place.any());
            InetSocketAddress local = (InetSocketAddress) channel.getLocalAddress();
            assertThat(local.getPort()).isPositive();
            assertThatThrownBy(() -> channel.bind(null)).isInstanceOf(AlreadyBoundException.class);
            assertThat(channel.connect(at())).isTrue();
            InetSocketAddress now = (InetSocketAddress) channel.getLocalAddress();
            assertThat(now.getPort()).isEqualTo(local.getPort());
            assertThat(now.getAddress().isAnyLocalAddress()).isFalse();
            SocketChannel accepted = server.accept();
            assertThat(accepted.getRemoteAddress()).isEqualTo(now);
            accepted.close();
        }
    }

    @Test
    void oneServerForAPort() throws Exception {
        try (ServerSocketChannel other = place.provider().openServerSocketChannel()) {
            assertThat(other.getLocalAddress()).isNull();
            assertThatThrownBy(other::accept).isInstanceOf(NotYetBoundException.class);
            assertThatThrownBy(() -> other.bind(at()))
                    .isInstanceOf(BindException.class)
                    .hasMessageContaining("Address already in use");
            other.bind(place.any());
            assertThatThrownBy(() -> other.bind(place.any()))
                    .isInstanceOf(AlreadyBoundException.class);
        }
        SocketAddress here = at();
        server.close();
        server = place.provider().openServerSocketChannel().bind(here, 5);
        connect().close();
    }

    @Test
    void acceptingDoesNotBlockWhenItIsNotTo() throws Exception {
        server.configureBlocking(false);
        assertThat(server.accept()).isNull();
        try (SocketChannel channel = client();
                Selector selector = place.provider().openSelector()) {
            SelectionKey key = server.register(selector, SelectionKey.OP_ACCEPT);
            assertThat(selector.selectNow()).isZero();
            channel.connect(at());
            assertThat(selector.select()).isEqualTo(1);
            assertThat(key.isAcceptable()).isTrue();
            SocketChannel accepted = server.accept();
            assertThat(accepted.isBlocking()).isTrue();
            accepted.close();
            selector.selectedKeys().clear();
            assertThat(selector.selectNow()).isZero();
        }
    }

    @Test
    void virtualThreadsTalkToEachOther() throws Exception {
        int count = 50;
        Running<Integer> accepting =
                Waits.startVirtual(() -> {
                    for (int i = 0; i < count; i++) {
                        SocketChannel peer = server.accept();
                        Waits.startVirtual(() -> {
                            try (peer) {
                                ByteBuffer buffer = ByteBuffer.allocate(64);
                                while (peer.read(buffer) >= 0) {
                                    peer.write(buffer.flip());
                                    buffer.clear();
                                }
                                return null;
                            }
                        });
                    }
                    return count;
                });
        for (int i = 0; i < count; i++) {
            String text = "word " + i;
            SocketChannel channel = client();
            Running<String> talk =
                    Waits.startVirtual(() -> {
                        channel.connect(at());
                        channel.write(words(text));
                        return read(channel, text.length());
                    });
            assertThat(talk.get()).isEqualTo(text);
            channel.close();
        }
        assertThat(accepting.get()).isEqualTo(count);
    }
}
