package io.ringway.linux.differential;

import io.ringway.linux.NetNamespace;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** The kernel's TCP, in a namespace. */
record KernelHost(NetNamespace namespace, String address) implements Host {
    private static final int PATIENCE_MS = 60_000;

    /** A body that may fail as sockets do. */
    private interface Body<T> {
        T run() throws IOException;
    }

    private <T> T inside(Body<T> body) throws IOException {
        try {
            return namespace.call(() -> {
                try {
                    return body.run();
                } catch (IOException failed) {
                    throw new UncheckedIOException(failed);
                }
            });
        } catch (UncheckedIOException failed) {
            throw failed.getCause();
        }
    }

    @Override
    public Listener listen(int port) throws IOException {
        ServerSocket server =
                inside(() -> {
                    ServerSocket made = ServerSocketChannel.open().socket();
                    made.bind(new InetSocketAddress(address, port), 16);
                    return made;
                });
        server.setSoTimeout(PATIENCE_MS);
        return new Listener() {
            @Override
            public Conversation accept() throws IOException {
                return new KernelConversation(server.accept());
            }

            @Override
            public void close() throws IOException {
                server.close();
            }
        };
    }

    @Override
    public Conversation connect(String to, int port) throws IOException {
        try {
            return new KernelConversation(
                    inside(() -> {
                        // A channel's: java.net.Socket shuts down before it closes, and so hides
                        // from the peer that data was unread.
                        Socket socket = SocketChannel.open().socket();
                        socket.connect(new InetSocketAddress(to, port), PATIENCE_MS);
                        return socket;
                    }));
        } catch (ConnectException refused) {
            throw new Conversation.RefusedException();
        }
    }

    /** A socket of the kernel's. */
    private record KernelConversation(Socket socket) implements Conversation {
        private KernelConversation {
            try {
                socket.setSoTimeout(PATIENCE_MS);
            } catch (IOException closed) {
                throw new UncheckedIOException(closed);
            }
        }

        /** All that goes wrong with an established connection here is its reset. */
        private static <T> T orReset(Body<T> body) throws IOException {
            try {
                return body.run();
            } catch (SocketTimeoutException stalled) {
                throw stalled;
            } catch (IOException broken) {
                throw new ResetException();
            }
        }

        @Override
        public int read(byte[] into, int length) throws IOException {
            return orReset(() -> socket.getInputStream().read(into, 0, length));
        }

        @Override
        public int available() throws IOException {
            return orReset(() -> socket.getInputStream().available());
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            orReset(() -> {
                socket.getOutputStream().write(from, offset, length);
                return true;
            });
        }

        @Override
        public void shutdownOutput() throws IOException {
            orReset(() -> {
                socket.shutdownOutput();
                return true;
            });
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }

        @Override
        public void abort() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }
    }
}
