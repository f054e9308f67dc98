package io.ringway.nio;

import io.ringway.StackException;
import io.ringway.TcpServerSocket;
import io.ringway.TcpSocket;
import io.ringway.tcp.ListenOptions;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetBoundException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A port that accepts TCP connections, as {@link ServerSocketChannel} describes it. It is Ringway's
 * or the kernel's from {@link #bind} on, by {@link Routes}.
 */
final class RingwayServerSocketChannel extends ServerSocketChannel implements SelectableDoor {
    private final @Nullable ProtocolFamily family;
    private final ReentrantLock accepting = new ReentrantLock();
    private final Object stateLock = new Object();
    private final Watchers watchers = new Watchers();
    private final TcpOptions options = TcpOptions.ofListener();

    @SuppressWarnings("UnnecessaryLambda") // One object, and not one each time.
    private final Runnable hook = () -> watchers.fire(SelectionKey.OP_ACCEPT);

    private volatile @Nullable TcpServerSocket server;
    private volatile @Nullable ServerSocketChannel kernel;
    private volatile @Nullable LocalPort bound;
    private @Nullable ServerSocketAdaptor adaptor;

    /**
     * A channel that is not bound.
     *
     * @param family of its addresses, or null for both
     */
    RingwayServerSocketChannel(SelectorProvider provider, @Nullable ProtocolFamily family) {
        super(provider);
        this.family = family;
    }

    private void requireOpen() throws ClosedChannelException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
    }

    @Override
    public ServerSocketChannel bind(@Nullable SocketAddress local, int backlog) throws IOException {
        synchronized (stateLock) {
            requireOpen();
            if (bound != null || kernel != null) {
                throw new AlreadyBoundException();
            }
            InetSocketAddress address =
                    local == null
                            ? new InetSocketAddress(Addresses.any(family), 0)
                            : Addresses.check(local, family);
            LocalPort port = LocalPort.bind(address, family, options, true);
            if (port == null) {
                bindInside(address, backlog);
            } else {
                listen(port, backlog);
            }
        }
        return this;
    }

    private void listen(LocalPort port, int backlog) throws IOException {
        ListenOptions listening = options.listening(backlog);
        try {
            TcpServerSocket listener = port.stack().openTcpServerSocket(port.endpoint(), listening);
            listener.rings(
                    options.get(StandardSocketOptions.SO_RCVBUF), TcpSocket.DEFAULT_RING_OCTETS);
            listener.urgentInline(false);
            server = listener;
            bound = port;
        } catch (StackException refused) {
            port.release();
            BindException inUse = BoundPorts.inUse(port.endpoint());
            inUse.initCause(refused);
            throw inUse;
        }
    }

    private void bindInside(InetSocketAddress address, int backlog) throws IOException {
        ServerSocketChannel inside =
                family == null
                        ? Platform.provider().openServerSocketChannel()
                        : Platform.provider().openServerSocketChannel(family);
        try {
            options.apply(inside);
            var _ = inside.configureBlocking(isBlocking());
            ServerSocketChannel _ = inside.bind(address, backlog);
        } catch (IOException refused) {
            inside.close();
            throw refused;
        }
        kernel = inside;
        watchers.fireAll();
    }

    @Override
    public @Nullable SocketChannel accept() throws IOException {
        return accept(isBlocking(), Duration.ZERO);
    }

    /**
     * The same, waiting or not.
     *
     * @param timeout how long at most; zero is for ever
     * @throws SocketTimeoutException when nobody came by then
     */
    @Nullable SocketChannel accept(boolean isWaiting, Duration timeout) throws IOException {
        ServerSocketChannel inside = kernel;
        if (inside != null) {
            return acceptInside(inside, timeout);
        }
        accepting.lock();
        try {
            requireOpen();
            TcpServerSocket from = server;
            if (from == null) {
                throw new NotYetBoundException();
            }
            TcpSocket accepted = isWaiting ? await(from, timeout) : acceptNow(from);
            return accepted == null
                    ? null
                    : new RingwaySocketChannel(provider(), family, options.ofAccepted(), accepted);
        } finally {
            accepting.unlock();
        }
    }

    private TcpSocket await(TcpServerSocket from, Duration timeout) throws IOException {
        boolean isDone = false;
        begin();
        try {
            TcpSocket accepted = from.accept(timeout);
            isDone = true;
            return accepted;
        } finally {
            if (Interrupts.isUntold(this, isDone)) {
                begin();
            }
            end(isDone);
        }
    }

    private @Nullable TcpSocket acceptNow(TcpServerSocket from) throws IOException {
        try {
            return from.acceptNow();
        } catch (IOException failure) {
            throw isOpen() ? failure : new AsynchronousCloseException();
        }
    }

    private @Nullable SocketChannel acceptInside(ServerSocketChannel inside, Duration timeout)
            throws IOException {
        requireOpen();
        try {
            SocketChannel accepted;
            if (timeout.isZero()) {
                accepted = inside.accept();
            } else {
                ServerSocket socket = inside.socket();
                socket.setSoTimeout(Math.toIntExact(timeout.toMillis()));
                accepted = socket.accept().getChannel();
            }
            return accepted == null ? null : new RingwaySocketChannel(provider(), family, accepted);
        } catch (ClosedChannelException closed) {
            if (!inside.isOpen()) {
                // By an interrupt perhaps: then this channel is closed too.
                close();
            }
            throw closed;
        }
    }

    @Override
    protected void implCloseSelectableChannel() throws IOException {
        TcpServerSocket listener;
        ServerSocketChannel inside;
        LocalPort port;
        synchronized (stateLock) {
            listener = server;
            inside = kernel;
            port = bound;
        }
        if (listener != null) {
            listener.close();
        }
        if (port != null) {
            port.release();
        }
        if (inside != null) {
            inside.close();
        }
    }

    @Override
    protected void implConfigureBlocking(boolean isBlocking) throws IOException {
        accepting.lock();
        try {
            synchronized (stateLock) {
                requireOpen();
                ServerSocketChannel inside = kernel;
                if (inside != null) {
                    watchers.cancelKernelKeys();
                    var _ = inside.configureBlocking(isBlocking);
                }
            }
        } finally {
            accepting.unlock();
        }
    }

    // --- what selectors ask ---

    @Override
    public int readyOps(int interest) {
        TcpServerSocket listener = server;
        return listener != null && listener.isAcceptable() ? interest & SelectionKey.OP_ACCEPT : 0;
    }

    @Override
    public Watchers watchers() {
        return watchers;
    }

    @Override
    public void arm(int interest) {
        TcpServerSocket listener = server;
        if (listener != null) {
            listener.whenAcceptable(hook);
        }
    }

    @Override
    public @Nullable SelectableChannel kernel() {
        return kernel;
    }

    // --- what it is ---

    boolean isBound() {
        return bound != null || kernel != null;
    }

    @Nullable ProtocolFamily family() {
        return family;
    }

    @Override
    public @Nullable SocketAddress getLocalAddress() throws IOException {
        requireOpen();
        return localAddress();
    }

    /** Where it is bound, also when it is closed; null when it is not. */
    @Nullable InetSocketAddress localAddress() {
        ServerSocketChannel inside = kernel;
        if (inside != null) {
            return (InetSocketAddress) inside.socket().getLocalSocketAddress();
        }
        LocalPort port = bound;
        return port == null ? null : port.address(family);
    }

    @Override
    public <T> ServerSocketChannel setOption(SocketOption<T> name, T value) throws IOException {
        Objects.requireNonNull(name);
        synchronized (stateLock) {
            ServerSocketChannel inside = kernel;
            if (inside != null) {
                ServerSocketChannel _ = inside.setOption(name, value);
                return this;
            }
            options.requireSupported(name);
            requireOpen();
            options.set(name, value);
            TcpServerSocket listener = server;
            if (listener != null) {
                listener.rings(
                        options.get(StandardSocketOptions.SO_RCVBUF),
                        TcpSocket.DEFAULT_RING_OCTETS);
            }
        }
        return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> name) throws IOException {
        Objects.requireNonNull(name);
        ServerSocketChannel inside = kernel;
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

    @Override
    public ServerSocket socket() {
        synchronized (stateLock) {
            ServerSocketAdaptor mine = adaptor;
            if (mine == null) {
                mine = new ServerSocketAdaptor(this);
                adaptor = mine;
            }
            return mine;
        }
    }

    @Override
    public String toString() {
        InetSocketAddress local = localAddress();
        String what = !isOpen() ? "closed" : local == null ? "unbound" : local.toString();
        return "java.nio.channels.ServerSocketChannel[" + what + "]";
    }
}
