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
 * come from mapped files.
 */
final class HttpHandler implements TcpHandler, Output {
    private final FileSite site;
    private final RequestLog log;
    // The connection being served: one lane serves one at a time, so that no lambda is made for
    // each.
    private @Nullable TcpConnection current;

    HttpHandler(FileSite site, RequestLog log) {
        this.site = site;
        this.log = log;
    }

    @Override
    public void onOpen(TcpConnection connection) {
        connection.attachment(new HttpSession(site, log));
        connection.keepAlive(true);
    }

    @Override
    public void onReadable(TcpConnection connection) {
        if (!(connection.attachment() instanceof HttpSession session)) {
            return;
        }
        current = connection;
        try {
            serve(connection, session);
        } finally {
            current = null;
        }
    }

    private void serve(TcpConnection connection, HttpSession session) {
        while (session.send(this)) {
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
    public int write(MemorySegment from, long offset, int length) {
        TcpConnection to = current;
        return to == null ? 0 : to.write(from, offset, length);
    }

    @Override
    public void onClosed(TcpConnection connection, CloseReason reason) {
        if (connection.attachment() instanceof HttpSession session) {
            session.close();
        }
    }
}
