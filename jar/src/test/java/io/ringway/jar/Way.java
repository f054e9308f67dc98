package io.ringway.jar;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** The ways that Java has to talk TCP. */
enum Way {
    CHANNELS {
        @Override
        Server listen(int port) throws IOException {
            ServerSocketChannel server = ServerSocketChannel.open();
            server.bind(new InetSocketAddress(port));
            return new Server(server, () -> new Blocking(server.accept()));
        }

        @Override
        Peer connect(InetSocketAddress remote) throws IOException {
            return new Blocking(SocketChannel.open(remote));
        }
    },
    SELECTOR {
        @Override
        Server listen(int port) throws IOException {
            ServerSocketChannel server = ServerSocketChannel.open();
            server.bind(new InetSocketAddress(port)).configureBlocking(false);
            Selector selector = Selector.open();
            SelectionKey _ = server.register(selector, SelectionKey.OP_ACCEPT);
            return new Server(
                    server,
                    () -> {
                        try (selector) {
                            SocketChannel accepted;
                            do {
                                int _ = selector.select(key -> {});
                                accepted = server.accept();
                            } while (accepted == null);
                            return new Selected(accepted);
                        }
                    });
        }

        @Override
        Peer connect(InetSocketAddress remote) throws IOException {
            SocketChannel channel = SocketChannel.open();
            channel.configureBlocking(false);
            try (Selector selector = Selector.open()) {
                if (!channel.connect(remote)) {
                    SelectionKey _ = channel.register(selector, SelectionKey.OP_CONNECT);
                    while (!channel.finishConnect()) {
                        int _ = selector.select(key -> {});
                    }
                }
            }
            return new Selected(channel);
        }
    },
    ASYNCHRONOUS {
        @Override
        Server listen(int port) throws IOException {
            AsynchronousServerSocketChannel server = AsynchronousServerSocketChannel.open();
            server.bind(new InetSocketAddress(port));
            return new Server(server, () -> new Asynchronous(server.accept().get()));
        }

        @Override
        Peer connect(InetSocketAddress remote) throws Exception {
            AsynchronousSocketChannel channel = AsynchronousSocketChannel.open();
            channel.connect(remote).get();
            return new Asynchronous(channel);
        }
    },
    SOCKETS {
        @Override
        Server listen(int port) throws IOException {
            ServerSocket server = new ServerSocket(port);
            return new Server(server, () -> new Streams(server.accept()));
        }

        @Override
        Peer connect(InetSocketAddress remote) throws IOException {
            return new Streams(new Socket(remote.getAddress(), remote.getPort()));
        }
    };

    abstract Server listen(int port) throws IOException;

    abstract Peer connect(InetSocketAddress remote) throws Exception;

    /** What waits for a peer. */
    interface Accepting {
        Peer accept() throws Exception;
    }

    /** What listens. */
    record Server(Closeable socket, Accepting accepting) implements Closeable {
        Peer accept() throws Exception {
            return accepting.accept();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    /** One connection; a thread may read while another writes. */
    interface Peer extends Closeable {
        int read(ByteBuffer into) throws Exception;

        /** Writes all of it. */
        void write(ByteBuffer from) throws Exception;

        void finish() throws IOException;
    }

    private record Blocking(SocketChannel channel) implements Peer {
        @Override
        public int read(ByteBuffer into) throws IOException {
            return channel.read(into);
        }

        @Override
        public void write(ByteBuffer from) throws IOException {
            while (from.hasRemaining()) {
                channel.write(from);
            }
        }

        @Override
        public void finish() throws IOException {
            channel.shutdownOutput();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    private static final class Selected implements Peer {
        private final SocketChannel channel;
        private final Selector readable = Selector.open();
        private final Selector writable = Selector.open();

        Selected(SocketChannel channel) throws IOException {
            this.channel = channel;
            channel.configureBlocking(false);
            SelectionKey _ = channel.register(readable, SelectionKey.OP_READ);
            SelectionKey _ = channel.register(writable, SelectionKey.OP_WRITE);
        }

        @Override
        public int read(ByteBuffer into) throws IOException {
            int count;
            while ((count = channel.read(into)) == 0) {
                int _ = readable.select(key -> {});
            }
            return count;
        }

        @Override
        public void write(ByteBuffer from) throws IOException {
            while (from.hasRemaining()) {
                if (channel.write(from) == 0) {
                    int _ = writable.select(key -> {});
                }
            }
        }

        @Override
        public void finish() throws IOException {
            channel.shutdownOutput();
        }

        @Override
        public void close() throws IOException {
            readable.close();
            writable.close();
            channel.close();
        }
    }

    private record Asynchronous(AsynchronousSocketChannel channel) implements Peer {
        @Override
        public int read(ByteBuffer into) throws Exception {
            return channel.read(into).get();
        }

        @Override
        public void write(ByteBuffer from) throws Exception {
            while (from.hasRemaining()) {
                int _ = channel.write(from).get();
            }
        }

        @Override
        public void finish() throws IOException {
            channel.shutdownOutput();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    private record Streams(Socket socket) implements Peer {
        @Override
        public int read(ByteBuffer into) throws IOException {
            byte[] octets = new byte[into.remaining()];
            int count = socket.getInputStream().read(octets);
            if (count > 0) {
                into.put(octets, 0, count);
            }
            return count;
        }

        @Override
        public void write(ByteBuffer from) throws IOException {
            byte[] octets = new byte[from.remaining()];
            from.get(octets);
            socket.getOutputStream().write(octets);
        }

        @Override
        public void finish() throws IOException {
            socket.shutdownOutput();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
