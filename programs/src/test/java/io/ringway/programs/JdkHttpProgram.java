package io.ringway.programs;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.concurrent.Executors;

/** The JDK's own HTTP server and its client, with and without TLS. */
final class JdkHttpProgram {
    private JdkHttpProgram() {}

    public static void main(String[] arguments) throws Exception {
        Path keys = Path.of(arguments[0]);
        HttpServer plain = HttpServer.create(new InetSocketAddress(Run.HTTP), 0);
        HttpsServer secret = HttpsServer.create(new InetSocketAddress(Run.HTTPS), 0);
        secret.setHttpsConfigurator(new HttpsConfigurator(Run.tls(keys)));
        start(plain);
        start(secret);
        Run.askHttp(HttpClient.Version.HTTP_1_1);
        Run.askHttps(HttpClient.Version.HTTP_1_1, keys);
        Run.ready();
        plain.stop(0);
        secret.stop(0);
        Run.end();
    }

    private static void start(HttpServer server) {
        byte[] file = Run.file();
        server.createContext("/file", exchange -> answer(exchange, file));
        server.createContext(
                "/echo", exchange -> answer(exchange, exchange.getRequestBody().readAllBytes()));
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    private static void answer(HttpExchange exchange, byte[] body) throws IOException {
        exchange.sendResponseHeaders(200, body.length);
        try (var to = exchange.getResponseBody()) {
            to.write(body);
        }
    }
}
