package io.ringway.nio;

import io.ringway.Stack;
import io.ringway.StackException;
import io.ringway.TcpServerSocket;
import io.ringway.TcpSocket;
import io.ringway.wire.Endpoint;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketOption;
import java.net.SocketOptions;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.Set;

/**
 * What lies below a {@link ServerSocket} that goes over Ringway: a {@link TcpServerSocket}, or the
 * adaptor of a channel of the platform's where the address is not Ringway's.
 */
final class ServerSocketDoor extends SocketImpl {
    private final SocketWays ways;
    private final TcpOptions options = TcpOptions.ofListener();
    private @Nullable Stack stack;
    private @Nullable Endpoint bound;
    private volatile @Nullable TcpServerSocket tcp;
    private volatile @Nullable ServerSocket kernel;
    private volatile boolean isClosed;
    private volatile int timeoutMs;

    ServerSocketDoor(SocketWays ways) {
        this.ways = ways;
    }

    @Override
    protected void create(boolean isStream) {
        // What it is of is known when it is bound.
    }

    @Override
    protected synchronized void bind(InetAddress host, int port) throws IOException {
        requireOpen();
        InetSocketAddress wanted = new InetSocketAddress(host, port);
        Stack at = ways.ofBind(wanted);
        stack = at;
        address = host;
        if (at == null) {
            ServerSocketChannel channel = Platform.provider().openServerSocketChannel();
            options.apply(channel);
            kernel = channel.socket();
        } else {
            Endpoint asked = Addresses.toBind(wanted, null);
            Endpoint local = BoundPorts.of(at).bind(asked, options, true);
            bound = local;
            localport = local.port();
            return;
        }
        localport = port;
    }

    @Override
    protected synchronized void listen(int backlog) throws IOException {
        requireOpen();
        ServerSocket kernels = kernel;
        if (kernels != null) {
            kernels.bind(new InetSocketAddress(address, localport), backlog);
            localport = kernels.getLocalPort();
            return;
        }
        Stack at = stack;
        Endpoint local = bound;
        if (at == null || local == null) {
            throw new SocketException("Socket is not bound");
        }
        try {
            TcpServerSocket socket = at.openTcpServerSocket(local, options.listening(backlog));
            int input = options.get(StandardSocketOptions.SO_RCVBUF);
            socket.rings(input, TcpSocket.DEFAULT_RING_OCTETS);
            socket.urgentInline(false);
            tcp = socket;
        } catch (StackException refused) {
            BindException failure = new BindException(refused.getMessage());
            failure.initCause(refused);
            throw failure;
        }
    }

    @Override
    protected void accept(SocketImpl into) throws IOException {
        if (!(into instanceof SocketDoor door)) {
            throw new SocketException(
                    "a ServerSocket over Ringway accepts into a Socket over Ringway; given "
                            + into.getClass().getName());
        }
        ServerSocket kernels = kernel;
        TcpServerSocket socket = tcp;
        if (kernels != null) {
            kernels.setSoTimeout(timeoutMs);
            door.accepted(kernels.accept());
        } else if (socket != null) {
            door.accepted(accept(socket));
        } else {
            throw new SocketException(isClosed ? "Socket closed" : "Socket is not bound");
        }
    }

    private TcpSocket accept(TcpServerSocket socket) throws IOException {
        boolean isInterrupted = false;
        int limitMs = timeoutMs;
        long deadlineNs = System.nanoTime() + limitMs * 1_000_000L;
        try {
            while (true) {
                try {
                    socket.acceptTimeout(
                            limitMs == 0
                                    ? Duration.ZERO
                                    : Duration.ofNanos(
                                            Math.max(1, deadlineNs - System.nanoTime())));
                    return socket.accept();
                } catch (SocketTimeoutException late) {
                    throw new SocketTimeoutException("Accept timed out");
                } catch (InterruptedIOException interrupted) {
                    isInterrupted |= Uninterrupted.goOn(interrupted);
                }
            }
        } catch (SocketException ended) {
            throw isClosed ? new SocketException("Socket closed", ended) : ended;
        } finally {
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void requireOpen() throws SocketException {
        if (isClosed) {
            throw new SocketException("Socket closed");
        }
    }

    @Override
    protected void close() throws IOException {
        TcpServerSocket socket;
        ServerSocket kernels;
        Endpoint local;
        Stack at;
        synchronized (this) {
            if (isClosed) {
                return;
            }
            isClosed = true;
            socket = tcp;
            kernels = kernel;
            local = bound;
            at = stack;
        }
        if (socket != null) {
            socket.close();
        }
        if (kernels != null) {
            kernels.close();
        }
        if (at != null && local != null) {
            BoundPorts.of(at).release(local);
        }
    }

    // --- options ---

    @Override
    protected Set<SocketOption<?>> supportedOptions() {
        return options.supported();
    }

    @Override
    protected <T> void setOption(SocketOption<T> name, T value) throws IOException {
        requireOpen();
        options.set(name, value);
        ServerSocket kernels = kernel;
        TcpServerSocket socket = tcp;
        if (kernels != null) {
            ServerSocket _ = kernels.setOption(name, value);
        } else if (socket != null) {
            int input = options.get(StandardSocketOptions.SO_RCVBUF);
            socket.rings(input, TcpSocket.DEFAULT_RING_OCTETS);
        }
    }

    @Override
    protected <T> @Nullable T getOption(SocketOption<T> name) throws IOException {
        requireOpen();
        ServerSocket kernels = kernel;
        return kernels == null ? options.get(name) : kernels.getOption(name);
    }

    @Override
    public void setOption(int name, Object value) throws SocketException {
        requireOpen();
        if (name == SocketOptions.SO_TIMEOUT) {
            timeoutMs = (Integer) value;
            return;
        }
        try {
            SocketOptionNumbers.set(this::setOption, name, value);
        } catch (SocketException known) {
            throw known;
        } catch (IOException failed) {
            throw new SocketException(failed.getMessage(), failed);
        }
    }

    @Override
    public @Nullable Object getOption(int name) throws SocketException {
        requireOpen();
        return switch (name) {
            case SocketOptions.SO_TIMEOUT -> timeoutMs;
            case SocketOptions.SO_BINDADDR -> address;
            default -> SocketOptionNumbers.get(options, name);
        };
    }

    // --- what only a connection has ---

    @Override
    protected void connect(String host, int port) throws IOException {
        throw listens();
    }

    @Override
    protected void connect(InetAddress host, int port) throws IOException {
        throw listens();
    }

    @Override
    protected void connect(SocketAddress remote, int timeout) throws IOException {
        throw listens();
    }

    @Override
    protected InputStream getInputStream() throws IOException {
        throw listens();
    }

    @Override
    protected OutputStream getOutputStream() throws IOException {
        throw listens();
    }

    @Override
    protected int available() throws IOException {
        throw listens();
    }

    @Override
    protected void sendUrgentData(int octet) throws IOException {
        throw listens();
    }

    private static SocketException listens() {
        return new SocketException("a socket that listens has no stream of its own");
    }
}
