package io.ringway.bench.echo;

import io.ringway.TcpConnection;
import io.ringway.TcpHandler;

/** Sends back what comes, out of the frame that it came in. */
public final class EchoHandler implements TcpHandler {
    @Override
    public void onOpen(TcpConnection connection) {
        connection.noDelay(true);
    }

    @Override
    public void onReadable(TcpConnection connection) {
        int length;
        while ((length = connection.viewLength()) > 0) {
            int taken = connection.write(connection.memory(), connection.viewOffset(), length);
            if (taken == 0) {
                return;
            }
            connection.consume(taken);
        }
        if (connection.isEndOfStream()) {
            connection.close();
        }
    }
}
