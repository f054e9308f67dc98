package io.ringway.cli;

import io.ringway.TcpConnection;
import io.ringway.TcpHandler;

/** Sends back what it receives (RFC 862), from the frames in which it came. */
final class EchoHandler implements TcpHandler {
    @Override
    public void onReadable(TcpConnection connection) {
        while (connection.viewLength() > 0) {
            int echoed =
                    connection.write(
                            connection.memory(), connection.viewOffset(), connection.viewLength());
            if (echoed == 0) {
                return;
            }
            connection.consume(echoed);
        }
        if (connection.isEndOfStream()) {
            connection.close();
        }
    }
}
