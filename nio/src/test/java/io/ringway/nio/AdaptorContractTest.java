package io.ringway.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ringway.nio.Over.Place;
import io.ringway.nio.Waits.Running;

import jdk.net.ExtendedSocketOptions;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** Channels as sockets, and their options, over every provider. */
@ParameterizedClass
@EnumSource(Over.class)
@Timeout(60)
class AdaptorContractTest {
    @Parameter Over over;

    private Place place;
    private ServerSocketChannel server;
    private SocketChannel channel;
    private Socket socket;
    private Socket peer;

    @BeforeEach
    void open() throws IOException {
        place = over.open();
        server = place.provider().openServerSocketChannel();
        server.socket().bind(place.any(), 10);
        channel = place.provider().openSocketChannel();
        socket = channel.socket();
        socket.connect(server.socket().getLocalSocketAddress(), 10_000);
        peer = server.socket().accept();
    }

    @AfterEach
    void close() throws IOException {
        socket.close();
        peer.close();
        server.close();
        place.close();
    }

    @Test
    void aSocketKnowsWhatItsChannelKnows() throws Exception {
        assertThat(socket.getChannel()).isSameAs(channel);
        assertThat(channel.socket()).isSameAs(socket);
        assertThat(server.socket().getChannel()).isSameAs(server);
        assertThat(socket.isConnected()).isTrue();
        assertThat(socket.isBound()).isTrue();
        assertThat(socket.getRemoteSocketAddress()).isEqualTo(channel.getRemoteAddress());
        assertThat(socket.getLocalSocketAddress()).isEqualTo(channel.getLocalAddress());
        assertThat(socket.getPort()).isEqualTo(server.socket().getLocalPort());
        assertThat(socket.getInetAddress()).isEqualTo(place.server());
        assertThat(peer.getPort()).isEqualTo(socket.getLocalPort());
        assertThat(peer.getInetAddress()).isEqualTo(socket.getLocalAddress());
        socket.close();
        assertThat(socket.isClosed()).isTrue();
        assertThat(socket.isConnected()).isFalse();
        assertThat(channel.isOpen()).isFalse();
        assertThatThrownBy(socket::getInputStream)
                .isInstanceOf(SocketException.class)
                .hasMessage("Socket is closed");
        assertThatThrownBy(() -> socket.setTcpNoDelay(true)).isInstanceOf(SocketException.class);
    }

    @Test
    void whatIsNotConnectedSaysSo() throws Exception {
        try (SocketChannel other = place.provider().openSocketChannel();
                ServerSocketChannel unbound = place.provider().openServerSocketChannel()) {
            Socket fresh = other.socket();
            assertThat(fresh.isConnected()).isFalse();
            assertThat(fresh.isBound()).isFalse();
            assertThat(fresh.getInetAddress()).isNull();
            assertThat(fresh.getPort()).isZero();
            assertThat(fresh.getLocalPort()).isEqualTo(-1);
            assertThat(fresh.getLocalAddress().isAnyLocalAddress()).isTrue();
            assertThat(fresh.getLocalSocketAddress()).isNull();
            assertThatThrownBy(fresh::getOutputStream)
                    .isInstanceOf(SocketException.class)
                    .hasMessage("Socket is not connected");
            assertThatThrownBy(() -> fresh.connect(null, 0))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(
                            () -> fresh.connect(InetSocketAddress.createUnresolved("no.where", 1)))
                    .isInstanceOf(UnknownHostException.class);
            ServerSocket none = unbound.socket();
            assertThat(none.isBound()).isFalse();
            assertThat(none.getLocalPort()).isEqualTo(-1);
            assertThat(none.getInetAddress()).isNull();
            assertThat(none.getLocalSocketAddress()).isNull();
            assertThatThrownBy(none::accept)
                    .isInstanceOf(SocketException.class)
                    .hasMessage("Socket is not bound yet");
        }
    }

    @Test
    void streamsCarryOctets() throws Exception {
        OutputStream out = socket.getOutputStream();
        InputStream in = peer.getInputStream();
        out.write("some words".getBytes(UTF_8));
        out.write('!');
        assertThat(new String(in.readNBytes(11), UTF_8)).isEqualTo("some words!");
        assertThat(in.available()).isZero();
        out.write(0xfe);
        assertThat(in.read()).isEqualTo(0xfe);
        socket.shutdownOutput();
        assertThat(socket.isOutputShutdown()).isTrue();
        assertThat(in.read()).isEqualTo(-1);
        assertThatThrownBy(() -> out.write(1)).isInstanceOf(IOException.class);
        assertThatThrownBy(socket::getOutputStream).isInstanceOf(SocketException.class);
        peer.shutdownInput();
        assertThat(peer.isInputShutdown()).isTrue();
    }

    @Test
    void muchGoesThroughStreams() throws Exception {
        int total = 20 << 20;
        Running<Integer> writer =
                Waits.startVirtual(() -> {
                    byte[] piece = new byte[100_000];
                    for (int i = 0; i < total; ) {
                        int length = Math.min(piece.length, total - i);
                        socket.getOutputStream().write(piece, 0, length);
                        i += length;
                    }
                    socket.shutdownOutput();
                    return total;
                });
        assertThat(peer.getInputStream().transferTo(OutputStream.nullOutputStream()))
                .isEqualTo(total);
        assertThat(writer.get()).isEqualTo(total);
    }

    @Test
    void timeoutsAreKept() throws Exception {
        socket.setSoTimeout(20);
        assertThat(socket.getSoTimeout()).isEqualTo(20);
        InputStream in = socket.getInputStream();
        assertThatThrownBy(in::read)
                .isInstanceOf(SocketTimeoutException.class)
                .hasMessage("Read timed out");
        peer.getOutputStream().write(7);
        socket.setSoTimeout(10_000);
        assertThat(in.read()).isEqualTo(7);
        assertThatThrownBy(() -> socket.setSoTimeout(-1))
                .isInstanceOf(IllegalArgumentException.class);
        server.socket().setSoTimeout(20);
        assertThatThrownBy(() -> server.socket().accept())
                .isInstanceOf(SocketTimeoutException.class)
                .hasMessage("Accept timed out");
        assertThat(server.isOpen()).isTrue();
    }

    @Test
    void streamsNeedBlocking() throws Exception {
        InputStream in = socket.getInputStream();
        channel.configureBlocking(false);
        assertThatThrownBy(in::read).isInstanceOf(IllegalBlockingModeException.class);
        assertThatThrownBy(() -> socket.getOutputStream().write(1))
                .isInstanceOf(IllegalBlockingModeException.class);
        server.configureBlocking(false);
        assertThatThrownBy(() -> server.socket().accept())
                .isInstanceOf(IllegalBlockingModeException.class);
    }

    @Test
    void closingEndsAReadOfTheStream() throws Exception {
        Running<Integer> reader = Waits.start(() -> socket.getInputStream().read()).awaitWaiting();
        socket.close();
        assertThatThrownBy(reader::get).isInstanceOf(AsynchronousCloseException.class);
    }

    @Test
    void optionsAreKept() throws Exception {
        socket.setTcpNoDelay(true);
        assertThat(socket.getTcpNoDelay()).isTrue();
        assertThat(channel.getOption(StandardSocketOptions.TCP_NODELAY)).isTrue();
        socket.setKeepAlive(true);
        assertThat(socket.getKeepAlive()).isTrue();
        socket.setSoLinger(true, 3);
        assertThat(socket.getSoLinger()).isEqualTo(3);
        assertThat(channel.getOption(StandardSocketOptions.SO_LINGER)).isEqualTo(3);
        socket.setSoLinger(false, 0);
        assertThat(socket.getSoLinger()).isEqualTo(-1);
        socket.setReuseAddress(true);
        assertThat(socket.getReuseAddress()).isTrue();
        socket.setTrafficClass(0x10);
        assertThat(socket.getTrafficClass()).isEqualTo(0x10);
        socket.setSendBufferSize(50_000);
        assertThat(socket.getSendBufferSize()).isGreaterThanOrEqualTo(50_000);
        socket.setReceiveBufferSize(50_000);
        assertThat(socket.getReceiveBufferSize()).isGreaterThanOrEqualTo(50_000);
        channel.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, 60);
        assertThat(channel.getOption(ExtendedSocketOptions.TCP_KEEPIDLE)).isEqualTo(60);
        channel.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, 5);
        assertThat(channel.getOption(ExtendedSocketOptions.TCP_KEEPINTERVAL)).isEqualTo(5);
        channel.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, 4);
        assertThat(channel.getOption(ExtendedSocketOptions.TCP_KEEPCOUNT)).isEqualTo(4);
        channel.setOption(ExtendedSocketOptions.TCP_QUICKACK, true);
        assertThat(server.getOption(StandardSocketOptions.SO_REUSEADDR)).isTrue();
        server.setOption(StandardSocketOptions.SO_RCVBUF, 70_000);
        assertThat(server.socket().getReceiveBufferSize()).isGreaterThanOrEqualTo(70_000);
        assertThat(channel.supportedOptions())
                .contains(
                        StandardSocketOptions.SO_SNDBUF,
                        StandardSocketOptions.SO_RCVBUF,
                        StandardSocketOptions.SO_KEEPALIVE,
                        StandardSocketOptions.SO_REUSEADDR,
                        StandardSocketOptions.SO_LINGER,
                        StandardSocketOptions.TCP_NODELAY);
        assertThat(server.supportedOptions())
                .contains(StandardSocketOptions.SO_RCVBUF, StandardSocketOptions.SO_REUSEADDR);
        // The connection still works.
        socket.getOutputStream().write(1);
        assertThat(peer.getInputStream().read()).isEqualTo(1);
    }

    @Test
    void wrongOptionsAreRefused() throws Exception {
        assertThatThrownBy(() -> channel.setOption(StandardSocketOptions.IP_MULTICAST_TTL, 1))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> channel.getOption(StandardSocketOptions.IP_MULTICAST_TTL))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> channel.getOption(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> channel.setOption(StandardSocketOptions.SO_RCVBUF, -1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> channel.setOption(StandardSocketOptions.IP_TOS, 256))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> socket.setSendBufferSize(0))
                .isInstanceOf(IllegalArgumentException.class);
        channel.close();
        assertThatThrownBy(() -> channel.getOption(StandardSocketOptions.SO_RCVBUF))
                .isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> channel.setOption(StandardSocketOptions.SO_RCVBUF, 10_000))
                .isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void anUrgentOctetStaysInTheStreamWhereThatIsWanted() throws Exception {
        assertThat(peer.getOOBInline()).isFalse();
        peer.setOOBInline(true);
        assertThat(peer.getOOBInline()).isTrue();
        socket.getOutputStream().write('a');
        socket.sendUrgentData('!');
        socket.getOutputStream().write('b');
        assertThat(new String(peer.getInputStream().readNBytes(3), UTF_8)).isEqualTo("a!b");
    }

    @Test
    void anUrgentOctetIsOutOfBandOtherwise() throws Exception {
        for (int i = 0; i < 50; i++) {
            socket.getOutputStream().write('a');
            socket.sendUrgentData('!');
            socket.getOutputStream().write("bc".getBytes(UTF_8));
            // One at a time: of several on their way, only the last is out of band.
            assertThat(new String(peer.getInputStream().readNBytes(3), UTF_8)).isEqualTo("abc");
        }
        socket.sendUrgentData('!');
        socket.shutdownOutput();
        assertThat(peer.getInputStream().read()).isEqualTo(-1);
    }

    @Test
    void lingerSecondsDoNotStopAClose() throws Exception {
        socket.setSoLinger(true, 5);
        socket.getOutputStream().write("delivered".getBytes(UTF_8));
        socket.close();
        assertThat(new String(peer.getInputStream().readAllBytes(), UTF_8)).isEqualTo("delivered");
    }
}
