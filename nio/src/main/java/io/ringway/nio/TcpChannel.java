package io.ringway.nio;

import io.ringway.wire.Endpoint;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What a {@link RingwaySocketChannel} is: its state, its addresses and options, what selectors hear
 * of it, and how it ends. {@code stateLock} guards what it is; one thread reads and one writes at a
 * time.
 */
abstract class TcpChannel extends SocketChannel implements SelectableDoor {
    enum State {
        UNCONNECTED,
        PENDING,
        CONNECTED
    }

    final @Nullable ProtocolFamily family;
    final ReentrantLock reading = new ReentrantLock();
    final ReentrantLock writing = new ReentrantLock();
    final Object stateLock = new Object();
    final Watchers watchers = new Watchers();
    final TcpOptions options;

    volatile State state = State.UNCONNECTED;
    volatile @Nullable TcpStream stream;
    volatile @Nullable SocketChannel kernel;
    volatile @Nullable InetSocketAddress remote;
    volatile @Nullable LocalPort bound;
    volatile @Nullable CompletableFuture<Void> opening;
    volatile boolean isInputShut;
    volatile boolean isOutputShut;
    volatile boolean isUrgentInline;
    private @Nullable SocketAdaptor adaptor;

    /**
     * A channel that is not connected.
     *
     * @param family of its addresses, or null for both
     */
    TcpChannel(SelectorProvider provider, @Nullable ProtocolFamily family, TcpOptions options) {
        super(provider);
        this.options = options;
        this.family = family;
    }

    final void requireOpen() throws ClosedChannelException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
    }

    final TcpStream requireConnected() throws ClosedChannelException {
        requireOpen();
        TcpStream connected = stream;
        if (state != State.CONNECTED || connected == null) {
            throw new NotYetConnectedException();
        }
        return connected;
    }

    final void lockBoth() {
        reading.lock();
        writing.lock();
    }

    final void unlockBoth() {
        writing.unlock();
        reading.unlock();
    }

    /** From now on the channel is the kernel's. */
    final SocketChannel openInside() throws IOException {
        SocketChannel inside =
                family == null
                        ? Platform.provider().openSocketChannel()
                        : Platform.provider().openSocketChannel(family);
        options.apply(inside);
        inside.socket().setOOBInline(isUrgentInline);
        var _ = inside.configureBlocking(isBlocking());
        kernel = inside;
        watchers.fireAll();
        return inside;
    }

    // --- ending ---

    @Override
    public SocketChannel shutdownInput() throws IOException {
        SocketChannel inside = kernel;
        synchronized (stateLock) {
            if (inside != null) {
                SocketChannel _ = inside.shutdownInput();
            } else {
                TcpStream from = requireConnected();
                if (!isInputShut) {
                    isInputShut = true;
                    from.shutdownInput();
                }
            }
            isInputShut = true;
        }
        watchers.fire(SelectionKey.OP_READ);
        return this;
    }

    @Override
    public SocketChannel shutdownOutput() throws IOException {
        SocketChannel inside = kernel;
        synchronized (stateLock) {
            if (inside != null) {
                SocketChannel _ = inside.shutdownOutput();
            } else {
                TcpStream to = requireConnected();
                if (!isOutputShut) {
                    isOutputShut = true;
                    to.shutdownOutput();
                }
            }
            isOutputShut = true;
        }
        watchers.fire(SelectionKey.OP_WRITE);
        return this;
    }

    @Override
    protected void implCloseSelectableChannel() throws IOException {
        LocalPort local;
        CompletableFuture<Void> opened;
        TcpStream streams;
        SocketChannel inside;
        synchronized (stateLock) {
            local = bound;
            opened = opening;
            streams = stream;
            inside = kernel;
        }
        if (streams != null) {
            streams.close(options.get(StandardSocketOptions.SO_LINGER));
        }
        if (opened != null) {
            opened.completeExceptionally(new ClosedChannelException());
        }
        if (local != null) {
            local.release();
        }
        if (inside != null) {
            inside.close();
        }
    }

    @Override
    protected void implConfigureBlocking(boolean isBlocking) throws IOException {
        lockBoth();
        try {
            synchronized (stateLock) {
                requireOpen();
                SocketChannel inside = kernel;
                if (inside != null) {
                    watchers.cancelKernelKeys();
                    var _ = inside.configureBlocking(isBlocking);
                }
            }
        } finally {
            unlockBoth();
        }
    }

    // --- what selectors ask ---

    @Override
    public int readyOps(int interest) {
        return switch (state) {
            case UNCONNECTED -> 0;
            case PENDING -> {
                CompletableFuture<Void> opened = opening;
                yield opened != null && opened.isDone() ? interest & SelectionKey.OP_CONNECT : 0;
            }
            case CONNECTED -> {
                TcpStream streams = stream;
                yield streams == null ? 0 : streams.readyOps(interest);
            }
        };
    }

    @Override
    public Watchers watchers() {
        return watchers;
    }

    /** The watchers hear of everything. */
    @Override
    public void arm(int interest) {}

    @Override
    public @Nullable SelectableChannel kernel() {
        return kernel;
    }

    // --- what it is ---

    @Override
    public boolean isConnected() {
        return isOpen() && state == State.CONNECTED;
    }

    @Nullable ProtocolFamily family() {
        return family;
    }

    /** Whether it is connected, or was before it was closed. */
    boolean wasConnected() {
        return state == State.CONNECTED;
    }

    boolean isInputShut() {
        return isInputShut;
    }

    boolean isOutputShut() {
        return isOutputShut;
    }

    @Override
    public @Nullable SocketAddress getRemoteAddress() throws IOException {
        requireOpen();
        return state == State.CONNECTED ? remote : null;
    }

    @Override
    public @Nullable SocketAddress getLocalAddress() throws IOException {
        requireOpen();
        return localAddress();
    }

    /** Where it is bound, also when it is closed. */
    @Nullable InetSocketAddress localAddress() {
        SocketChannel inside = kernel;
        if (inside != null) {
            try {
                return (InetSocketAddress) inside.getLocalAddress();
            } catch (IOException closed) {
                return null;
            }
        }
        TcpStream streams = stream;
        Endpoint local = streams == null ? null : streams.local();
        LocalPort port = bound;
        if (local != null && !local.address().isUnspecified()) {
            return local.toInetSocketAddress();
        }
        return port == null ? null : port.address(family);
    }

    /** The peer, also when the channel is closed. */
    @Nullable InetSocketAddress remoteAddress() {
        return remote;
    }

    @Override
    public <T> SocketChannel setOption(SocketOption<T> name, T value) throws IOException {
        Objects.requireNonNull(name);
        synchronized (stateLock) {
            SocketChannel inside = kernel;
            if (inside != null) {
                SocketChannel _ = inside.setOption(name, value);
                return this;
            }
            options.requireSupported(name);
            requireOpen();
            options.set(name, value);
            TcpStream streams = stream;
            if (streams != null) {
                options.apply(streams.socket(), name);
            }
        }
        return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> name) throws IOException {
        Objects.requireNonNull(name);
        SocketChannel inside = kernel;
        if (inside != null) {
            return inside.getOption(name);
        }
        options.requireSupported(name);
        requireOpen();
        return options.get(name);
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return options.supported();
    }

    /** Whether an urgent octet stays in the stream (SO_OOBINLINE); else it is thrown away. */
    void urgentInline(boolean isInline) throws SocketException {
        synchronized (stateLock) {
            isUrgentInline = isInline;
            SocketChannel inside = kernel;
            TcpStream streams = stream;
            if (inside != null) {
                inside.socket().setOOBInline(isInline);
            } else if (streams != null) {
                streams.socket().urgentInline(isInline);
            }
        }
    }

    /** This, as what it is. */
    abstract RingwaySocketChannel self();

    @Override
    public Socket socket() {
        synchronized (stateLock) {
            SocketAdaptor mine = adaptor;
            if (mine == null) {
                mine = SocketAdaptor.of(self());
                adaptor = mine;
            }
            return mine;
        }
    }

    @Override
    public String toString() {
        String what =
                !isOpen()
                        ? "closed"
                        : state == State.CONNECTED
                                ? "connected"
                                : state == State.PENDING ? "connection-pending" : "unconnected";
        return "java.nio.channels.SocketChannel["
                + what
                + " local="
                + localAddress()
                + " remote="
                + remote
                + "]";
    }
}
