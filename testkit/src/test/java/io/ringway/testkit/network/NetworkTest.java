package io.ringway.testkit.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringway.TcpServerSocket;
import io.ringway.TcpSocket;
import io.ringway.wire.Endpoint;
import io.ringway.wire.IpAddress;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The network without the channels above it. */
@Timeout(120)
class NetworkTest {
    private static final Duration SHORT = Duration.ofMillis(300);

    private static Endpoint at(Host host, int port) {
        return new Endpoint(IpAddress.parse(host.address().getHostAddress()), port);
    }

    /** Sends back what comes, for one connection after the other. */
    private static void echoAt(Host host) {
        TcpServerSocket server = host.stack().openTcpServerSocket(at(host, 7));
        Thread _ =
                Thread.ofVirtual()
                        .start(() -> {
                            while (true) {
                                try {
                                    TcpSocket socket = server.accept();
                                    Thread _ = Thread.ofVirtual().start(() -> echo(socket));
                                } catch (IOException closed) {
                                    return;
                                }
                            }
                        });
    }

    private static void echo(TcpSocket socket) {
        try (socket) {
            byte[] buffer = new byte[1000];
            for (int count = socket.read(buffer); count >= 0; count = socket.read(buffer)) {
                socket.write(buffer, 0, count);
            }
        } catch (IOException reset) {
            // The test is over, and has closed the network.
        }
    }

    private static void ask(TcpSocket socket, int what) throws IOException {
        socket.write(new byte[] {(byte) what});
        byte[] answer = new byte[1];
        assertThat(socket.read(answer)).isEqualTo(1);
        assertThat(answer[0]).isEqualTo((byte) what);
    }

    @Test
    void everyHostReachesEveryOther() throws IOException {
        try (Network network = Network.open("delay=1ms", "a", "b", "c")) {
            network.hosts().forEach(NetworkTest::echoAt);
            List<TcpSocket> all = new ArrayList<>();
            for (Host from : network.hosts()) {
                for (Host to : network.hosts()) {
                    TcpSocket socket = from.stack().openTcpSocket(at(to, 7));
                    ask(socket, all.size());
                    all.add(socket);
                }
            }
            all.forEach(TcpSocket::close);
        }
    }

    @Test
    void octetsSurviveLoss() throws IOException {
        try (Network network = Network.open("delay=1ms,loss=5%,reorder=2%,seed=3", "a", "b")) {
            echoAt(network.host("b"));
            try (TcpSocket socket =
                    network.host("a").stack().openTcpSocket(at(network.host("b"), 7))) {
                byte[] sent = new byte[200_000];
                for (int i = 0; i < sent.length; i++) {
                    sent[i] = (byte) ((i * 31) >>> 3);
                }
                Thread _ =
                        Thread.ofVirtual()
                                .start(() -> {
                                    try {
                                        socket.write(sent);
                                        socket.shutdownOutput();
                                    } catch (IOException failed) {
                                        throw new UncheckedIOException(failed);
                                    }
                                });
                assertThat(socket.inputStream().readAllBytes()).isEqualTo(sent);
            }
        }
    }

    @Test
    void aPartitionLetsNothingThroughUntilItIsHealed() throws IOException {
        try (Network network = Network.open("", "a", "b", "c")) {
            network.hosts().forEach(NetworkTest::echoAt);
            Host a = network.host("a");
            TcpSocket toB = a.stack().openTcpSocket(at(network.host("b"), 7));
            TcpSocket toC = a.stack().openTcpSocket(at(network.host("c"), 7));
            ask(toB, 1);
            network.partition("a", "b");
            // What is asked next comes behind the partition, for the switch has seen to that first.
            ask(toC, 2);
            toB.write(new byte[] {3});
            toB.readTimeout(SHORT);
            assertThatThrownBy(() -> toB.read(new byte[1]))
                    .isInstanceOf(SocketTimeoutException.class);
            network.heal();
            toB.readTimeout(Duration.ZERO);
            byte[] answer = new byte[1];
            assertThat(toB.read(answer)).isEqualTo(1);
            assertThat(answer[0]).isEqualTo((byte) 3);
            toB.close();
            toC.close();
        }
    }

    @Test
    void aPartitionOfSomeTimeEndsByItself() throws IOException {
        try (Network network = Network.open("", "a", "b")) {
            echoAt(network.host("b"));
            try (TcpSocket socket =
                    network.host("a").stack().openTcpSocket(at(network.host("b"), 7))) {
                network.partition(SHORT, "a", "b");
                for (int i = 0; i < 10; i++) {
                    ask(socket, i);
                }
            }
        }
    }

    @Test
    void theNetworkCanBecomeWorse() throws IOException {
        try (Network network = Network.open("", "a", "b")) {
            echoAt(network.host("b"));
            try (TcpSocket socket =
                    network.host("a").stack().openTcpSocket(at(network.host("b"), 7))) {
                ask(socket, 1);
                network.impair("loss=100%");
                socket.write(new byte[] {2});
                socket.readTimeout(SHORT);
                assertThatThrownBy(() -> socket.read(new byte[1]))
                        .isInstanceOf(SocketTimeoutException.class);
                network.host("a").impair("delay=2ms,loss=10%");
                network.host("b").impair("");
                socket.readTimeout(Duration.ZERO);
                assertThat(socket.read(new byte[1])).isEqualTo(1);
            }
        }
    }

    @Test
    void namesResolveWhileTheNetworkIsOpen() throws IOException {
        try (Network network = Network.open("", "alpha", "beta")) {
            InetAddress[] all = InetAddress.getAllByName("beta");
            assertThat(all)
                    .contains(network.host("beta").address(), network.host("beta").address6());
            assertThat(all[0].getHostName()).isEqualTo("beta");
            assertThat(InetAddress.getByAddress(all[0].getAddress()).getHostName())
                    .isEqualTo("beta");
        }
        assertThat(InetAddress.getAllByName("localhost")).allMatch(InetAddress::isLoopbackAddress);
    }

    @Test
    void whatIsAskedWronglyIsSaid() {
        try (Network network = Network.open("", "a", "b")) {
            assertThatThrownBy(() -> network.host("c")).hasMessageContaining("only [a, b]");
            assertThatThrownBy(() -> Network.open("", "x"))
                    .hasMessageContaining("close that first");
        }
        assertThatThrownBy(() -> Network.open("", "a", "a")).hasMessageContaining("\"a\"");
        assertThatThrownBy(() -> Network.open("lost=3%", "a")).hasMessageContaining("loss");
    }
}
