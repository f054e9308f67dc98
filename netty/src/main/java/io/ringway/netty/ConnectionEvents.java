package io.ringway.netty;

import io.ringway.TcpConnection;
import io.ringway.TcpHandler;
import io.ringway.tcp.CloseReason;

/** Hands what happens to a connection to its channel, on the lane and so on the event loop. */
final class ConnectionEvents implements TcpHandler {
    static final ConnectionEvents INSTANCE = new ConnectionEvents();

    private ConnectionEvents() {}

    @Override
    public void onOpen(TcpConnection connection) {
        if (connection.attachment() instanceof RingwaySocketChannel channel) {
            channel.onOpen();
        }
    }

    @Override
    public void onReadable(TcpConnection connection) {
        if (connection.attachment() instanceof RingwaySocketChannel channel) {
            channel.onReadable();
        }
    }

    @Override
    public void onWritable(TcpConnection connection) {
        if (connection.attachment() instanceof RingwaySocketChannel channel) {
            channel.onWritable();
        }
    }

    @Override
    public void onClosed(TcpConnection connection, CloseReason reason) {
        if (connection.attachment() instanceof RingwaySocketChannel channel) {
            channel.onOver(reason);
        }
    }
}
