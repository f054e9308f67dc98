package io.ringway;

import io.ringway.tcp.CloseReason;

/** The events of all connections that have a socket, which is their attachment. */
final class LaneSocketEvents implements TcpHandler {
    @Override
    public void onOpen(TcpConnection connection) {
        if (connection.attachment() instanceof LaneSocket socket) {
            socket.opened(connection);
        }
    }

    @Override
    public void onReadable(TcpConnection connection) {
        if (connection.attachment() instanceof LaneSocket socket) {
            socket.takeReceived();
        }
    }

    @Override
    public void onWritable(TcpConnection connection) {
        if (connection.attachment() instanceof LaneSocket socket) {
            socket.fillSendQueue();
        }
    }

    @Override
    public void onClosed(TcpConnection connection, CloseReason reason) {
        if (connection.attachment() instanceof LaneSocket socket) {
            socket.over(reason);
        }
    }
}
