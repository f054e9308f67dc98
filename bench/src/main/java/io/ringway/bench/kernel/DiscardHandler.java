package io.ringway.bench.kernel;

import io.ringway.TcpConnection;
import io.ringway.TcpHandler;
import io.ringway.bench.bulk.Pattern;

/** Compares what comes with the stream where it lies, and forgets it. One connection at a time. */
public final class DiscardHandler implements TcpHandler {
    private final Pattern pattern = new Pattern();
    private long received;

    public DiscardHandler() {}

    @Override
    public void onOpen(TcpConnection connection) {
        received = 0;
    }

    @Override
    public void onReadable(TcpConnection connection) {
        int length;
        while ((length = connection.viewLength()) > 0) {
            pattern.check(connection.memory(), connection.viewOffset(), length, received);
            connection.consume(length);
            received += length;
        }
        if (connection.isEndOfStream()) {
            connection.close();
        }
    }
}
