package io.ringway.programs;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.apache.catalina.Context;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.coyote.http2.Http2Protocol;

import java.io.IOException;
import java.net.http.HttpClient;

/** Tomcat with the connector of java.nio, HTTP/1.1 and HTTP/2 without TLS. */
final class TomcatProgram {
    private TomcatProgram() {}

    public static void main(String[] arguments) throws Exception {
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(arguments[0]);
        Connector connector = new Connector("org.apache.coyote.http11.Http11NioProtocol");
        connector.setPort(Run.HTTP);
        connector.addUpgradeProtocol(new Http2Protocol());
        tomcat.setConnector(connector);
        Context context = tomcat.addContext("", arguments[0]);
        Tomcat.addServlet(context, "all", new All());
        context.addServletMappingDecoded("/*", "all");
        tomcat.start();
        Run.askHttp(HttpClient.Version.HTTP_1_1);
        Run.ready();
        tomcat.stop();
        Run.end();
    }

    private static final class All extends HttpServlet {
        private static final long serialVersionUID = 1;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response)
                throws IOException {
            response.getOutputStream().write(Run.file());
        }

        @Override
        protected void doPost(HttpServletRequest request, HttpServletResponse response)
                throws IOException {
            response.getOutputStream().write(request.getInputStream().readAllBytes());
        }
    }
}
