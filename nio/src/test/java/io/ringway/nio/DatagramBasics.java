package io.ringway.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.Selector;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/**
 * What the Javadoc of datagram channels promises of addresses, sending, receiving and ending, as a
 * test that the platform's channels pass and ours have to pass as well.
 */
@Timeout(60)
abstract class DatagramBasics {
    /** Opens a channel; null is for both versions. */
    abstract DatagramChannel open(ProtocolFamily family) throws IOException;

    abstract Selector selector() throws IOException;

    /** An address of this host. */
    abstract String host();

    final DatagramChannel open() throws IOException {
        return open(null);
    }

    final DatagramChannel bound() throws IOException {
        return open().bind(new InetSocketAddress(host(), 0));
    }

    static InetSocketAddress local(DatagramChannel channel) throws IOException {
        return (InetSocketAddress) channel.getLocalAddress();
    }

    static ByteBuffer octets(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    static String text(ByteBuffer flipped) {
        return StandardCharsets.UTF_8.decode(flipped).toString();
    }

    // --- addresses ---

    @Test
    void whatIsNotBoundHasNoAddress() throws IOException {
        try (DatagramChannel channel = open()) {
            assertThat(channel.getLocalAddress()).isNull();
            assertThat(channel.getRemoteAddress()).isNull();
            assertThat(channel.isConnected()).isFalse();
            assertThat(channel.disconnect()).isSameAs(channel);
        }
    }

    @Test
    void nullBindsToTheWildcardAddress() throws IOException {
        try (DatagramChannel both = open().bind(null);
                DatagramChannel ipv4 = open(StandardProtocolFamily.INET).bind(null)) {
            assertThat(local(both).getAddress().isAnyLocalAddress()).isTrue();
            assertThat(local(both).getAddress().getAddress()).hasSize(16);
            assertThat(local(both).getPort()).isPositive();
            assertThat(local(ipv4).getAddress().getAddress()).hasSize(4);
        }
    }

    @Test
    void aChannelIsBoundOnce() throws IOException {
        try (DatagramChannel channel = bound()) {
            assertThat(local(channel).getAddress()).isEqualTo(InetAddress.getByName(host()));
            assertThatThrownBy(() -> channel.bind(null)).isInstanceOf(AlreadyBoundException.class);
        }
    }

    @Test
    void aPortIsBoundOnce() throws IOException {
        try (DatagramChannel first = bound();
                DatagramChannel second = open()) {
            assertThatThrownBy(() -> second.bind(local(first)))
                    .isInstanceOf(java.net.BindException.class);
        }
    }

    @Test
    void addressesThatAreNone() throws IOException {
        try (DatagramChannel channel = open();
                DatagramChannel ipv4 = open(StandardProtocolFamily.INET)) {
            InetSocketAddress ipv6 = new InetSocketAddress("2001:2::9", 9);
            assertThatThrownBy(() -> ipv4.connect(ipv6))
                    .isInstanceOf(UnsupportedAddressTypeException.class);
            assertThatThrownBy(() -> ipv4.send(octets("x"), ipv6))
                    .isInstanceOf(UnsupportedAddressTypeException.class);
            assertThatThrownBy(() -> ipv4.bind(ipv6))
                    .isInstanceOf(UnsupportedAddressTypeException.class);
            assertThatThrownBy(() -> channel.send(octets("x"), null))
                    .isInstanceOf(NullPointerException.class);
            assertThatThrownBy(() -> channel.send(octets("x"), UnixDomainSocketAddress.of("x")))
                    .isInstanceOf(UnsupportedAddressTypeException.class);
            assertThatThrownBy(() ->
                            channel.send(octets("x"), InetSocketAddress.createUnresolved("x", 1)))
                    .isInstanceOf(UnresolvedAddressException.class);
            assertThatThrownBy(() -> channel.send(octets("x"), new InetSocketAddress(host(), 0)))
                    .isInstanceOf(SocketException.class)
                    .hasMessage("Can't send to port 0");
            assertThatThrownBy(() -> channel.connect(new InetSocketAddress(host(), 0)))
                    .isInstanceOf(SocketException.class)
                    .hasMessage("Can't connect to port 0");
        }
        assertThatThrownBy(() -> open(StandardProtocolFamily.UNIX))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    // --- sending and receiving ---

    @Test
    void aDatagramHasItsSource() throws IOException {
        try (DatagramChannel a = bound();
                DatagramChannel b = bound()) {
            assertThat(a.send(octets("hello"), local(b))).isEqualTo(5);
            ByteBuffer into = ByteBuffer.allocate(100);
            assertThat(b.receive(into)).isEqualTo(local(a));
            assertThat(text(into.flip())).isEqualTo("hello");
        }
    }

    @Test
    void whatTheBufferDoesNotHoldIsLost() throws IOException {
        try (DatagramChannel a = bound();
                DatagramChannel b = bound()) {
            a.send(octets("123456"), local(b));
            a.send(octets("next"), local(b));
            a.send(octets("last"), local(b));
            ByteBuffer into = ByteBuffer.allocate(6);
            into.position(3);
            assertThat(b.receive(into)).isEqualTo(local(a));
            assertThat(into.hasRemaining()).isFalse();
            assertThat(text(into.flip().position(3))).isEqualTo("123");
            assertThat(b.receive(ByteBuffer.allocate(0))).isEqualTo(local(a));
            ByteBuffer direct = ByteBuffer.allocateDirect(10);
            b.receive(direct);
            assertThat(text(direct.flip())).isEqualTo("last");
        }
    }

    @Test
    void emptyDatagramsArrive() throws IOException {
        try (DatagramChannel a = bound();
                DatagramChannel b = bound()) {
            assertThat(a.send(ByteBuffer.allocate(0), local(b))).isZero();
            ByteBuffer into = ByteBuffer.allocate(4);
            assertThat(b.receive(into)).isEqualTo(local(a));
            assertThat(into.position()).isZero();
        }
    }

    @Test
    void whatIsTooLongIsRefused() throws IOException {
        try (DatagramChannel a = bound();
                DatagramChannel b = bound()) {
            assertThatThrownBy(() -> a.send(ByteBuffer.allocate(66_000), local(b)))
                    .isInstanceOf(SocketException.class)
                    .hasMessageStartingWith("Message too long");
        }
    }

    @Test
    void aReadOnlyBufferIsRefused() throws IOException {
        try (DatagramChannel a = bound()) {
            assertThatThrownBy(() -> a.receive(ByteBuffer.allocate(1).asReadOnlyBuffer()))
                    .isInstanceOf(IllegalArgumentException.class);
            ByteBuffer from = octets("ro").asReadOnlyBuffer();
            assertThat(a.send(from, local(a))).isEqualTo(2);
            assertThat(from.hasRemaining()).isFalse();
        }
    }

    @Test
    void whatDoesNotBlockReturnsAtOnce() throws IOException {
        try (DatagramChannel a = open()) {
            a.configureBlocking(false);
            ByteBuffer into = ByteBuffer.allocate(10);
            assertThat(a.receive(into)).isNull();
            assertThat(into.position()).isZero();
            assertThat(local(a)).as("receive binds").isNotNull();
        }
    }

    @Test
    void sendingBinds() throws IOException {
        try (DatagramChannel a = open();
                DatagramChannel b = bound()) {
            a.send(octets("x"), local(b));
            assertThat(local(a).getPort()).isPositive();
            ByteBuffer into = ByteBuffer.allocate(10);
            InetSocketAddress from = (InetSocketAddress) b.receive(into);
            assertThat(from.getPort()).isEqualTo(local(a).getPort());
        }
    }

    // --- connected ---

    @Test
    void onlyThePeersDatagramsAreRead() throws IOException {
        try (DatagramChannel a = bound();
                DatagramChannel b = bound();
                DatagramChannel stranger = bound()) {
            a.connect(local(b));
            assertThat(a.isConnected()).isTrue();
            assertThat(a.getRemoteAddress()).isEqualTo(local(b));
            stranger.send(octets("no"), local(a));
            b.send(octets("yes"), local(a));
            ByteBuffer into = ByteBuffer.allocate(10);
            assertThat(a.read(into)).isEqualTo(3);
            assertThat(text(into.flip())).isEqualTo("yes");
            assertThat(a.write(octets("back"))).isEqualTo(4);
            ByteBuffer back = ByteBuffer.allocate(10);
            assertThat(b.receive(back)).isEqualTo(local(a));
        }
    }

    @Test
    void aConnectedChannelSendsToItsPeerAlone() throws IOException {
        try (DatagramChannel a = bound();
                DatagramChannel b = bound()) {
            a.connect(local(b));
            assertThatThrownBy(() -> a.send(octets("x"), new InetSocketAddress(host(), 9)))
                    .isInstanceOf(AlreadyConnectedException.class);
            assertThat(a.send(octets("x"), local(b))).isEqualTo(1);
            assertThatThrownBy(() -> a.connect(local(b)))
                    .isInstanceOf(AlreadyConnectedException.class);
            assertThatThrownBy(() -> a.bind(null)).isInstanceOf(AlreadyBoundException.class);
        }
    }

    @Test
    void disconnectedItHearsEverybody() throws IOException {
        try (DatagramChannel a = bound();
                DatagramChannel b = bound();
                DatagramChannel stranger = bound()) {
            InetSocketAddress before = local(a);
            a.connect(local(b));
            a.disconnect();
            assertThat(a.isConnected()).isFalse();
            assertThat(a.getRemoteAddress()).isNull();
            assertThat(local(a)).isEqualTo(before);
            stranger.send(octets("yes"), local(a));
            assertThat(a.receive(ByteBuffer.allocate(9))).isEqualTo(local(stranger));
        }
    }

    @Test
    void whatIsNotConnectedNeitherReadsNorWrites() throws IOException {
        try (DatagramChannel a = bound()) {
            assertThatThrownBy(() -> a.read(ByteBuffer.allocate(1)))
                    .isInstanceOf(NotYetConnectedException.class);
            assertThatThrownBy(() -> a.write(ByteBuffer.allocate(1)))
                    .isInstanceOf(NotYetConnectedException.class);
            assertThatThrownBy(() -> a.read(new ByteBuffer[1], 0, 2))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void buffersAreGatheredAndScattered() throws IOException {
        try (DatagramChannel a = bound();
                DatagramChannel b = bound()) {
            a.connect(local(b));
            b.connect(local(a));
            ByteBuffer[] from = {octets("ab"), octets("cde"), octets("f")};
            assertThat(a.write(from)).isEqualTo(6);
            assertThat(from).noneMatch(ByteBuffer::hasRemaining);
            ByteBuffer[] into = {
                ByteBuffer.allocate(1), ByteBuffer.allocate(0), ByteBuffer.allocate(9)
            };
            assertThat(b.read(into)).isEqualTo(6);
            assertThat(text(into[0].flip()) + text(into[2].flip())).isEqualTo("abcdef");
        }
    }

    @Test
    void theLongestDatagramsArriveAndLongerOnesAreRefused() throws IOException {
        int most = host().contains(":") ? 65_527 : 65_507;
        try (DatagramChannel a = bound();
                DatagramChannel b = bound()) {
            ByteBuffer longest = ByteBuffer.allocate(most);
            longest.put(most - 1, (byte) 7);
            assertThat(a.send(longest, local(b))).isEqualTo(most);
            ByteBuffer into = ByteBuffer.allocateDirect(most + 1);
            assertThat(b.receive(into)).isEqualTo(local(a));
            assertThat(into.position()).isEqualTo(most);
            assertThat(into.get(most - 1)).isEqualTo((byte) 7);
            assertThatThrownBy(() -> a.send(ByteBuffer.allocate(most + 1), local(b)))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void aPortThatAllAddressesHaveIsTakenAtEach() throws IOException {
        try (DatagramChannel first = open(null).bind(new InetSocketAddress(0));
                DatagramChannel second = open(null)) {
            InetSocketAddress same = new InetSocketAddress(host(), local(first).getPort());
            assertThatThrownBy(() -> second.bind(same)).isInstanceOf(BindException.class);
        }
    }

    @Test
    void aPortWhereNobodyListensIsTold() throws IOException {
        InetSocketAddress nobody;
        try (DatagramChannel gone = bound()) {
            nobody = local(gone);
        }
        try (DatagramChannel a = bound()) {
            a.connect(nobody);
            a.write(octets("anybody?"));
            assertThatThrownBy(() -> a.read(ByteBuffer.allocate(9)))
                    .isInstanceOf(PortUnreachableException.class);
        }
    }

    // --- ending ---

    @Test
    void whatIsClosedSaysSo() throws IOException {
        DatagramChannel a = bound();
        a.close();
        assertThatThrownBy(() -> a.receive(ByteBuffer.allocate(1)))
                .isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(a::getLocalAddress).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> a.getOption(StandardSocketOptions.SO_RCVBUF))
                .isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> a.bind(null)).isInstanceOf(ClosedChannelException.class);
        assertThat(a.isConnected()).isFalse();
        assertThat(a.disconnect()).isSameAs(a);
    }

    @Test
    void closeEndsAReceiveThatWaits() throws Exception {
        for (Thread.Builder builder :
                new Thread.Builder[] {Thread.ofPlatform(), Thread.ofVirtual()}) {
            DatagramChannel a = bound();
            CompletableFuture<Throwable> thrown = new CompletableFuture<>();
            Thread reader = receiveIn(builder, a, thrown);
            awaitWaiting(reader);
            a.close();
            assertThat(thrown.get()).isInstanceOf(AsynchronousCloseException.class);
        }
    }

    @Test
    void anInterruptClosesTheChannel() throws Exception {
        for (Thread.Builder builder :
                new Thread.Builder[] {Thread.ofPlatform(), Thread.ofVirtual()}) {
            DatagramChannel a = bound();
            CompletableFuture<Throwable> thrown = new CompletableFuture<>();
            Thread reader = receiveIn(builder, a, thrown);
            awaitWaiting(reader);
            reader.interrupt();
            assertThat(thrown.get()).isInstanceOf(ClosedByInterruptException.class);
            assertThat(a.isOpen()).isFalse();
        }
    }

    @Test
    void whoIsInterruptedAlreadyDoesNotWait() throws IOException {
        DatagramChannel a = bound();
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> a.receive(ByteBuffer.allocate(1)))
                .isInstanceOf(ClosedByInterruptException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(a.isOpen()).isFalse();
    }

    private static Thread receiveIn(
            Thread.Builder builder, DatagramChannel from, CompletableFuture<Throwable> thrown) {
        return builder.start(() -> {
            try {
                SocketAddress source = from.receive(ByteBuffer.allocate(9));
                thrown.complete(new AssertionError("received from " + source));
            } catch (Throwable ended) {
                thrown.complete(ended);
            }
        });
    }

    static void awaitWaiting(Thread thread) {
        while (thread.isAlive() && !Waits.isWaiting(thread)) {
            Thread.onSpinWait();
        }
    }
}
