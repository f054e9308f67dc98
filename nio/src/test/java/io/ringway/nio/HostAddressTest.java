package io.ringway.nio;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ringway.Stack;
import io.ringway.StackConfig;
import io.ringway.wire.IpAddress;
import io.ringway.wire.IpPrefix;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;

/** Addresses that this host has in the kernel, where a listener of ours is. */
@Timeout(60)
class HostAddressTest {
    private static final IpAddress IPV4 = IpAddress.parse("198.19.7.7");
    private static final IpAddress IPV6 = IpAddress.parse("2001:2:0:7::7");

    private final RingwaySelectorProvider provider = new RingwaySelectorProvider();
    private Stack stack;

    @BeforeEach
    void open() {
        StackConfig config =
                StackConfig.builder()
                        .address("198.18.0.2/24")
                        .lanes(2)
                        .ip(ip -> ip.hostAddress(IPV4).hostAddress(IPV6))
                        .build();
        stack = Stack.open(config, new NowherePort());
        stack.startDaemons();
        RingwaySelectorProvider.use(StackDirectory.of(stack));
    }

    @AfterEach
    void close() {
        RingwaySelectorProvider.use(null);
        stack.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"198.19.7.7", "2001:2:0:7::7"})
    void whoListensAtTheWildcardIsFoundThere(String host) throws IOException {
        try (ServerSocketChannel server = provider.openServerSocketChannel()) {
            server.bind(null);
            int port = ((InetSocketAddress) server.getLocalAddress()).getPort();
            InetSocketAddress at = new InetSocketAddress(host, port);
            try (SocketChannel client = provider.openSocketChannel()) {
                client.connect(at);
                try (SocketChannel peer = server.accept()) {
                    assertThat(client.getRemoteAddress()).isEqualTo(at);
                    assertThat(peer.getLocalAddress()).isEqualTo(at);
                    assertThat(peer.getRemoteAddress()).isEqualTo(client.getLocalAddress());
                    client.write(UTF_8.encode("to this host"));
                    client.shutdownOutput();
                    byte[] heard = peer.socket().getInputStream().readAllBytes();
                    assertThat(heard).asString(UTF_8).isEqualTo("to this host");
                }
            }
        }
    }

    @Test
    void datagramsComeThereAndGoBack() throws IOException {
        try (DatagramChannel server = provider.openDatagramChannel();
                DatagramChannel client = provider.openDatagramChannel()) {
            server.bind(null);
            int port = ((InetSocketAddress) server.getLocalAddress()).getPort();
            InetSocketAddress at = new InetSocketAddress(IPV4.toInetAddress(), port);
            client.send(ByteBuffer.wrap(new byte[] {1, 2}), at);
            ByteBuffer into = ByteBuffer.allocate(9);
            server.send(ByteBuffer.wrap(new byte[] {3}), server.receive(into));
            assertThat(into.position()).isEqualTo(2);
            assertThat(client.receive(into)).isEqualTo(at);
            assertThat(into.get(2)).isEqualTo((byte) 3);
        }
    }

    @Test
    void thoseOnANetworkOfOursOrBehindAGatewayAreReachedOverTheLink() {
        List<IpPrefix> none = List.of();
        List<IpAddress> all = HostAddresses.beyond(none, List.of());
        assertThat(all).noneMatch(IpAddress::isLoopback);
        List<IpPrefix> ours = List.of(IpPrefix.parse("198.19.255.1/32"));
        assertThat(HostAddresses.beyond(ours, List.of())).noneMatch(IpAddress::isLinkLocal);
        List<IpAddress> gateways = List.of(IpAddress.parse("198.18.0.1"));
        assertThat(HostAddresses.beyond(none, gateways)).noneMatch(IpAddress::isIpv4);
        for (IpAddress one : all) {
            List<IpPrefix> own = List.of(new IpPrefix(one, one.isIpv4() ? 24 : 64));
            assertThat(HostAddresses.beyond(own, List.of())).doesNotContain(one);
        }
    }
}
