package io.ringway.cli;

import io.ringway.TcpConnection;
import io.ringway.TcpHandler;
import io.ringway.cli.http.FileSite;
import io.ringway.cli.http.HttpSession;
import io.ringway.cli.http.Output;
import io.ringway.cli.http.RequestLog;
import io.ringway.tcp.CloseReason;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;

/**
 * Puts an {@link HttpSession} on each connection: octets go to it where they lie in frames, and
 * come from mapped files. It keeps nothing of its own, so all lanes share it.
 */
final class HttpHandler implements TcpHandler {
    private final FileSite site;
    private final RequestLog log;

    HttpHandler(FileSite site, RequestLog log) {
        this.site = site;
        this.log = log;
    }

    /** A connection's session, and the connection itself while it is served. */
    private static final class Served implements Output {
        final HttpSession session;
        @Nullable TcpConnection current;

        Served(HttpSession session) {
            this.session = session;
        }

        @Override
        public int write(MemorySegment from, long offset, int length) {
            TcpConnection to = current;
            return to == null ? 0 : to.write(from, offset, length);
        }
    }

    @Override
    public void onOpen(TcpConnection connection) {
        connection.attachment(new Served(new HttpSession(site, log)));
        connection.keepAlive(true);
    }

    @Override
    public void onReadable(TcpConnection connection) {
        if (!(connection.attachment() instanceof Served served)) {
            return;
        }
        served.current = connection;
        try {
            serve(connection, served);
        } finally {
            served.current = null;
        }
    }

    private static void serve(TcpConnection connection, Served served) {
        HttpSession session = served.session;
        while (session.send(served)) {
            if (session.isFinished()) {
                connection.shutdownOutput();
                connection.consume(connection.available());
                break;
            }
            int available = connection.viewLength();
            if (available == 0) {
                break;
            }
            connection.consume(
                    session.receive(connection.memory(), connection.viewOffset(), available));
        }
        if (!session.isSending() && connection.isEndOfStream()) {
            connection.close();
        }
    }

    @Override
    public void onClosed(TcpConnection connection, CloseReason reason) {
        if (connection.attachment() instanceof Served served) {
            served.session.close();
        }
    }
}
