package io.ringway.bench.path;

import io.ringway.TcpConnection;
import io.ringway.TcpHandler;
import io.ringway.bench.bulk.Pattern;

/**
 * Sends the pattern on any number of connections for as long as there is room, each with a
 * congestion control of the listener's choice.
 */
final class FlowSource implements TcpHandler {
    private final Pattern pattern = new Pattern();
    private final String congestionControl;

    FlowSource(String congestionControl) {
        this.congestionControl = congestionControl;
    }

    /** How far a connection is. */
    private static final class Position {
        private long sent;
    }

    @Override
    public void onOpen(TcpConnection connection) {
        connection.congestionControl(congestionControl);
        connection.attachment(new Position());
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
        if (connection.attachment() instanceof Position position) {
            int taken;
            do {
                taken =
                        connection.write(
                                pattern.memory(), Pattern.at(position.sent), Pattern.PERIOD);
                position.sent += taken;
            } while (taken == Pattern.PERIOD);
        }
    }
}
