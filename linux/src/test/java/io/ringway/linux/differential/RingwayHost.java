package io.ringway.linux.differential;

import io.ringway.Stack;
import io.ringway.StackException;
import io.ringway.TcpConnection;
import io.ringway.TcpHandler;
import io.ringway.TcpListener;
import io.ringway.tcp.CloseReason;
import io.ringway.wire.Endpoint;
import io.ringway.wire.IpAddress;

import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Our TCP, used from threads that wait: each call is a task of the lane's, asked again until done.
 */
record RingwayHost(Stack stack, String address) implements Host {
    private static final long PATIENCE_NS = 60_000_000_000L;
    private static final long LOOK_NS = 200_000;

    @Override
    public Listener listen(int port) {
        BlockingQueue<RingwayConversation> opened = new LinkedBlockingQueue<>();
        TcpListener listener =
                stack.listen(
                        port,
                        new Handler() {
                            @Override
                            public void onOpen(TcpConnection connection) {
                                super.onOpen(connection);
                                opened.add(of(connection));
                            }
                        });
        return new Listener() {
            @Override
            public Conversation accept() throws IOException {
                try {
                    RingwayConversation next = opened.poll(PATIENCE_NS, TimeUnit.NANOSECONDS);
                    if (next == null) {
                        throw new IOException("nobody has connected to port " + port);
                    }
                    return next;
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                    throw new IOException(interrupted);
                }
            }

            @Override
            public void close() {
                listener.close();
            }
        };
    }

    @Override
    public Conversation connect(String to, int port) throws IOException {
        Handler handler = new Handler();
        try {
            TcpConnection connection =
                    stack.connect(new Endpoint(IpAddress.parse(to), port), handler).join();
            return stack.lane(0).submit(() -> Handler.of(connection)).join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof StackException refused
                    && String.valueOf(refused.getMessage()).contains("refused")) {
                throw new Conversation.RefusedException();
            }
            throw new IOException(failed);
        }
    }

    /** Notes how a connection ended. */
    private static class Handler implements TcpHandler {
        static RingwayConversation of(TcpConnection connection) {
            return (RingwayConversation) connection.attachment();
        }

        @Override
        public void onOpen(TcpConnection connection) {
            connection.attachment(new RingwayConversation(connection.hold()));
        }

        @Override
        public void onReadable(TcpConnection connection) {
            // Read by the thread that wants it.
        }

        @Override
        public void onClosed(TcpConnection connection, CloseReason reason) {
            RingwayConversation conversation = of(connection);
            if (conversation != null) {
                conversation.reason = reason;
            }
        }
    }

    /** A connection of ours. */
    static final class RingwayConversation implements Conversation {
        private final TcpConnection connection;
        // Null while it is open. The lane writes it.
        private volatile CloseReason reason;

        private RingwayConversation(TcpConnection connection) {
            this.connection = connection;
        }

        private <T> T onLane(Supplier<T> body) {
            return connection.lane().submit(body).join();
        }

        private void rest(long startNs) throws IOException {
            if (System.nanoTime() - startNs > PATIENCE_NS) {
                throw new IOException(
                        "nothing has happened for a minute on "
                                + onLane(connection::toString)
                                + ", ended: "
                                + reason);
            }
            LockSupport.parkNanos(LOOK_NS);
        }

        private void check() throws ResetException {
            if (reason == CloseReason.RESET_BY_PEER) {
                throw new ResetException();
            }
        }

        @Override
        public int read(byte[] into, int length) throws IOException {
            long startNs = System.nanoTime();
            while (true) {
                int count =
                        onLane(() -> connection.isOpen() ? connection.read(into, 0, length) : -2);
                if (count == -2) {
                    check();
                    return -1;
                }
                if (count != 0) {
                    return count;
                }
                rest(startNs);
            }
        }

        @Override
        public int available() throws IOException {
            check();
            return onLane(() -> connection.isOpen() ? connection.available() : 0);
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            long startNs = System.nanoTime();
            int done = 0;
            while (done < length) {
                check();
                int at = offset + done;
                int left = length - done;
                int taken =
                        onLane(() -> connection.isOpen() ? connection.write(from, at, left) : 0);
                done += taken;
                if (done < length) {
                    rest(startNs);
                }
            }
        }

        @Override
        public void shutdownOutput() {
            onLane(() -> {
                connection.shutdownOutput();
                return true;
            });
        }

        @Override
        public void close() {
            onLane(() -> {
                connection.close();
                return true;
            });
        }

        @Override
        public void abort() {
            onLane(() -> {
                if (connection.isOpen()) {
                    connection.abort();
                }
                return true;
            });
        }
    }
}
