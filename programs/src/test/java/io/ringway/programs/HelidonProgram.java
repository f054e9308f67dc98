package io.ringway.programs;

import io.helidon.webclient.api.WebClient;
import io.helidon.webserver.WebServer;

import java.net.http.HttpClient;
import java.util.Arrays;

/**
 * Helidon, whose server has a virtual thread for each connection, and its client, which uses {@link
 * java.net.Socket}.
 */
final class HelidonProgram {
    private HelidonProgram() {}

    public static void main(String[] arguments) throws Exception {
        byte[] file = Run.file();
        WebServer server =
                WebServer.builder()
                        .host("0.0.0.0")
                        .port(Run.HTTP)
                        .routing(routing ->
                                routing.get("/file", (request, response) -> response.send(file))
                                        .post(
                                                "/echo",
                                                (request, response) ->
                                                        response.send(
                                                                request.content()
                                                                        .as(byte[].class))))
                        .build()
                        .start();
        byte[] got =
                WebClient.create()
                        .get("http://" + Run.HOST + ":" + Run.HTTP + "/file")
                        .requestEntity(byte[].class);
        Run.require(Arrays.equals(got, file), "the file is what was served");
        Run.askHttp(HttpClient.Version.HTTP_1_1);
        Run.askHttp(HttpClient.Version.HTTP_2);
        Run.ready();
        Object _ = server.stop();
        Run.end();
    }
}
