package io.ringway.nio;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

import javax.net.ServerSocketFactory;

/** Makes sockets that listen on Ringway. */
final class DoorServerSocketFactory extends ServerSocketFactory {
    private static final int USUAL_BACKLOG = 50;

    private final SocketWays ways;

    DoorServerSocketFactory(SocketWays ways) {
        this.ways = ways;
    }

    /** A socket whose implementation is ours, and so are those of what it accepts. */
    private static final class Made extends ServerSocket {
        private final SocketWays ways;

        Made(SocketWays ways) {
            super(new ServerSocketDoor(ways));
            this.ways = ways;
        }

        @Override
        public Socket accept() throws IOException {
            Socket accepted = new DoorSocketFactory.Made(new SocketDoor(ways));
            implAccept(accepted);
            return accepted;
        }
    }

    @Override
    public ServerSocket createServerSocket() {
        return new Made(ways);
    }

    @Override
    public ServerSocket createServerSocket(int port) throws IOException {
        return createServerSocket(port, USUAL_BACKLOG, null);
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog) throws IOException {
        return createServerSocket(port, backlog, null);
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog, @Nullable InetAddress local)
            throws IOException {
        ServerSocket socket = createServerSocket();
        try {
            socket.bind(new InetSocketAddress(local, port), backlog);
            return socket;
        } catch (IOException | RuntimeException failed) {
            socket.close();
            throw failed;
        }
    }
}
