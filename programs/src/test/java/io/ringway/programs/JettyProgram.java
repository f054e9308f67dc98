package io.ringway.programs;

import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;

import java.net.http.HttpClient;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Jetty with HTTP/1.1 and HTTP/2, with and without TLS. */
final class JettyProgram {
    private JettyProgram() {}

    public static void main(String[] arguments) throws Exception {
        Server server = new Server();
        HttpConfiguration http = new HttpConfiguration();
        ServerConnector connector =
                new ServerConnector(
                        server,
                        new HttpConnectionFactory(http),
                        new HTTP2CServerConnectionFactory(http));
        connector.setPort(Run.HTTP);
        server.addConnector(connector);
        Path keys = Path.of(arguments[0]);
        server.addConnector(secret(server, keys));
        byte[] file = Run.file();
        server.setHandler(
                new Handler.Abstract() {
                    @Override
                    public boolean handle(Request request, Response response, Callback callback)
                            throws Exception {
                        ByteBuffer body =
                                Request.getPathInContext(request).equals("/echo")
                                        ? Content.Source.asByteBuffer(request)
                                        : ByteBuffer.wrap(file);
                        response.write(true, body, callback);
                        return true;
                    }
                });
        server.start();
        Run.askHttp(HttpClient.Version.HTTP_1_1);
        Run.askHttp(HttpClient.Version.HTTP_2);
        Run.askHttps(HttpClient.Version.HTTP_1_1, keys);
        Run.askHttps(HttpClient.Version.HTTP_2, keys);
        Run.ready();
        server.stop();
        Run.end();
    }

    private static ServerConnector secret(Server server, Path keys) throws Exception {
        HttpConfiguration http = new HttpConfiguration();
        SslContextFactory.Server tls = new SslContextFactory.Server();
        tls.setSslContext(Run.tls(keys));
        ALPNServerConnectionFactory protocols = new ALPNServerConnectionFactory("h2", "http/1.1");
        ServerConnector connector =
                new ServerConnector(
                        server,
                        new SslConnectionFactory(tls, protocols.getProtocol()),
                        protocols,
                        new HTTP2ServerConnectionFactory(http),
                        new HttpConnectionFactory(http));
        connector.setPort(Run.HTTPS);
        return connector;
    }
}
