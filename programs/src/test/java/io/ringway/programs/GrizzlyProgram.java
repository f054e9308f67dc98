package io.ringway.programs;

import org.glassfish.grizzly.http.server.HttpHandler;
import org.glassfish.grizzly.http.server.HttpServer;
import org.glassfish.grizzly.http.server.Request;
import org.glassfish.grizzly.http.server.Response;

import java.net.http.HttpClient;

/** Grizzly's HTTP server. */
final class GrizzlyProgram {
    private GrizzlyProgram() {}

    public static void main(String[] arguments) throws Exception {
        HttpServer server = HttpServer.createSimpleServer(null, "0.0.0.0", Run.HTTP);
        server.getServerConfiguration().addHttpHandler(new All(), "/");
        server.start();
        Run.askHttp(HttpClient.Version.HTTP_1_1);
        Run.ready();
        server.shutdownNow();
        Run.end();
    }

    private static final class All extends HttpHandler {
        @Override
        public void service(Request request, Response response) throws Exception {
            byte[] body =
                    request.getRequestURI().equals("/echo")
                            ? request.getInputStream().readAllBytes()
                            : Run.file();
            response.setContentLength(body.length);
            response.getOutputStream().write(body);
        }
    }
}
