package io.ringway.programs;

import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpServerExchange;

import java.net.http.HttpClient;
import java.nio.ByteBuffer;

/** Undertow, over XNIO, with HTTP/1.1 and HTTP/2 without TLS. */
final class UndertowProgram {
    private UndertowProgram() {}

    public static void main(String[] arguments) throws Exception {
        Undertow server =
                Undertow.builder()
                        .setServerOption(UndertowOptions.ENABLE_HTTP2, true)
                        .addHttpListener(Run.HTTP, "0.0.0.0")
                        .setHandler(UndertowProgram::answer)
                        .build();
        server.start();
        Run.askHttp(HttpClient.Version.HTTP_1_1);
        Run.askHttp(HttpClient.Version.HTTP_2);
        Run.ready();
        server.stop();
        Run.end();
    }

    private static void answer(HttpServerExchange exchange) {
        if (exchange.getRequestPath().equals("/echo")) {
            exchange.getRequestReceiver()
                    .receiveFullBytes((to, body) -> to.getResponseSender().send(wrap(body)));
        } else {
            exchange.getResponseSender().send(wrap(Run.file()));
        }
    }

    private static ByteBuffer wrap(byte[] octets) {
        return ByteBuffer.wrap(octets);
    }
}
