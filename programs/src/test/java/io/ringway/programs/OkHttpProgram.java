package io.ringway.programs;

import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;

import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

import okio.Buffer;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;

/** OkHttp and its MockWebServer, over {@link java.net.Socket}; HTTP/1.1, or HTTP/2 without TLS. */
final class OkHttpProgram {
    private OkHttpProgram() {}

    public static void main(String[] arguments) throws Exception {
        List<Protocol> protocols = List.of(Protocol.valueOf(arguments[0]));
        byte[] file = Run.file();
        MockWebServer server = new MockWebServer();
        server.setProtocols(protocols);
        server.setDispatcher(
                new Dispatcher() {
                    @Override
                    public MockResponse dispatch(RecordedRequest request) {
                        Buffer body = new Buffer();
                        if (request.getUrl().encodedPath().equals("/echo")) {
                            Buffer _ = body.write(request.getBody());
                        } else {
                            Buffer _ = body.write(file);
                        }
                        return new MockResponse.Builder().code(200).body(body).build();
                    }
                });
        server.start(InetAddress.getByName(Run.HOST), Run.HTTP);
        OkHttpClient client = new OkHttpClient.Builder().protocols(protocols).build();
        for (int i = 0; i < 50; i++) {
            byte[] body = Arrays.copyOf(file, 1 + i * 9999);
            Request request =
                    new Request.Builder()
                            .url("http://" + Run.HOST + ":" + Run.HTTP + "/echo")
                            .post(RequestBody.create(body, null))
                            .build();
            try (Response response = client.newCall(request).execute()) {
                Run.require(Arrays.equals(response.body().bytes(), body), "echo " + i);
            }
        }
        Run.ready();
        server.close();
        Run.end();
    }
}
