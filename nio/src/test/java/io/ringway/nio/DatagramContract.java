package io.ringway.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.MembershipKey;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** The same of options, groups, selectors and the socket of a channel. */
abstract class DatagramContract extends DatagramBasics {
    // --- options and groups ---

    @Test
    void optionsAreKept() throws IOException {
        try (DatagramChannel a = open(StandardProtocolFamily.INET)) {
            assertThat(a.getOption(StandardSocketOptions.SO_BROADCAST)).isFalse();
            assertThat(a.getOption(StandardSocketOptions.IP_MULTICAST_LOOP)).isTrue();
            assertThat(a.getOption(StandardSocketOptions.IP_MULTICAST_TTL)).isEqualTo(1);
            assertThat(a.getOption(StandardSocketOptions.IP_MULTICAST_IF)).isNull();
            assertThat(a.getOption(StandardSocketOptions.IP_TOS)).isZero();
            a.setOption(StandardSocketOptions.SO_BROADCAST, true)
                    .setOption(StandardSocketOptions.IP_TOS, 0xb8)
                    .setOption(StandardSocketOptions.IP_MULTICAST_TTL, 9)
                    .setOption(StandardSocketOptions.IP_MULTICAST_LOOP, false)
                    .setOption(StandardSocketOptions.SO_REUSEADDR, true)
                    .setOption(StandardSocketOptions.SO_RCVBUF, 150_000);
            a.bind(null);
            assertThat(a.getOption(StandardSocketOptions.SO_BROADCAST)).isTrue();
            assertThat(a.getOption(StandardSocketOptions.IP_TOS)).isEqualTo(0xb8);
            assertThat(a.getOption(StandardSocketOptions.IP_MULTICAST_TTL)).isEqualTo(9);
            assertThat(a.getOption(StandardSocketOptions.IP_MULTICAST_LOOP)).isFalse();
            assertThat(a.getOption(StandardSocketOptions.SO_REUSEADDR)).isTrue();
            assertThat(a.getOption(StandardSocketOptions.SO_RCVBUF)).isPositive();
        }
    }

    @Test
    void optionsThatAreWrong() throws IOException {
        try (DatagramChannel a = open()) {
            assertThat(a.supportedOptions())
                    .contains(
                            StandardSocketOptions.SO_SNDBUF,
                            StandardSocketOptions.SO_RCVBUF,
                            StandardSocketOptions.SO_REUSEADDR,
                            StandardSocketOptions.SO_BROADCAST,
                            StandardSocketOptions.IP_TOS,
                            StandardSocketOptions.IP_MULTICAST_IF,
                            StandardSocketOptions.IP_MULTICAST_TTL,
                            StandardSocketOptions.IP_MULTICAST_LOOP);
            assertThatThrownBy(() -> a.setOption(StandardSocketOptions.TCP_NODELAY, true))
                    .isInstanceOf(UnsupportedOperationException.class);
            assertThatThrownBy(() -> a.setOption(StandardSocketOptions.SO_RCVBUF, -1))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> a.setOption(StandardSocketOptions.SO_RCVBUF, null))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> a.setOption(StandardSocketOptions.IP_TOS, 256))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> a.setOption(StandardSocketOptions.IP_MULTICAST_TTL, 256))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void broadcastNeedsItsOption() throws IOException {
        try (DatagramChannel a = bound()) {
            assertThatThrownBy(() ->
                            a.send(octets("all"), new InetSocketAddress("255.255.255.255", 9)))
                    .isInstanceOf(SocketException.class)
                    .hasMessageStartingWith("Permission denied");
        }
    }

    @Test
    void groupsAreJoinedAndLeft() throws IOException {
        NetworkInterface any =
                NetworkInterface.getByInetAddress(InetAddress.ofLiteral("127.0.0.1"));
        InetAddress group = InetAddress.getByName("224.0.0.109");
        InetAddress one = InetAddress.getByName("198.18.0.9");
        MembershipKey only;
        try (DatagramChannel a = open(StandardProtocolFamily.INET)) {
            assertThatThrownBy(() -> a.join(one, any)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> a.join(InetAddress.getByName("ff02::109"), any))
                    .isInstanceOf(IllegalArgumentException.class);
            MembershipKey key = a.join(group, any);
            assertThat(key.isValid()).isTrue();
            assertThat(key.group()).isEqualTo(group);
            assertThat(key.channel()).isSameAs(a);
            assertThat(key.sourceAddress()).isNull();
            assertThat(a.join(group, any)).isSameAs(key);
            assertThatThrownBy(() -> a.join(group, any, one))
                    .isInstanceOf(IllegalStateException.class);
            assertThat(key.block(one)).isSameAs(key);
            assertThat(key.unblock(one)).isSameAs(key);
            assertThatThrownBy(() -> key.unblock(one)).isInstanceOf(IllegalStateException.class);
            key.drop();
            assertThat(key.isValid()).isFalse();
            assertThatThrownBy(() -> key.block(one)).isInstanceOf(IllegalStateException.class);
            only = a.join(group, any, one);
            assertThat(only.sourceAddress()).isEqualTo(one);
            MembershipKey sourced = only;
            assertThatThrownBy(() -> sourced.block(one)).isInstanceOf(IllegalStateException.class);
        }
        assertThat(only.isValid()).isFalse();
    }

    // --- selecting ---

    @Test
    void aSelectorTellsOfDatagrams() throws IOException {
        try (DatagramChannel a = bound();
                DatagramChannel b = bound();
                Selector selector = selector()) {
            b.configureBlocking(false);
            SelectionKey key = b.register(selector, SelectionKey.OP_READ);
            assertThat(selector.selectNow()).isZero();
            a.send(octets("one"), local(b));
            a.send(octets("two"), local(b));
            assertThat(selector.select()).isEqualTo(1);
            assertThat(selector.selectedKeys()).containsExactly(key);
            selector.selectedKeys().clear();
            ByteBuffer into = ByteBuffer.allocate(9);
            assertThat(b.receive(into)).isEqualTo(local(a));
            assertThat(selector.select()).as("one is left").isEqualTo(1);
            while (b.receive(into.clear()) == null) {
                Thread.onSpinWait();
            }
            selector.selectedKeys().clear();
            assertThat(selector.selectNow()).isZero();
            key.interestOps(SelectionKey.OP_WRITE);
            assertThat(selector.select()).isEqualTo(1);
            assertThat(key.isWritable()).isTrue();
            assertThatThrownBy(() -> b.configureBlocking(true))
                    .isInstanceOf(IllegalBlockingModeException.class);
        }
    }

    @Test
    void aChannelIsBoundAfterItWasRegistered() throws IOException {
        try (DatagramChannel a = bound();
                DatagramChannel b = open();
                Selector selector = selector()) {
            b.configureBlocking(false);
            b.register(selector, SelectionKey.OP_READ);
            assertThat(selector.selectNow()).isZero();
            b.bind(new InetSocketAddress(host(), 0));
            a.send(octets("late"), local(b));
            assertThat(selector.select()).isEqualTo(1);
        }
    }

    // --- as a socket ---

    @Test
    void theSocketOfAChannel() throws IOException {
        try (DatagramChannel a = open();
                DatagramChannel b = bound()) {
            DatagramSocket socket = a.socket();
            assertThat(a.socket()).isSameAs(socket);
            assertThat(socket.getChannel()).isSameAs(a);
            assertThat(socket.isBound()).isFalse();
            assertThat(socket.getLocalPort()).isZero();
            assertThat(socket.getLocalSocketAddress()).isNull();
            assertThat(socket.getPort()).isEqualTo(-1);
            assertThat(socket.getBroadcast()).isFalse();
            socket.bind(new InetSocketAddress(host(), 0));
            assertThat(socket.isBound()).isTrue();
            DatagramPacket packet = new DatagramPacket(new byte[] {1, 2, 3}, 1, 2, local(b));
            socket.send(packet);
            ByteBuffer into = ByteBuffer.allocate(9);
            assertThat(b.receive(into)).isEqualTo(socket.getLocalSocketAddress());
            assertThat(into.flip()).isEqualTo(ByteBuffer.wrap(new byte[] {2, 3}));
            assertThatThrownBy(() -> socket.send(new DatagramPacket(new byte[1], 1)))
                    .isInstanceOf(IllegalArgumentException.class);
            socket.close();
            assertThat(a.isOpen()).isFalse();
            assertThat(socket.getLocalPort()).isEqualTo(-1);
            assertThat(socket.getLocalSocketAddress()).isNull();
        }
    }

    @Test
    @SuppressWarnings({"deprecation", "removal"}) // Programs call these.
    void theSocketIsAMulticastSocket() throws IOException {
        InetAddress group = InetAddress.getByName("225.4.5.6");
        InetSocketAddress address = new InetSocketAddress(group, 0);
        NetworkInterface by = NetworkInterface.getByInetAddress(InetAddress.ofLiteral("127.0.0.1"));
        SocketAddress other = new SocketAddress() {};
        try (MulticastSocket socket = (MulticastSocket) open().socket()) {
            assertThat(socket.getNetworkInterface().getIndex()).isZero();
            assertThat(socket.getInterface().isAnyLocalAddress()).isTrue();
            socket.setNetworkInterface(by);
            assertThat(socket.getNetworkInterface()).isEqualTo(by);
            assertThat(socket.getOption(StandardSocketOptions.IP_MULTICAST_IF)).isEqualTo(by);
            assertThat(by.inetAddresses().toList()).contains(socket.getInterface());
            assertThatThrownBy(() -> socket.setNetworkInterface(null))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> socket.setInterface(null)).isInstanceOf(SocketException.class);
            socket.setTTL((byte) -2);
            assertThat(socket.getTimeToLive()).isEqualTo(254);
            assertThatThrownBy(() -> socket.setTimeToLive(256))
                    .isInstanceOf(IllegalArgumentException.class);
            socket.setLoopbackMode(true);
            assertThat(socket.getOption(StandardSocketOptions.IP_MULTICAST_LOOP)).isFalse();
            assertThat(socket.getLoopbackMode()).isTrue();
            socket.joinGroup(address, by);
            assertThatThrownBy(() -> socket.joinGroup(address, by))
                    .isInstanceOf(SocketException.class);
            socket.leaveGroup(address, by);
            assertThatThrownBy(() -> socket.leaveGroup(address, by))
                    .isInstanceOf(SocketException.class);
            InetSocketAddress noGroup = new InetSocketAddress("198.18.0.9", 0);
            assertThatThrownBy(() -> socket.joinGroup(noGroup, by))
                    .isInstanceOf(SocketException.class);
            assertThatThrownBy(() -> socket.joinGroup(noGroup.getAddress()))
                    .isInstanceOf(SocketException.class);
            assertThatThrownBy(() -> socket.joinGroup(null))
                    .isInstanceOf(NullPointerException.class);
            assertThatThrownBy(() -> socket.joinGroup(null, by))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> socket.leaveGroup(other, by))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> socket.connect((InetAddress) null, 9))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aPacketIsReceivedIntoAgainAndAgain() throws IOException {
        try (DatagramChannel a = bound();
                DatagramChannel b = bound()) {
            DatagramPacket packet = new DatagramPacket(new byte[20], 4, 10);
            for (String text : new String[] {"ab", "abcdefgh", "123456789012", "x"}) {
                a.send(octets(text), local(b));
                b.socket().receive(packet);
                String expected = text.substring(0, Math.min(10, text.length()));
                assertThat(
                                new String(
                                        packet.getData(),
                                        4,
                                        packet.getLength(),
                                        StandardCharsets.UTF_8))
                        .isEqualTo(expected);
                assertThat(packet.getSocketAddress()).isEqualTo(local(a));
            }
        }
    }

    @Test
    void theSocketsTimeIsOver() throws IOException {
        try (DatagramChannel a = bound()) {
            a.socket().setSoTimeout(5);
            assertThatThrownBy(() -> a.socket().receive(new DatagramPacket(new byte[1], 1)))
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessage("Receive timed out");
            assertThat(a.isOpen()).isTrue();
            a.configureBlocking(false);
            assertThatThrownBy(() -> a.socket().receive(new DatagramPacket(new byte[1], 1)))
                    .isInstanceOf(IllegalBlockingModeException.class);
        }
    }

    @Test
    void theSocketIsClosedByAnotherThread() throws Exception {
        DatagramChannel a = bound();
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Thread reader =
                Thread.startVirtualThread(() -> {
                    begun.countDown();
                    try {
                        a.socket().receive(new DatagramPacket(new byte[1], 1));
                    } catch (Throwable ended) {
                        thrown.complete(ended);
                    }
                });
        begun.await();
        awaitWaiting(reader);
        a.socket().close();
        assertThat(thrown.get()).isInstanceOf(SocketException.class);
    }

    @Test
    void theSocketIsConnected() throws IOException {
        try (DatagramChannel a = bound();
                DatagramChannel b = bound();
                DatagramChannel c = bound()) {
            DatagramSocket socket = a.socket();
            socket.connect(local(b));
            assertThat(socket.getRemoteSocketAddress()).isEqualTo(local(b));
            assertThatThrownBy(() -> socket.send(new DatagramPacket(new byte[1], 1, local(c))))
                    .isInstanceOf(IllegalArgumentException.class);
            socket.connect(local(c));
            assertThat(socket.getPort()).isEqualTo(local(c).getPort());
            socket.disconnect();
            assertThat(socket.isConnected()).isFalse();
        }
    }
}
