package io.ringway.programs;

import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;

import java.util.Arrays;

/** Reactor Netty's server and client, HTTP/1.1 and HTTP/2 without TLS. */
final class ReactorNettyProgram {
    private ReactorNettyProgram() {}

    public static void main(String[] arguments) throws Exception {
        byte[] file = Run.file();
        DisposableServer server =
                HttpServer.create()
                        .host("0.0.0.0")
                        .port(Run.HTTP)
                        .protocol(HttpProtocol.HTTP11, HttpProtocol.H2C)
                        .route(routes -> {
                            Object _ =
                                    routes.get(
                                            "/file",
                                            (request, response) ->
                                                    response.sendByteArray(Mono.just(file)));
                            Object _ =
                                    routes.post(
                                            "/echo",
                                            (request, response) ->
                                                    response.send(request.receive().retain()));
                        })
                        .bindNow();
        byte[] got =
                HttpClient.create()
                        .get()
                        .uri("http://" + Run.HOST + ":" + Run.HTTP + "/file")
                        .responseContent()
                        .aggregate()
                        .asByteArray()
                        .block();
        Run.require(Arrays.equals(got, file), "the file is what was served");
        Run.askHttp(java.net.http.HttpClient.Version.HTTP_1_1);
        Run.askHttp(java.net.http.HttpClient.Version.HTTP_2);
        Run.ready();
        server.disposeNow();
        Run.end();
    }
}
