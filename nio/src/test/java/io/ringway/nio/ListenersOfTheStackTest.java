package io.ringway.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringway.ListeningPorts;
import io.ringway.TcpConnection;
import io.ringway.TcpListener;
import io.ringway.TcpServerSocket;
import io.ringway.wire.Endpoint;
import io.ringway.wire.IpAddress;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** Who gets a connection: the kernel, a listener of the program's own, a wildcard of a version. */
@Timeout(60)
class ListenersOfTheStackTest {
    private static final int PORT = 7;

    private final RingwaySelectorProvider provider = new RingwaySelectorProvider();
    private TestStack test;

    @BeforeEach
    void open() {
        test = new TestStack(2);
    }

    @AfterEach
    void close() {
        test.close();
    }

    private SocketChannel connect(String host, int port) throws IOException {
        SocketChannel client = provider.openSocketChannel();
        client.connect(at(IpAddress.parse(host), port));
        return client;
    }

    private static InetSocketAddress at(IpAddress address, int port) {
        return new Endpoint(address, port).toInetSocketAddress();
    }

    @Test
    void loopbackFindsWhateverListensOnTheStack() throws IOException {
        try (TcpListener handler = test.stack().listen(PORT, TcpConnection::close);
                TcpServerSocket blocking =
                        test.stack()
                                .openTcpServerSocket(new Endpoint(IpAddress.LOOPBACK_IPV4, 0))) {
            int other = blocking.local().port();
            for (int port : new int[] {PORT, other}) {
                try (SocketChannel client = connect("127.0.0.1", port)) {
                    assertThat(((RingwaySocketChannel) client).kernel()).isNull();
                }
            }
            assertThat(Routes.ofConnect(at(IpAddress.LOOPBACK_IPV6, PORT))).isSameAs(test.stack());
            assertThat(Routes.ofConnect(at(IpAddress.LOOPBACK_IPV6, other))).isNull();
            assertThat(handler.local().port()).isEqualTo(PORT);
        }
        assertThat(Routes.ofConnect(at(IpAddress.LOOPBACK_IPV4, PORT))).isNull();
    }

    @Test
    void aListenerIsKnownForAsLongAsItListens() {
        Endpoint at = new Endpoint(IpAddress.parse(TestStack.IPV4), PORT);
        assertThat(ListeningPorts.include(test.stack(), at)).isFalse();
        try (TcpListener any = test.stack().listen(PORT, TcpConnection::close)) {
            assertThat(ListeningPorts.include(test.stack(), at)).isTrue();
            assertThat(ListeningPorts.include(test.stack(), any.local())).isTrue();
        }
        assertThat(ListeningPorts.include(test.stack(), at)).isFalse();
    }

    @Test
    void aWildcardOfIpv4TakesNoIpv6() throws IOException {
        try (ServerSocketChannel ipv4 =
                        provider.openServerSocketChannel(StandardProtocolFamily.INET).bind(null);
                ServerSocketChannel both = provider.openServerSocketChannel().bind(null)) {
            int port = ipv4.socket().getLocalPort();
            assertThat(ipv4.getLocalAddress()).isEqualTo(at(IpAddress.ANY_IPV4, port));
            connect(TestStack.IPV4, port).close();
            assertThatThrownBy(() -> connect(TestStack.IPV6, port))
                    .isInstanceOf(ConnectException.class);
            connect(TestStack.IPV4, both.socket().getLocalPort()).close();
            connect(TestStack.IPV6, both.socket().getLocalPort()).close();
        }
    }

    @Test
    void aWildcardOfIpv6TakesBoth() throws IOException {
        try (ServerSocketChannel ipv6 =
                provider.openServerSocketChannel(StandardProtocolFamily.INET6).bind(null)) {
            int port = ipv6.socket().getLocalPort();
            assertThat(ipv6.getLocalAddress()).isEqualTo(at(IpAddress.ANY_IPV6, port));
            connect(TestStack.IPV4, port).close();
            connect(TestStack.IPV6, port).close();
        }
    }

    @Test
    void wildcardsOverlapWhereTheyShareAVersion() throws IOException {
        try (ServerSocketChannel ipv4 =
                provider.openServerSocketChannel(StandardProtocolFamily.INET).bind(null)) {
            int port = ipv4.socket().getLocalPort();
            try (ServerSocketChannel both = provider.openServerSocketChannel()) {
                assertThatThrownBy(() -> both.bind(new InetSocketAddress(port)))
                        .isInstanceOf(BindException.class);
                both.bind(at(IpAddress.parse(TestStack.IPV6), port));
            }
        }
    }

    @Test
    void channelsOfAGroupShareAPort() throws IOException {
        try (ServerSocketChannel one = provider.openServerSocketChannel();
                ServerSocketChannel two = provider.openServerSocketChannel();
                ServerSocketChannel alone = provider.openServerSocketChannel()) {
            one.setOption(StandardSocketOptions.SO_REUSEPORT, true).bind(null);
            two.setOption(StandardSocketOptions.SO_REUSEPORT, true).bind(one.getLocalAddress());
            assertThatThrownBy(() -> alone.bind(one.getLocalAddress()))
                    .isInstanceOf(BindException.class);
            int port = one.socket().getLocalPort();
            one.configureBlocking(false);
            two.configureBlocking(false);
            int ofOne = 0;
            int ofTwo = 0;
            while (ofOne == 0 || ofTwo == 0) {
                connect(TestStack.IPV4, port).close();
                ofOne += accept(one);
                ofTwo += accept(two);
            }
        }
    }

    private static int accept(ServerSocketChannel from) throws IOException {
        int count = 0;
        for (SocketChannel next = from.accept(); next != null; next = from.accept()) {
            next.close();
            count++;
        }
        return count;
    }
}
