package io.ringway.programs;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;

import java.net.http.HttpClient;

/** Vert.x with HTTP/1.1 and HTTP/2 without TLS. */
final class VertxProgram {
    private VertxProgram() {}

    public static void main(String[] arguments) throws Exception {
        Vertx vertx = Vertx.vertx();
        Buffer file = Buffer.buffer(Run.file());
        Object _ =
                vertx.createHttpServer()
                        .requestHandler(request -> answer(request, file))
                        .listen(Run.HTTP, "0.0.0.0")
                        .await();
        Run.askHttp(HttpClient.Version.HTTP_1_1);
        Run.askHttp(HttpClient.Version.HTTP_2);
        Run.ready();
        Object _ = vertx.close().await();
        Run.end();
    }

    private static void answer(HttpServerRequest request, Buffer file) {
        if (request.path().equals("/echo")) {
            request.body().onSuccess(body -> request.response().end(body));
        } else {
            request.response().end(file);
        }
    }
}
