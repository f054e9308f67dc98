package io.ringway.programs;

import org.apache.hc.client5.http.async.methods.SimpleHttpResponse;
import org.apache.hc.client5.http.async.methods.SimpleRequestBuilder;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.impl.async.HttpAsyncClients;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.impl.bootstrap.HttpServer;
import org.apache.hc.core5.http.impl.bootstrap.ServerBootstrap;
import org.apache.hc.core5.http.io.HttpRequestHandler;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.EntityUtils;

import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Future;

/** Apache HttpComponents: a server and a client that block in sockets, and a client by java.nio. */
final class HttpComponentsProgram {
    private static final String ECHO = "http://" + Run.HOST + ":" + Run.HTTP + "/echo";
    private static final ContentType OCTETS = ContentType.APPLICATION_OCTET_STREAM;

    private HttpComponentsProgram() {}

    public static void main(String[] arguments) throws Exception {
        byte[] file = Run.file();
        HttpRequestHandler all =
                (request, response, context) -> {
                    byte[] body =
                            request.getPath().equals("/echo")
                                    ? EntityUtils.toByteArray(request.getEntity())
                                    : file;
                    response.setEntity(new ByteArrayEntity(body, OCTETS));
                };
        HttpServer server =
                ServerBootstrap.bootstrap()
                        .setListenerPort(Run.HTTP)
                        .register("/*", all)
                        .register(Run.HOST, "/*", all)
                        .create();
        server.start();
        Run.askHttp(HttpClient.Version.HTTP_1_1);
        askBlocking(file);
        askAsynchronously(file);
        Run.ready();
        server.close();
        Run.end();
    }

    private static void askBlocking(byte[] file) throws Exception {
        try (CloseableHttpClient client = HttpClients.createDefault()) {
            for (int i = 0; i < 50; i++) {
                byte[] body = Arrays.copyOf(file, 1 + i * 9999);
                HttpPost post = new HttpPost(ECHO);
                post.setEntity(new ByteArrayEntity(body, OCTETS));
                byte[] got =
                        client.execute(
                                post, response -> EntityUtils.toByteArray(response.getEntity()));
                Run.require(Arrays.equals(got, body), "blocking echo " + i);
            }
        }
    }

    private static void askAsynchronously(byte[] file) throws Exception {
        try (CloseableHttpAsyncClient client = HttpAsyncClients.createDefault()) {
            client.start();
            List<Future<SimpleHttpResponse>> answers = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                byte[] body = Arrays.copyOf(file, 1 + i * 9999);
                answers.add(
                        client.execute(
                                SimpleRequestBuilder.post(ECHO).setBody(body, OCTETS).build(),
                                null));
            }
            for (int i = 0; i < 50; i++) {
                byte[] body = Arrays.copyOf(file, 1 + i * 9999);
                byte[] got = answers.get(i).get().getBodyBytes();
                Run.require(Arrays.equals(got, body), "asynchronous echo " + i);
            }
        }
    }
}
