package io.ringway.bench.bulk;

import io.ringway.TcpConnection;
import io.ringway.TcpHandler;

/** Sends the pattern for as long as there is room, over one connection. */
public final class BulkSource implements TcpHandler {
    private final Pattern pattern;
    private long sent;

    public BulkSource(Pattern pattern) {
        this.pattern = pattern;
    }

    @Override
    public void onOpen(TcpConnection connection) {
        sent = 0;
        onWritable(connection);
    }

    @Override
    public void onReadable(TcpConnection connection) {
        if (connection.isEndOfStream()) {
            connection.abort();
        }
    }

    @Override
    public void onWritable(TcpConnection connection) {
        int taken;
        do {
            taken = connection.write(pattern.memory(), Pattern.at(sent), Pattern.PERIOD);
            sent += taken;
        } while (taken == Pattern.PERIOD);
    }
}
