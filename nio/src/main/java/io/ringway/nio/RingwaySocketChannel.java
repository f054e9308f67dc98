package io.ringway.nio;

import io.ringway.Stack;
import io.ringway.TcpSocket;
import io.ringway.wire.Endpoint;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.NoConnectionPendingException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A TCP connection as {@link SocketChannel} describes it. Ringway's or the kernel's it is from
 * {@link #connect} on, or from a {@link #bind} to an address of the kernel's; the latter is a
 * channel of the platform inside, which does all the work.
 *
 * <p>This class is what the channel does: opening, reading and writing.
 */
final class RingwaySocketChannel extends TcpChannel {
    /**
     * A channel that is not connected.
     *
     * @param family of its addresses, or null for both
     */
    RingwaySocketChannel(SelectorProvider provider, @Nullable ProtocolFamily family) {
        super(provider, family, TcpOptions.ofConnection());
    }

    /** The channel of a connection that was accepted, with options of its listener. */
    RingwaySocketChannel(
            SelectorProvider provider,
            @Nullable ProtocolFamily family,
            TcpOptions options,
            TcpSocket accepted)
            throws IOException {
        super(provider, family, options);
        options.start(accepted);
        this.stream = new TcpStream(accepted, watchers);
        Endpoint peer = accepted.remote();
        this.remote = peer == null ? null : peer.toInetSocketAddress();
        this.state = State.CONNECTED;
    }

    /** The same of one that the kernel accepted. */
    RingwaySocketChannel(
            SelectorProvider provider, @Nullable ProtocolFamily family, SocketChannel accepted)
            throws IOException {
        this(provider, family);
        this.kernel = accepted;
        this.remote = (InetSocketAddress) accepted.getRemoteAddress();
        this.state = State.CONNECTED;
    }

    // --- opening ---

    @Override
    public SocketChannel bind(@Nullable SocketAddress local) throws IOException {
        lockBoth();
        try {
            synchronized (stateLock) {
                requireOpen();
                if (state == State.PENDING) {
                    throw new ConnectionPendingException();
                }
                if (getLocalAddress() != null) {
                    throw new AlreadyBoundException();
                }
                InetSocketAddress address =
                        local == null
                                ? new InetSocketAddress(Addresses.any(family), 0)
                                : Addresses.check(local, family);
                bound = LocalPort.bind(address, family, options, false);
                if (bound == null) {
                    SocketChannel _ = openInside().bind(local);
                }
            }
        } finally {
            unlockBoth();
        }
        return this;
    }

    @Override
    public boolean connect(SocketAddress to) throws IOException {
        return connect(Addresses.checkRemote(to, family), Duration.ZERO);
    }

    /** The same, waiting for at most {@code timeout}; zero is as long as TCP tries. */
    boolean connect(InetSocketAddress to, Duration timeout) throws IOException {
        lockBoth();
        try {
            synchronized (stateLock) {
                requireOpen();
                if (state == State.CONNECTED) {
                    throw new AlreadyConnectedException();
                }
                if (state == State.PENDING) {
                    throw new ConnectionPendingException();
                }
            }
            SocketChannel inside = kernel;
            Stack stack = inside != null ? null : Routes.ofConnect(to);
            return stack != null
                    ? connect(stack, to, timeout)
                    : connect(inside != null ? inside : bindInside(), to, timeout);
        } catch (IOException failure) {
            close();
            throw failure;
        } finally {
            unlockBoth();
        }
    }

    private boolean connect(Stack stack, InetSocketAddress to, Duration timeout)
            throws IOException {
        synchronized (stateLock) {
            requireOpen();
            TcpSocket socket = stack.openTcpSocket();
            options.prepare(socket);
            socket.urgentInline(isUrgentInline);
            LocalPort local = bound;
            if (local != null) {
                socket.bind(local.endpoint());
            }
            CompletableFuture<Void> opened = socket.startConnect(Addresses.endpoint(to));
            stream = new TcpStream(socket, watchers);
            opening = opened;
            remote = to;
            state = State.PENDING;
            var _ = opened.whenComplete((_, _) -> watchers.fire(SelectionKey.OP_CONNECT));
        }
        return isBlocking() ? awaitConnected(timeout) : isOpened();
    }

    /** Takes what the channel was bound to along to the kernel. */
    private SocketChannel bindInside() throws IOException {
        synchronized (stateLock) {
            requireOpen();
            LocalPort local = bound;
            SocketChannel inside = openInside();
            if (local != null) {
                bound = null;
                local.release();
                SocketChannel _ = inside.bind(local.address(family));
            }
            return inside;
        }
    }

    private boolean connect(SocketChannel inside, InetSocketAddress to, Duration timeout)
            throws IOException {
        boolean isDone;
        if (timeout.isZero()) {
            isDone = inside.connect(to);
        } else {
            inside.socket().connect(to, Math.toIntExact(timeout.toMillis()));
            isDone = true;
        }
        synchronized (stateLock) {
            requireOpen();
            remote = to;
            state = isDone ? State.CONNECTED : State.PENDING;
        }
        watchers.fireAll();
        return isDone;
    }

    @Override
    public boolean isConnectionPending() {
        return isOpen() && state == State.PENDING;
    }

    @Override
    public boolean finishConnect() throws IOException {
        lockBoth();
        try {
            requireOpen();
            if (state == State.CONNECTED) {
                return true;
            }
            if (state != State.PENDING) {
                throw new NoConnectionPendingException();
            }
            SocketChannel inside = kernel;
            if (inside != null) {
                boolean isDone = inside.finishConnect();
                state = isDone ? State.CONNECTED : State.PENDING;
                return isDone;
            }
            return isBlocking() ? awaitConnected(Duration.ZERO) : isOpened();
        } catch (IOException failure) {
            close();
            throw failure;
        } finally {
            unlockBoth();
        }
    }

    private boolean awaitConnected(Duration timeout) throws IOException {
        boolean isDone = false;
        begin();
        try {
            isDone = awaitOpened(timeout.toNanos());
            return isDone;
        } finally {
            if (Interrupts.isUntold(this, isDone)) {
                begin();
            }
            end(isDone);
        }
    }

    private boolean isOpened() throws IOException {
        return Objects.requireNonNull(opening).isDone() && awaitOpened(0);
    }

    private boolean awaitOpened(long timeoutNs) throws IOException {
        CompletableFuture<Void> opened = Objects.requireNonNull(opening);
        try {
            if (timeoutNs == 0) {
                opened.get();
            } else {
                opened.get(timeoutNs, TimeUnit.NANOSECONDS);
            }
            synchronized (stateLock) {
                requireOpen();
                state = State.CONNECTED;
            }
            watchers.fireAll();
            return true;
        } catch (ExecutionException failure) {
            if (!isOpen()) {
                throw new AsynchronousCloseException();
            }
            throw Failures.notConnected(Objects.requireNonNull(stream).socket(), failure);
        } catch (TimeoutException late) {
            throw new SocketTimeoutException("Connect timed out");
        } catch (InterruptedException interrupted) {
            // The channel is closed by it, and end() says so.
            Thread.currentThread().interrupt();
            return false;
        }
    }

    // --- reading and writing ---

    @Override
    public int read(ByteBuffer into) throws IOException {
        SocketChannel inside = kernel;
        if (inside != null) {
            return (int) ofInside(inside, () -> inside.read(into));
        }
        Objects.requireNonNull(into);
        reading.lock();
        try {
            TcpStream from = requireConnected();
            requireWritable(into);
            return isBlocking() ? read(from, into, Duration.ZERO) : readNow(from, into);
        } finally {
            reading.unlock();
        }
    }

    /** A blocking read that waits for at most {@code timeout}; zero is for ever. */
    int read(ByteBuffer into, Duration timeout) throws IOException {
        SocketChannel inside = kernel;
        if (inside != null) {
            return (int) ofInside(inside, () -> Platform.read(inside, into, timeout));
        }
        reading.lock();
        try {
            return read(requireConnected(), into, timeout);
        } finally {
            reading.unlock();
        }
    }

    private int read(TcpStream from, ByteBuffer into, Duration timeout) throws IOException {
        int count = 0;
        begin();
        try {
            count = isInputShut ? -1 : from.read(into, timeout);
            return count;
        } finally {
            if (Interrupts.isUntold(this, count > 0)) {
                begin();
            }
            end(count > 0);
        }
    }

    private int readNow(TcpStream from, ByteBuffer into) throws IOException {
        try {
            return isInputShut ? -1 : from.readNow(into);
        } catch (IOException failure) {
            throw orClosed(failure);
        }
    }

    private IOException orClosed(IOException failure) {
        return isOpen() ? failure : new AsynchronousCloseException();
    }

    private static void requireWritable(ByteBuffer into) {
        if (into.isReadOnly()) {
            throw new IllegalArgumentException("a read needs a buffer that is not read-only");
        }
    }

    @Override
    public long read(ByteBuffer[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        SocketChannel inside = kernel;
        if (inside != null) {
            return ofInside(inside, () -> inside.read(into, offset, length));
        }
        reading.lock();
        try {
            TcpStream from = requireConnected();
            long total = 0;
            for (int i = offset; i < offset + length; i++) {
                requireWritable(into[i]);
                if (into[i].hasRemaining()) {
                    boolean isFirst = total == 0 && isBlocking();
                    int count =
                            isFirst ? read(from, into[i], Duration.ZERO) : readNow(from, into[i]);
                    if (count < 0) {
                        return total == 0 ? -1 : total;
                    }
                    total += count;
                    if (into[i].hasRemaining()) {
                        break;
                    }
                }
            }
            return total;
        } finally {
            reading.unlock();
        }
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        Objects.requireNonNull(from);
        SocketChannel inside = kernel;
        if (inside != null) {
            return (int) ofInside(inside, () -> inside.write(from));
        }
        writing.lock();
        try {
            return write(requireConnected(), from, isBlocking());
        } finally {
            writing.unlock();
        }
    }

    /** A write whatever the mode: blocking when {@code isWaiting}. */
    private int write(TcpStream to, ByteBuffer from, boolean isWaiting) throws IOException {
        if (isOutputShut) {
            throw new ClosedChannelException();
        }
        if (!isWaiting) {
            try {
                return to.writeNow(from);
            } catch (IOException failure) {
                throw orClosed(failure);
            }
        }
        boolean isDone = false;
        begin();
        try {
            int count = to.write(from);
            isDone = true;
            return count;
        } catch (IOException failure) {
            if (isOutputShut && isOpen()) {
                throw new AsynchronousCloseException();
            }
            throw failure;
        } finally {
            if (Interrupts.isUntold(this, isDone)) {
                begin();
            }
            end(isDone);
        }
    }

    @Override
    public long write(ByteBuffer[] from, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, from.length);
        SocketChannel inside = kernel;
        if (inside != null) {
            return ofInside(inside, () -> inside.write(from, offset, length));
        }
        writing.lock();
        try {
            TcpStream to = requireConnected();
            long total = 0;
            for (int i = offset; i < offset + length; i++) {
                total += write(to, from[i], isBlocking());
                if (from[i].hasRemaining()) {
                    break;
                }
            }
            return total;
        } finally {
            writing.unlock();
        }
    }

    /** What a channel of the platform's does. */
    @FunctionalInterface
    private interface Inside {
        long run() throws IOException;
    }

    private long ofInside(SocketChannel inside, Inside work) throws IOException {
        requireOpen();
        try {
            return work.run();
        } catch (ClosedChannelException closed) {
            if (!inside.isOpen()) {
                // By an interrupt perhaps: then this channel is closed too.
                close();
            }
            throw closed;
        }
    }

    /** Octets that can be read without waiting. */
    int available() throws IOException {
        SocketChannel inside = kernel;
        if (inside != null) {
            return inside.socket().getInputStream().available();
        }
        TcpStream from = requireConnected();
        return isInputShut ? 0 : from.socket().available();
    }

    /**
     * Writes an octet that is urgent, behind what was written; never waits.
     *
     * @throws IOException also when there is no room
     */
    void sendUrgent(int octet) throws IOException {
        SocketChannel inside = kernel;
        if (inside != null) {
            inside.socket().sendUrgentData(octet);
            return;
        }
        writing.lock();
        try {
            TcpStream to = requireConnected();
            if (isOutputShut) {
                throw new ClosedChannelException();
            }
            if (!to.writeUrgentNow(octet)) {
                throw isBlocking() ? Failures.noRoom() : new IOException("Socket buffer full");
            }
        } finally {
            writing.unlock();
        }
    }

    @Override
    RingwaySocketChannel self() {
        return this;
    }
}
