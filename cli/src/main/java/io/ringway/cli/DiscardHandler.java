package io.ringway.cli;

import io.ringway.TcpConnection;
import io.ringway.TcpHandler;

import java.util.concurrent.atomic.LongAdder;

/** Throws away what it receives (RFC 863), and counts it. */
final class DiscardHandler implements TcpHandler {
    // Written by the lane, read by whoever prints it.
    private final LongAdder octets = new LongAdder();

    /** Octets received so far. Any thread. */
    long octets() {
        return octets.sum();
    }

    @Override
    public void onReadable(TcpConnection connection) {
        int available = connection.available();
        connection.consume(available);
        octets.add(available);
        if (connection.isEndOfStream()) {
            connection.close();
        }
    }
}
