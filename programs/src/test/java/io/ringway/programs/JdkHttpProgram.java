package io.ringway.programs;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.util.concurrent.Executors;

/** The JDK's own HTTP server, and its client. */
final class JdkHttpProgram {
    private JdkHttpProgram() {}

    public static void main(String[] arguments) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(Run.HTTP), 0);
        byte[] file = Run.file();
        server.createContext("/file", exchange -> answer(exchange, file));
        server.createContext(
                "/echo", exchange -> answer(exchange, exchange.getRequestBody().readAllBytes()));
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
        Run.askHttp(HttpClient.Version.HTTP_1_1);
        Run.ready();
        server.stop(0);
        Run.end();
    }

    private static void answer(HttpExchange exchange, byte[] body) throws IOException {
        exchange.sendResponseHeaders(200, body.length);
        try (var to = exchange.getResponseBody()) {
            to.write(body);
        }
    }
}
