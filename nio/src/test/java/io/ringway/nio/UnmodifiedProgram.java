package io.ringway.nio;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Executors;

/**
 * A program that knows nothing of Ringway: it serves HTTP, asks itself, and reads a word from a
 * server elsewhere.
 */
final class UnmodifiedProgram {
    private static final int REQUESTS = 200;
    private static final int OCTETS = 10_000;

    private UnmodifiedProgram() {}

    public static void main(String[] args) throws Exception {
        try {
            InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
            HttpServer server = HttpServer.create(new InetSocketAddress(loopback, 0), 0);
            server.createContext(
                    "/echo",
                    exchange -> {
                        try (exchange) {
                            byte[] body = exchange.getRequestBody().readAllBytes();
                            exchange.sendResponseHeaders(200, body.length);
                            exchange.getResponseBody().write(body);
                        }
                    });
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.start();
            System.out.println("serves " + server.getAddress().getPort());
            System.out.println("answers " + ask(server.getAddress().getPort()));
            System.out.println("hears " + hear(Integer.parseInt(args[0])));
            int _ = System.in.read();
            server.stop(0);
        } catch (IllegalArgumentException | IOException wrong) {
            System.out.println("fails " + wrong.getMessage());
        }
    }

    private static int ask(int port) throws IOException, InterruptedException {
        int right = 0;
        try (HttpClient client = HttpClient.newHttpClient()) {
            for (int i = 0; i < REQUESTS; i++) {
                String body = ("body " + i + " ").repeat(OCTETS / 8);
                HttpRequest request =
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/echo"))
                                .POST(BodyPublishers.ofString(body))
                                .build();
                if (client.send(request, BodyHandlers.ofString()).body().equals(body)) {
                    right++;
                }
            }
        }
        return right;
    }

    private static String hear(int port) throws IOException {
        InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        try (SocketChannel channel = SocketChannel.open(new InetSocketAddress(loopback, port))) {
            ByteBuffer word = ByteBuffer.allocate(100);
            while (channel.read(word) >= 0) {
                // Until it ends.
            }
            return UTF_8.decode(word.flip()).toString();
        }
    }
}
