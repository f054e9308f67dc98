package io.ringway.nio;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.NotYetBoundException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Set;

/** A server socket channel as a {@link ServerSocket}. */
final class ServerSocketAdaptor extends ServerSocket {
    private static final int USUAL_BACKLOG = 50;

    private final RingwayServerSocketChannel channel;
    private volatile int timeoutMs;

    ServerSocketAdaptor(RingwayServerSocketChannel channel) {
        super(new NoSocketImpl());
        this.channel = channel;
    }

    @Override
    public ServerSocketChannel getChannel() {
        return channel;
    }

    @Override
    public void bind(@Nullable SocketAddress local) throws IOException {
        bind(local, USUAL_BACKLOG);
    }

    @Override
    public void bind(@Nullable SocketAddress local, int backlog) throws IOException {
        try {
            ServerSocketChannel _ = channel.bind(local, backlog);
        } catch (RuntimeException refused) {
            throw Failures.ofAdaptor(refused);
        }
    }

    private static SocketException said(String words, Exception cause) {
        SocketException failure = new SocketException(words);
        failure.initCause(cause);
        return failure;
    }

    @Override
    public Socket accept() throws IOException {
        boolean isWaiting = channel.isBlocking();
        try {
            SocketChannel accepted = channel.accept(isWaiting, Duration.ofMillis(timeoutMs));
            if (accepted == null) {
                throw new IllegalBlockingModeException();
            }
            return accepted.socket();
        } catch (SocketTimeoutException late) {
            SocketTimeoutException said = new SocketTimeoutException("Accept timed out");
            said.initCause(late);
            throw said;
        } catch (NotYetBoundException unbound) {
            throw Failures.ofAdaptor(unbound);
        }
    }

    @Override
    public @Nullable InetAddress getInetAddress() {
        InetSocketAddress local = channel.localAddress();
        return local == null ? null : local.getAddress();
    }

    @Override
    public int getLocalPort() {
        InetSocketAddress local = channel.localAddress();
        return local == null ? -1 : local.getPort();
    }

    @Override
    public @Nullable SocketAddress getLocalSocketAddress() {
        return channel.localAddress();
    }

    @Override
    public boolean isBound() {
        return channel.isBound();
    }

    @Override
    public boolean isClosed() {
        return !channel.isOpen();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    @Override
    public void setSoTimeout(int timeoutMs) throws SocketException {
        requireOpen();
        if (timeoutMs < 0) {
            throw new IllegalArgumentException("timeout < 0");
        }
        this.timeoutMs = timeoutMs;
    }

    @Override
    public int getSoTimeout() throws SocketException {
        requireOpen();
        return timeoutMs;
    }

    private void requireOpen() throws SocketException {
        if (!channel.isOpen()) {
            throw new SocketException("Socket is closed");
        }
    }

    private <T> void set(SocketOption<T> option, T value) throws SocketException {
        try {
            ServerSocketChannel _ = channel.setOption(option, value);
        } catch (IOException refused) {
            throw said(isClosed() ? "Socket is closed" : refused.toString(), refused);
        }
    }

    private <T> T get(SocketOption<T> option) throws SocketException {
        try {
            return channel.getOption(option);
        } catch (IOException refused) {
            throw said(isClosed() ? "Socket is closed" : refused.toString(), refused);
        }
    }

    @Override
    public void setReuseAddress(boolean isOn) throws SocketException {
        set(StandardSocketOptions.SO_REUSEADDR, isOn);
    }

    @Override
    public boolean getReuseAddress() throws SocketException {
        return get(StandardSocketOptions.SO_REUSEADDR);
    }

    @Override
    public void setReceiveBufferSize(int octets) throws SocketException {
        if (octets <= 0) {
            throw new IllegalArgumentException("a buffer has at least 1 octet; given " + octets);
        }
        set(StandardSocketOptions.SO_RCVBUF, octets);
    }

    @Override
    public int getReceiveBufferSize() throws SocketException {
        return get(StandardSocketOptions.SO_RCVBUF);
    }

    @Override
    public <T> ServerSocket setOption(SocketOption<T> option, T value) throws IOException {
        ServerSocketChannel _ = channel.setOption(option, value);
        return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> option) throws IOException {
        return channel.getOption(option);
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return channel.supportedOptions();
    }

    @Override
    public String toString() {
        return isBound()
                ? "ServerSocket[addr=" + getInetAddress() + ",localport=" + getLocalPort() + "]"
                : "ServerSocket[unbound]";
    }
}
