package io.ringway.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringway.Stack;
import io.ringway.StackConfig;
import io.ringway.TcpConnection;
import io.ringway.TcpHandler;
import io.ringway.memory.Counter;
import io.ringway.testkit.Privileged;
import io.ringway.wire.Endpoint;
import io.ringway.wire.IpPrefix;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** The whole stack on a TAP: the kernel pings it, connects to it and is connected to. */
@Privileged
@Timeout(60)
class StackOverTapTest {
    private static final int ECHO_PORT = 7;
    private static final int PATIENCE_MS = 10_000;

    private final NetNamespace namespace = NetNamespace.create();
    private Stack stack;

    private void start(TapOffloads offloads) {
        var tap =
                TapConfig.builder()
                        .offloads(offloads)
                        .kernelAddresses(
                                List.of(
                                        IpPrefix.parse("198.18.0.1/24"),
                                        IpPrefix.parse("2001:2::1/64")))
                        .build();
        var port = namespace.call(() -> TapPort.open(tap));
        stack = Stack.open(StackConfig.of("198.18.0.2/24", "2001:2::2/64"), port);
        stack.listen(ECHO_PORT, StackOverTapTest::echo);
        stack.bind(
                ECHO_PORT,
                (socket, datagram) ->
                        socket.reply(
                                datagram, datagram.memory(), datagram.offset(), datagram.length()));
        stack.start();
    }

    private static void echo(TcpConnection connection) {
        while (connection.available() > 0) {
            int echoed =
                    connection.write(
                            connection.memory(), connection.viewOffset(), connection.viewLength());
            if (echoed == 0) {
                return;
            }
            connection.consume(echoed);
        }
        if (connection.isEndOfStream()) {
            connection.close();
        }
    }

    @AfterEach
    void close() {
        if (stack != null) {
            stack.close();
        }
        namespace.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"198.18.0.2", "2001:2::2"})
    void theKernelsPingIsAnswered(String address) {
        start(TapOffloads.ALL);
        boolean isAnswered = inside(() -> InetAddress.getByName(address).isReachable(PATIENCE_MS));
        assertThat(isAnswered).isTrue();
        assertThat(count(Counter.ICMP_ECHO_REQUESTS)).isPositive();
    }

    @ParameterizedTest
    @EnumSource
    void megabytesComeBackOverIpv4(TapOffloads offloads) throws Exception {
        start(offloads);
        echoes("198.18.0.2", 8 << 20);
    }

    @ParameterizedTest
    @EnumSource
    void megabytesComeBackOverIpv6(TapOffloads offloads) throws Exception {
        start(offloads);
        echoes("2001:2::2", 8 << 20);
    }

    @Test
    void manyConnectionsAtOnce() throws Exception {
        start(TapOffloads.ALL);
        List<Socket> sockets = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            sockets.add(connect("198.18.0.2"));
        }
        for (int i = 0; i < 50; i++) {
            sockets.get(i).getOutputStream().write(new byte[] {(byte) i, 1});
        }
        for (int i = 0; i < 50; i++) {
            assertThat(sockets.get(i).getInputStream().readNBytes(2))
                    .containsExactly((byte) i, (byte) 1);
            sockets.get(i).close();
        }
    }

    @Test
    void aDatagramComesBack() throws IOException {
        start(TapOffloads.ALL);
        try (var socket = inside(DatagramSocket::new)) {
            socket.setSoTimeout(PATIENCE_MS);
            for (String address : List.of("198.18.0.2", "2001:2::2")) {
                // The longer one is fragmented on the way there and on the way back.
                for (int length : new int[] {1, 4_000}) {
                    byte[] payload = random(length);
                    var to = new InetSocketAddress(address, ECHO_PORT);
                    socket.send(new DatagramPacket(payload, length, to));
                    var back = new DatagramPacket(new byte[length + 1], length + 1);
                    socket.receive(back);
                    assertThat(back.getLength()).isEqualTo(length);
                    assertThat(back.getData()).startsWith(payload);
                }
            }
        }
    }

    @Test
    void weConnectToTheKernel() throws Exception {
        start(TapOffloads.ALL);
        var address = InetAddress.getByName("198.18.0.1");
        try (var server = inside(() -> new ServerSocket(0, 1, address))) {
            server.setSoTimeout(PATIENCE_MS);
            var remote = Endpoint.parse("198.18.0.1:" + server.getLocalPort());
            TcpHandler handler =
                    new TcpHandler() {
                        @Override
                        public void onOpen(TcpConnection connection) {
                            connection.write(new byte[] {1, 2, 3});
                        }

                        @Override
                        public void onReadable(TcpConnection connection) {
                            echo(connection);
                        }
                    };
            stack.connect(remote, handler).get(PATIENCE_MS, TimeUnit.MILLISECONDS);
            try (var socket = server.accept()) {
                assertThat(socket.getInputStream().readNBytes(3)).containsExactly(1, 2, 3);
                socket.getOutputStream().write(9);
                assertThat(socket.getInputStream().read()).isEqualTo(9);
                socket.shutdownOutput();
                assertThat(socket.getInputStream().read()).isEqualTo(-1);
            }
        }
    }

    @Test
    void aPortWhereNobodyListensRefuses() {
        start(TapOffloads.ALL);
        var to = new InetSocketAddress("198.18.0.2", 81);
        assertThatThrownBy(() -> inside(() -> SocketChannel.open(to)))
                .rootCause()
                .hasMessageContaining("refused");
    }

    @Test
    void anIdleStackSleeps() throws Exception {
        start(TapOffloads.ALL);
        echoes("198.18.0.2", 1);
        long before = count(Counter.CYCLES);
        inside(() -> InetAddress.getByName("198.18.0.3").isReachable(300));
        // Spinning it would be hundreds of thousands.
        assertThat(count(Counter.CYCLES) - before).isLessThan(20_000);
    }

    private void echoes(String address, int length) throws Exception {
        byte[] sent = random(length);
        try (var socket = connect(address)) {
            OutputStream out = socket.getOutputStream();
            var writer =
                    Thread.ofPlatform()
                            .start(() -> {
                                try {
                                    out.write(sent);
                                    socket.shutdownOutput();
                                } catch (IOException failed) {
                                    throw new UncheckedIOException(failed);
                                }
                            });
            byte[] back = socket.getInputStream().readAllBytes();
            writer.join();
            assertThat(back.length).isEqualTo(length);
            assertThat(Arrays.mismatch(back, sent)).isEqualTo(-1);
        }
        assertThat(count(Counter.TCP_RETRANSMITTED)).isZero();
        assertThat(count(Counter.TCP_BAD_CHECKSUM)).isZero();
    }

    private Socket connect(String address) throws IOException {
        var to = new InetSocketAddress(address, ECHO_PORT);
        Socket socket = inside(() -> SocketChannel.open(to)).socket();
        socket.setSoTimeout(PATIENCE_MS);
        return socket;
    }

    private long count(Counter counter) {
        return stack.lane(0).counters().get(counter);
    }

    private <T> T inside(TapFixture.Opening<T> opening) {
        return TapFixture.inside(namespace, opening);
    }

    private static byte[] random(int length) {
        byte[] octets = new byte[length];
        new Random(7).nextBytes(octets);
        return octets;
    }
}
