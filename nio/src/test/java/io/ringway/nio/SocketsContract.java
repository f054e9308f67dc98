package io.ringway.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** What programs expect of {@link Socket} and {@link ServerSocket}. */
@Timeout(60)
abstract class SocketsContract {
    abstract Socket socket() throws IOException;

    abstract ServerSocket serverSocket() throws IOException;

    abstract String host();

    private ServerSocket listening() throws IOException {
        ServerSocket server = serverSocket();
        server.bind(new InetSocketAddress(host(), 0));
        return server;
    }

    /** Two ends of a connection. */
    private record Ends(Socket client, Socket server) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            client.close();
            server.close();
        }
    }

    private Ends connect() throws IOException {
        try (ServerSocket server = listening()) {
            Socket client = socket();
            client.connect(server.getLocalSocketAddress());
            return new Ends(client, server.accept());
        }
    }

    @Test
    void whatIsWrittenIsRead() throws Exception {
        byte[] octets = new byte[1 << 20];
        new Random(3).nextBytes(octets);
        try (Ends ends = connect()) {
            Thread writer =
                    Thread.startVirtualThread(() -> {
                        try (OutputStream to = ends.client().getOutputStream()) {
                            to.write(octets);
                        } catch (IOException failed) {
                            throw new java.io.UncheckedIOException(failed);
                        }
                    });
            assertThat(ends.server().getInputStream().readAllBytes()).isEqualTo(octets);
            writer.join();
            assertThat(ends.client().isClosed()).isTrue();
        }
    }

    @Test
    void addressesAreKnown() throws IOException {
        try (Ends ends = connect()) {
            InetAddress host = InetAddress.getByName(host());
            assertThat(ends.client().isConnected()).isTrue();
            assertThat(ends.client().isBound()).isTrue();
            assertThat(ends.client().getInetAddress()).isEqualTo(host);
            assertThat(ends.client().getLocalAddress()).isEqualTo(host);
            assertThat(ends.server().getInetAddress()).isEqualTo(host);
            assertThat(ends.server().getPort()).isEqualTo(ends.client().getLocalPort());
            assertThat(ends.server().getLocalPort()).isEqualTo(ends.client().getPort());
            assertThat(ends.client().getRemoteSocketAddress())
                    .isEqualTo(ends.server().getLocalSocketAddress());
        }
    }

    @Test
    void halfCloseIsTheEndOfTheStream() throws IOException {
        try (Ends ends = connect()) {
            ends.client().getOutputStream().write(7);
            ends.client().shutdownOutput();
            InputStream from = ends.server().getInputStream();
            assertThat(from.read()).isEqualTo(7);
            assertThat(from.read()).isEqualTo(-1);
            ends.server().getOutputStream().write(8);
            assertThat(ends.client().getInputStream().read()).isEqualTo(8);
            assertThat(ends.client().isOutputShutdown()).isTrue();
            assertThatThrownBy(() -> ends.client().getOutputStream())
                    .isInstanceOf(SocketException.class);
            ends.client().shutdownInput();
            assertThatThrownBy(() -> ends.client().getInputStream())
                    .isInstanceOf(SocketException.class);
        }
    }

    @Test
    void whatWaitsIsCounted() throws IOException {
        try (Ends ends = connect()) {
            InputStream from = ends.server().getInputStream();
            assertThat(from.available()).isZero();
            ends.client().getOutputStream().write(new byte[100]);
            assertThat(from.read()).isZero();
            while (from.available() < 99) {
                Thread.onSpinWait();
            }
            assertThat(from.available()).isEqualTo(99);
        }
    }

    @Test
    void aReadsTimeIsOver() throws IOException {
        try (Ends ends = connect()) {
            ends.client().setSoTimeout(5);
            assertThat(ends.client().getSoTimeout()).isEqualTo(5);
            InputStream from = ends.client().getInputStream();
            assertThatThrownBy(from::read)
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessage("Read timed out");
            ends.client().setSoTimeout(0);
            ends.server().getOutputStream().write(1);
            assertThat(from.read()).isEqualTo(1);
        }
    }

    @Test
    void anAcceptsTimeIsOver() throws IOException {
        try (ServerSocket server = listening()) {
            server.setSoTimeout(5);
            assertThatThrownBy(server::accept)
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessage("Accept timed out");
            assertThat(server.isClosed()).isFalse();
        }
    }

    @Test
    void nobodyListens() throws IOException {
        InetSocketAddress nobody;
        try (ServerSocket server = listening()) {
            nobody = (InetSocketAddress) server.getLocalSocketAddress();
        }
        try (Socket client = socket()) {
            assertThatThrownBy(() -> client.connect(nobody, 5000))
                    .isInstanceOf(ConnectException.class);
            assertThat(client.isClosed()).isTrue();
        }
    }

    @Test
    void closeEndsARead() throws Exception {
        for (Thread.Builder builder :
                new Thread.Builder[] {Thread.ofPlatform(), Thread.ofVirtual()}) {
            try (Ends ends = connect()) {
                CompletableFuture<Throwable> thrown = new CompletableFuture<>();
                Thread reader = readIn(builder, ends.client(), thrown);
                ends.client().close();
                assertThat(thrown.get())
                        .isInstanceOf(SocketException.class)
                        .hasMessage("Socket closed");
                reader.join();
            }
        }
    }

    private static Thread readIn(
            Thread.Builder builder, Socket from, CompletableFuture<Throwable> thrown)
            throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        Thread reader =
                builder.start(() -> {
                    try {
                        InputStream stream = from.getInputStream();
                        begun.countDown();
                        thrown.complete(new AssertionError("read " + stream.read()));
                    } catch (Throwable ended) {
                        thrown.complete(ended);
                    }
                });
        begun.await();
        return reader;
    }

    @Test
    void anInterruptOfAPlatformThreadEndsNoRead() throws Exception {
        try (Ends ends = connect()) {
            CompletableFuture<Integer> read = new CompletableFuture<>();
            CountDownLatch begun = new CountDownLatch(1);
            Thread reader =
                    Thread.ofPlatform()
                            .start(() -> {
                                try {
                                    begun.countDown();
                                    int octet = ends.client().getInputStream().read();
                                    read.complete(Thread.interrupted() ? octet : -2);
                                } catch (IOException ended) {
                                    read.completeExceptionally(ended);
                                }
                            });
            begun.await();
            reader.interrupt();
            ends.server().getOutputStream().write(9);
            assertThat(read.get()).isEqualTo(9);
        }
    }

    @Test
    void anInterruptOfAVirtualThreadClosesTheSocket() throws Exception {
        try (Ends ends = connect();
                ServerSocket server = listening()) {
            Waits.Running<Boolean> reader =
                    Waits.startVirtual(() -> {
                        assertThatThrownBy(() -> ends.client().getInputStream().read())
                                .isInstanceOf(SocketException.class)
                                .hasMessage("Closed by interrupt");
                        return Thread.interrupted() && ends.client().isClosed();
                    });
            reader.awaitWaiting().interrupt();
            assertThat(reader.get()).isTrue();
            Waits.Running<Boolean> acceptor =
                    Waits.startVirtual(() -> {
                        assertThatThrownBy(server::accept)
                                .isInstanceOf(SocketException.class)
                                .hasMessage("Closed by interrupt");
                        return Thread.interrupted() && server.isClosed();
                    });
            acceptor.awaitWaiting().interrupt();
            assertThat(acceptor.get()).isTrue();
        }
    }

    @Test
    void aResetHasTheUsualWords() throws IOException {
        try (Ends ends = connect()) {
            ends.server().setSoLinger(true, 0);
            ends.server().close();
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> ends.client().getInputStream().read())
                        .isInstanceOf(SocketException.class)
                        .hasMessage("Connection reset");
            }
        }
    }

    @Test
    void closeEndsAnAccept() throws Exception {
        ServerSocket server = listening();
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        CountDownLatch begun = new CountDownLatch(1);
        Thread acceptor =
                Thread.startVirtualThread(() -> {
                    begun.countDown();
                    try (Socket accepted = server.accept()) {
                        thrown.complete(new AssertionError(accepted.toString()));
                    } catch (Throwable ended) {
                        thrown.complete(ended);
                    }
                });
        begun.await();
        server.close();
        assertThat(thrown.get()).isInstanceOf(SocketException.class);
        acceptor.join();
    }

    @Test
    void optionsAreKept() throws IOException {
        try (Ends ends = connect()) {
            Socket client = ends.client();
            client.setTcpNoDelay(true);
            client.setKeepAlive(true);
            client.setSoLinger(true, 3);
            client.setTrafficClass(0xb8);
            client.setReceiveBufferSize(100_000);
            client.setSendBufferSize(100_000);
            assertThat(client.getTcpNoDelay()).isTrue();
            assertThat(client.getKeepAlive()).isTrue();
            assertThat(client.getSoLinger()).isEqualTo(3);
            assertThat(client.getReceiveBufferSize()).isPositive();
            assertThat(client.getSendBufferSize()).isPositive();
            client.setSoLinger(false, 0);
            assertThat(client.getSoLinger()).isEqualTo(-1);
            client.setOOBInline(true);
        }
    }

    @Test
    void lingerOfZeroResets() throws IOException {
        try (Ends ends = connect()) {
            ends.client().setSoLinger(true, 0);
            ends.client().close();
            assertThatThrownBy(() -> ends.server().getInputStream().read())
                    .isInstanceOf(SocketException.class);
        }
    }

    @Test
    void urgentDataIsInTheStreamWhereThatIsWanted() throws IOException {
        try (Ends ends = connect()) {
            ends.client().sendUrgentData(64);
            ends.client().getOutputStream().write(65);
            assertThat(ends.server().getInputStream().read()).isEqualTo(65);
            ends.server().setOOBInline(true);
            ends.client().sendUrgentData(66);
            assertThat(ends.server().getInputStream().read()).isEqualTo(66);
        }
    }

    @Test
    void aBoundSocketConnectsFromItsPort() throws IOException {
        try (ServerSocket server = listening();
                Socket client = socket()) {
            client.bind(new InetSocketAddress(host(), 0));
            int port = client.getLocalPort();
            assertThat(port).isPositive();
            client.connect(server.getLocalSocketAddress());
            try (Socket accepted = server.accept()) {
                assertThat(accepted.getPort()).isEqualTo(port);
            }
        }
    }

    @Test
    void aPortIsListenedAtOnce() throws IOException {
        try (ServerSocket server = listening();
                ServerSocket second = serverSocket()) {
            assertThatThrownBy(() -> second.bind(server.getLocalSocketAddress()))
                    .isInstanceOf(java.net.BindException.class);
        }
    }
}
