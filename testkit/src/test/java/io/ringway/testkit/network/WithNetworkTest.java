package io.ringway.testkit.network;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;

import io.ringway.memory.Counter;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;

/** The JDK's own HTTP server and client, which know nothing of Ringway. */
@Timeout(180)
@WithNetwork(
        hosts = {"client", "server"},
        impair = "delay=20ms,loss=2%,seed=5")
class WithNetworkTest {
    /** Counts its requests, and sends back what it gets. */
    private static HttpServer serve() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(8080), 0);
        server.createContext(
                "/",
                exchange -> {
                    byte[] body = exchange.getRequestBody().readAllBytes();
                    exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
        return server;
    }

    private static HttpRequest request(byte[] body) {
        return HttpRequest.newBuilder(URI.create("http://server:8080/"))
                .version(HttpClient.Version.HTTP_1_1)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
    }

    private static byte[] body(int length) {
        byte[] octets = new byte[length];
        for (int i = 0; i < length; i++) {
            octets[i] = (byte) ((i * 7) >>> 2);
        }
        return octets;
    }

    @Test
    void anHttpClientTalksToAnHttpServerThroughAPartition(Network network) throws Exception {
        Host server = network.host("server");
        HttpServer http = server.call(WithNetworkTest::serve);
        Callable<HttpClient> open =
                () -> HttpClient.newBuilder().connectTimeout(Duration.ofMinutes(1)).build();
        try (HttpClient client = network.host("client").call(open)) {
            byte[] body = body(100_000);
            assertThat(client.send(request(body), BodyHandlers.ofByteArray()).body())
                    .isEqualTo(body);
            network.partition(Duration.ofSeconds(10), "client", "server");
            CompletableFuture<HttpResponse<byte[]>> late =
                    client.sendAsync(request(body), BodyHandlers.ofByteArray());
            assertThat(late.get().body()).isEqualTo(body);
        } finally {
            http.stop(0);
        }
        assertThat(server.stack().counter(Counter.TCP_RECEIVED)).isGreaterThan(100);
    }

    /** Several hosts may listen at the same port, each for itself. */
    @Test
    @WithNetwork(hosts = {"a", "b", "c"})
    void eachHostHasItsOwnPorts(Network network) throws Exception {
        for (Host host : network.hosts()) {
            host.run(() -> {
                ServerSocketChannel listening = ServerSocketChannel.open();
                listening.bind(new InetSocketAddress(7000));
                Thread _ = Thread.ofVirtual().start(() -> greet(host, listening));
            });
        }
        for (Host from : network.hosts()) {
            for (Host to : network.hosts()) {
                String heard = from.call(() -> listen(to.address()));
                assertThat(heard).isEqualTo("this is " + to.name());
                // By its loopback each hears itself.
                assertThat(from.call(() -> listen(InetAddress.getLoopbackAddress())))
                        .isEqualTo("this is " + from.name());
            }
        }
    }

    private static void greet(Host host, ServerSocketChannel listening) {
        try {
            while (true) {
                try (SocketChannel accepted = listening.accept()) {
                    int _ = accepted.write(UTF_8.encode("this is " + host.name()));
                }
            }
        } catch (IOException closed) {
            // The test is over, and has closed the network.
        }
    }

    private static String listen(InetAddress address) throws IOException {
        try (SocketChannel channel = SocketChannel.open(new InetSocketAddress(address, 7000))) {
            ByteBuffer heard = ByteBuffer.allocate(100);
            while (channel.read(heard) >= 0) {
                // Until the end of the stream.
            }
            return UTF_8.decode(heard.flip()).toString();
        }
    }
}
