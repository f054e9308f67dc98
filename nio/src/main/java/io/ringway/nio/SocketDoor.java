package io.ringway.nio;

import io.ringway.Stack;
import io.ringway.TcpSocket;
import io.ringway.wire.Endpoint;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketOption;
import java.net.SocketOptions;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Set;

/**
 * What lies below a {@link Socket} that goes over Ringway: a {@link TcpSocket}, or the adaptor of a
 * channel of the platform's when the peer is not on Ringway, which is decided by connecting. It
 * blocks as other sockets do: an interrupt ends no call of a platform thread.
 */
final class SocketDoor extends SocketImpl {
    private static final int END_OF_STREAM = -1;

    private final SocketWays ways;
    private final TcpOptions options = TcpOptions.ofConnection();
    private volatile @Nullable TcpSocket tcp;
    private volatile @Nullable Socket kernel;
    private volatile boolean isClosed;
    private volatile int timeoutMs;
    private volatile boolean isUrgentInline;
    private boolean isInputShut;
    private @Nullable InetSocketAddress wanted;
    private @Nullable BoundHere bound;

    /** A port that nobody else may bind to. */
    private record BoundHere(Stack stack, Endpoint local) {}

    SocketDoor(SocketWays ways) {
        this.ways = ways;
    }

    @Override
    protected void create(boolean isStream) throws IOException {
        if (!isStream) {
            throw new SocketException("a Socket of datagrams is a DatagramSocket");
        }
    }

    // --- opening ---

    @Override
    protected synchronized void bind(InetAddress host, int port) throws IOException {
        requireOpen();
        wanted = new InetSocketAddress(host, port);
        Stack stack = ways.ofBind(wanted);
        localport = port;
        if (stack != null) {
            Endpoint asked = Addresses.toBind(wanted, null);
            Endpoint local = BoundPorts.of(stack).bind(asked, options, false);
            bound = new BoundHere(stack, local);
            localport = local.port();
        }
    }

    @Override
    protected void connect(String host, int port) throws IOException {
        connect(new InetSocketAddress(host, port), 0);
    }

    @Override
    protected void connect(InetAddress host, int port) throws IOException {
        connect(new InetSocketAddress(host, port), 0);
    }

    @Override
    protected void connect(SocketAddress given, int timeout) throws IOException {
        if (!(given instanceof InetSocketAddress named)) {
            throw new IllegalArgumentException("Unsupported address type");
        }
        if (named.isUnresolved()) {
            throw new UnknownHostException(named.getHostName());
        }
        requireOpen();
        InetSocketAddress remote = Addresses.checkRemote(named, null);
        try {
            Stack stack = ways.ofConnect(remote);
            if (stack == null) {
                connectByKernel(remote, timeout);
            } else {
                connectByStack(stack, remote, timeout);
            }
        } catch (IOException failed) {
            close();
            throw failed;
        }
        address = named.getAddress();
        port = named.getPort();
    }

    private void connectByStack(Stack stack, InetSocketAddress remote, int timeout)
            throws IOException {
        TcpSocket socket = stack.openTcpSocket();
        synchronized (this) {
            requireOpen();
            BoundHere here = bound;
            if (here != null && !here.stack().equals(stack)) {
                throw new ConnectException(
                        "the socket is bound to "
                                + here.local()
                                + ", from where "
                                + remote
                                + " cannot be reached");
            }
            if (here != null) {
                socket.bind(here.local());
            }
            options.prepare(socket);
            socket.urgentInline(isUrgentInline);
            tcp = socket;
        }
        try {
            socket.connect(Addresses.endpoint(remote), Duration.ofMillis(timeout));
        } catch (SocketTimeoutException late) {
            throw new SocketTimeoutException("Connect timed out");
        }
        applyLinger(socket);
        Endpoint local = socket.local();
        localport = local == null ? 0 : local.port();
    }

    private void connectByKernel(InetSocketAddress remote, int timeout) throws IOException {
        SocketChannel channel = Platform.provider().openSocketChannel();
        Socket socket = channel.socket();
        synchronized (this) {
            if (isClosed) {
                channel.close();
            }
            requireOpen();
            options.apply(channel);
            socket.setOOBInline(isUrgentInline);
            kernel = socket;
        }
        release();
        InetSocketAddress local = wanted;
        if (local != null) {
            socket.bind(local);
        }
        socket.setSoTimeout(timeoutMs);
        socket.connect(remote, timeout);
        localport = socket.getLocalPort();
    }

    @Override
    protected void listen(int backlog) throws IOException {
        throw connects();
    }

    @Override
    protected void accept(SocketImpl into) throws IOException {
        throw connects();
    }

    private static SocketException connects() {
        return new SocketException("a Socket connects; a ServerSocket listens and accepts");
    }

    /** The connection was accepted on a stack. */
    void accepted(TcpSocket socket) {
        tcp = socket;
        Endpoint remote = socket.remote();
        Endpoint local = socket.local();
        if (remote != null && local != null) {
            address = remote.address().toInetAddress();
            port = remote.port();
            localport = local.port();
        }
    }

    /** The same in the kernel. */
    void accepted(Socket socket) {
        kernel = socket;
        address = socket.getInetAddress();
        port = socket.getPort();
        localport = socket.getLocalPort();
    }

    private void requireOpen() throws SocketException {
        if (isClosed) {
            throw new SocketException("Socket closed");
        }
    }

    // --- streams ---

    @Override
    protected InputStream getInputStream() {
        return new SocketDoorInput(this);
    }

    @Override
    protected OutputStream getOutputStream() {
        return new SocketDoorOutput(this);
    }

    /** Reads at least one octet, or says that the stream has ended. */
    int read(byte[] into, int offset, int length) throws IOException {
        requireOpen();
        if (isInputShut) {
            return END_OF_STREAM;
        }
        TcpSocket socket = tcp;
        if (socket == null) {
            return requireKernel().getInputStream().read(into, offset, length);
        }
        return Uninterrupted.read(this, socket, into, offset, length, timeoutMs);
    }

    void write(byte[] from, int offset, int length) throws IOException {
        requireOpen();
        TcpSocket socket = tcp;
        if (socket == null) {
            requireKernel().getOutputStream().write(from, offset, length);
        } else {
            Uninterrupted.write(this, socket, from, offset, length);
        }
    }

    private Socket requireKernel() throws SocketException {
        Socket socket = kernel;
        if (socket == null) {
            throw new SocketException("Socket is not connected");
        }
        return socket;
    }

    boolean isClosed() {
        return isClosed;
    }

    @Override
    protected int available() throws IOException {
        requireOpen();
        TcpSocket socket = tcp;
        if (isInputShut) {
            return 0;
        }
        return socket == null ? requireKernel().getInputStream().available() : socket.available();
    }

    // --- ending ---

    @Override
    protected void shutdownInput() throws IOException {
        requireOpen();
        TcpSocket socket = tcp;
        isInputShut = true;
        if (socket == null) {
            requireKernel().shutdownInput();
        } else {
            socket.shutdownInput();
        }
    }

    @Override
    protected void shutdownOutput() throws IOException {
        requireOpen();
        TcpSocket socket = tcp;
        if (socket == null) {
            requireKernel().shutdownOutput();
        } else {
            socket.shutdownOutput();
        }
    }

    @Override
    protected void close() throws IOException {
        TcpSocket socket;
        Socket kernels;
        synchronized (this) {
            if (isClosed) {
                return;
            }
            isClosed = true;
            socket = tcp;
            kernels = kernel;
        }
        if (socket != null) {
            socket.close();
        }
        if (kernels != null) {
            kernels.close();
        }
        release();
    }

    private synchronized void release() {
        BoundHere here = bound;
        bound = null;
        if (here != null) {
            BoundPorts.of(here.stack()).release(here.local());
        }
    }

    @Override
    protected boolean supportsUrgentData() {
        return true;
    }

    @Override
    protected void sendUrgentData(int octet) throws IOException {
        TcpSocket socket = tcp;
        if (socket == null) {
            requireKernel().sendUrgentData(octet);
            return;
        }
        if (!socket.writeUrgentNow((byte) octet)) {
            throw Failures.noRoom();
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
        TcpSocket socket = tcp;
        Socket kernels = kernel;
        if (kernels != null) {
            Socket _ = kernels.setOption(name, value);
        } else if (socket != null && socket.remote() != null) {
            options.apply(socket, name);
            applyLinger(socket);
        }
    }

    /** SO_LINGER is about what close does, which is not the connection's. */
    private void applyLinger(TcpSocket socket) throws IOException {
        int seconds = options.get(StandardSocketOptions.SO_LINGER);
        if (seconds >= 0) {
            socket.linger(Duration.ofSeconds(seconds));
        }
    }

    @Override
    protected <T> @Nullable T getOption(SocketOption<T> name) throws IOException {
        requireOpen();
        Socket kernels = kernel;
        return kernels == null ? options.get(name) : kernels.getOption(name);
    }

    @Override
    public void setOption(int name, Object value) throws SocketException {
        requireOpen();
        if (name == SocketOptions.SO_TIMEOUT) {
            timeoutMs = (Integer) value;
            Socket kernels = kernel;
            if (kernels != null) {
                kernels.setSoTimeout(timeoutMs);
            }
            return;
        }
        if (name == SocketOptions.SO_OOBINLINE) {
            urgentInline((Boolean) value);
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
        TcpSocket socket = tcp;
        Socket kernels = kernel;
        return switch (name) {
            case SocketOptions.SO_TIMEOUT -> timeoutMs;
            case SocketOptions.SO_BINDADDR -> localAddress(socket, kernels);
            case SocketOptions.SO_OOBINLINE -> isUrgentInline;
            default -> SocketOptionNumbers.get(options, name);
        };
    }

    private synchronized void urgentInline(boolean isInline) throws SocketException {
        isUrgentInline = isInline;
        TcpSocket socket = tcp;
        Socket kernels = kernel;
        if (kernels != null) {
            kernels.setOOBInline(isInline);
        } else if (socket != null) {
            socket.urgentInline(isInline);
        }
    }

    private InetAddress localAddress(@Nullable TcpSocket socket, @Nullable Socket kernels) {
        if (kernels != null) {
            return kernels.getLocalAddress();
        }
        Endpoint local = socket == null ? null : socket.local();
        if (local != null) {
            return local.address().toInetAddress();
        }
        InetSocketAddress asked = wanted;
        return asked == null ? new InetSocketAddress(0).getAddress() : asked.getAddress();
    }
}
