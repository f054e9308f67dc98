package io.ringway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.tcp.CloseReason;
import io.ringway.testkit.Privileged;
import io.ringway.wire.Endpoint;
import io.ringway.wire.IpAddress;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/** The kernel's own sockets against discard, echo, connect and ping. */
@Privileged
final class RawClientTest {
    private static final int SIZE = 32 << 20;

    private static Socket connect(TestNetwork network, String host, int port) {
        return network.running()
                .network()
                .namespace()
                .call(() -> {
                    try {
                        return new Socket(host, port);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"198.18.0.2", "2001:2::2"})
    void discardCountsWhatItGets(String host) throws IOException {
        DiscardHandler handler = new DiscardHandler();
        try (var network = new TestNetwork()) {
            network.listen(9, handler);
            try (Socket socket = connect(network, host, 9)) {
                byte[] piece = new byte[1 << 20];
                for (int sent = 0; sent < SIZE; sent += piece.length) {
                    socket.getOutputStream().write(piece);
                }
                socket.shutdownOutput();
                // Our end closes when it has read to the end.
                assertThat(socket.getInputStream().read()).isEqualTo(-1);
            }
        }
        assertThat(handler.octets()).isEqualTo(SIZE);
    }

    @Test
    void echoSendsEverythingBackAndHalfCloses() throws IOException {
        byte[] sent = new byte[4 << 20];
        new SplittableRandom(3).nextBytes(sent);
        try (var network = new TestNetwork()) {
            network.listen(7, new EchoHandler());
            try (Socket socket = connect(network, "198.18.0.2", 7)) {
                CompletableFuture<Void> writing =
                        CompletableFuture.runAsync(
                                () -> {
                                    try {
                                        socket.getOutputStream().write(sent);
                                        socket.shutdownOutput();
                                    } catch (IOException e) {
                                        throw new UncheckedIOException(e);
                                    }
                                },
                                runnable -> Thread.ofPlatform().start(runnable));
                assertThat(socket.getInputStream().readAllBytes()).isEqualTo(sent);
                writing.join();
            }
        }
    }

    @Test
    void connectJoinsStreamsToAServerOfTheKernel() throws Exception {
        byte[] sent = new byte[3 << 20];
        new SplittableRandom(4).nextBytes(sent);
        try (var network = new TestNetwork();
                ServerSocket server =
                        network.running().network().namespace().call(RawClientTest::newServer)) {
            CompletableFuture<byte[]> served = new CompletableFuture<>();
            Thread.ofPlatform()
                    .start(() -> {
                        try (Socket socket = server.accept()) {
                            byte[] got = socket.getInputStream().readAllBytes();
                            socket.getOutputStream().write(got);
                            served.complete(got);
                        } catch (IOException e) {
                            served.completeExceptionally(e);
                        }
                    });
            ByteArrayOutputStream received = new ByteArrayOutputStream();
            StreamPump pump =
                    new StreamPump(
                            network.running().lane(), new ByteArrayInputStream(sent), received);
            Endpoint to = new Endpoint(IpAddress.parse("198.18.0.1"), server.getLocalPort());
            network.running().stack().connect(to, pump).join();
            assertThat(pump.run()).isEqualTo(CloseReason.CLOSED);
            assertThat(served.join()).isEqualTo(sent);
            assertThat(received.toByteArray()).isEqualTo(sent);
        }
    }

    private static ServerSocket newServer() {
        try {
            ServerSocket server = new ServerSocket();
            server.bind(new InetSocketAddress("198.18.0.1", 0));
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"198.18.0.1", "2001:2::1"})
    void pingsComeBackWholeAndInFragments(String host) throws InterruptedException {
        try (var network = new TestNetwork()) {
            for (int length : new int[] {0, 56, 1400, 4000}) {
                Pinger pinger = new Pinger(network.running().lane(), IpAddress.parse(host), length);
                PingSummary summary = pinger.run(3, length, 10_000_000, 5_000_000_000L, _ -> {});
                assertThat(summary.received()).as("of %d octets", length).isEqualTo(3);
            }
        }
    }

    @Test
    void theDemoEndsWithItsSummary() {
        Shell shell = new Shell();
        assertThat(
                        shell.run(
                                "demo",
                                "--size",
                                "16MiB",
                                "--impaired-size",
                                "1MiB",
                                "--impair",
                                "loss=1%,delay=5ms,seed=7"))
                .isEqualTo(ExitStatus.OK);
    }
}
