package io.ringway.nio;

import io.ringway.Readiness;
import io.ringway.ReadinessWatcher;
import io.ringway.TcpSocket;
import io.ringway.wire.Endpoint;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.time.Duration;

/**
 * The two streams of a channel that is Ringway's: octets from and to buffers, failures in the words
 * of the platform, and news for the selectors.
 */
final class TcpStream {
    private final TcpSocket socket;
    private final Readiness readiness;

    /** The streams of {@code socket}, whose connection is open or being opened. */
    TcpStream(TcpSocket socket, Watchers watchers) throws SocketException {
        this.socket = socket;
        this.readiness = socket.readiness();
        readiness.watch(
                new ReadinessWatcher() {
                    @Override
                    public void onReadable() {
                        watchers.fire(SelectionKey.OP_READ);
                    }

                    @Override
                    public void onWritable() {
                        watchers.fire(SelectionKey.OP_WRITE);
                    }
                });
    }

    TcpSocket socket() {
        return socket;
    }

    @Nullable Endpoint local() {
        return socket.local();
    }

    /** Which of these operations would not block. */
    int readyOps(int interest) {
        int ready = 0;
        if ((interest & SelectionKey.OP_READ) != 0 && readiness.isReadable()) {
            ready |= SelectionKey.OP_READ;
        }
        if ((interest & SelectionKey.OP_WRITE) != 0 && readiness.isWritable()) {
            ready |= SelectionKey.OP_WRITE;
        }
        return ready;
    }

    /** Reads what is there; -1 at the end of the stream. */
    int readNow(ByteBuffer into) throws IOException {
        try {
            int count = socket.readNow(MemorySegment.ofBuffer(into), 0, into.remaining());
            return advance(into, count);
        } catch (IOException failure) {
            throw Failures.ofRead(socket, failure);
        }
    }

    /**
     * Reads what is there, and waits for the first octet.
     *
     * @param timeout how long at most; zero is for ever
     */
    int read(ByteBuffer into, Duration timeout) throws IOException {
        try {
            int count = socket.read(MemorySegment.ofBuffer(into), 0, into.remaining(), timeout);
            return advance(into, count);
        } catch (SocketTimeoutException late) {
            throw late;
        } catch (IOException failure) {
            throw Failures.ofRead(socket, failure);
        }
    }

    private static int advance(ByteBuffer buffer, int count) {
        if (count > 0) {
            buffer.position(buffer.position() + count);
        }
        return count;
    }

    /** Writes what there is room for. */
    int writeNow(ByteBuffer from) throws IOException {
        try {
            int count = socket.writeNow(MemorySegment.ofBuffer(from), 0, from.remaining());
            return advance(from, count);
        } catch (IOException failure) {
            throw Failures.ofWrite(socket, failure);
        }
    }

    /** Writes all, and waits for room. */
    int write(ByteBuffer from) throws IOException {
        try {
            int count = from.remaining();
            socket.write(MemorySegment.ofBuffer(from), 0, count);
            return advance(from, count);
        } catch (IOException failure) {
            throw Failures.ofWrite(socket, failure);
        }
    }

    void shutdownInput() throws IOException {
        socket.shutdownInput();
    }

    void shutdownOutput() throws IOException {
        socket.shutdownOutput();
    }

    /** Writes an octet that is urgent, if there is room. */
    boolean writeUrgentNow(int octet) throws IOException {
        try {
            return socket.writeUrgentNow((byte) octet);
        } catch (IOException failure) {
            throw Failures.ofWrite(socket, failure);
        }
    }

    /**
     * Closes.
     *
     * @param lingerSeconds as SO_LINGER says it; negative does not wait
     */
    void close(int lingerSeconds) {
        if (lingerSeconds >= 0 && !socket.isClosed()) {
            try {
                socket.linger(Duration.ofSeconds(lingerSeconds));
            } catch (IOException over) {
                // Then there is nothing to wait for.
            }
        }
        socket.close();
    }
}
