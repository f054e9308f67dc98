package io.ringway.nio;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;

/** A socket channel as a {@link Socket}. */
final class SocketAdaptor extends Socket {
    private final RingwaySocketChannel channel;
    private volatile int timeoutMs;

    private SocketAdaptor(RingwaySocketChannel channel) throws SocketException {
        super(new NoSocketImpl());
        this.channel = channel;
    }

    static SocketAdaptor of(RingwaySocketChannel channel) {
        try {
            return new SocketAdaptor(channel);
        } catch (SocketException e) {
            throw new AssertionError("a socket without an implementation does nothing", e);
        }
    }

    @Override
    public SocketChannel getChannel() {
        return channel;
    }

    // --- opening ---

    @Override
    public void connect(SocketAddress to) throws IOException {
        connect(to, 0);
    }

    @Override
    public void connect(SocketAddress to, int timeoutMs) throws IOException {
        if (to == null) {
            throw new IllegalArgumentException("connect: The address can't be null");
        }
        if (to instanceof InetSocketAddress named && named.isUnresolved()) {
            requireOpen();
            if (channel.isConnected()) {
                throw new SocketException("Already connected");
            }
            channel.close();
            throw new UnknownHostException(named.getHostName());
        }
        if (timeoutMs < 0) {
            throw new IllegalArgumentException("connect: timeout can't be negative");
        }
        if (!channel.isBlocking()) {
            throw new IllegalBlockingModeException();
        }
        try {
            boolean _ =
                    channel.connect(
                            Addresses.checkRemote(to, channel.family()),
                            Duration.ofMillis(timeoutMs));
        } catch (RuntimeException refused) {
            throw Failures.ofAdaptor(refused);
        }
    }

    @Override
    public void bind(@Nullable SocketAddress local) throws IOException {
        try {
            SocketChannel _ = channel.bind(local);
        } catch (RuntimeException refused) {
            throw Failures.ofAdaptor(refused);
        }
    }

    private static SocketException closed(Exception cause) {
        return said("Socket is closed", cause);
    }

    private static SocketException said(String words, Exception cause) {
        SocketException failure = new SocketException(words);
        failure.initCause(cause);
        return failure;
    }

    // --- where ---

    @Override
    public @Nullable InetAddress getInetAddress() {
        InetSocketAddress remote = remote();
        return remote == null ? null : remote.getAddress();
    }

    @Override
    public int getPort() {
        InetSocketAddress remote = remote();
        return remote == null ? 0 : remote.getPort();
    }

    @Override
    public @Nullable SocketAddress getRemoteSocketAddress() {
        return remote();
    }

    private @Nullable InetSocketAddress remote() {
        return channel.wasConnected() ? channel.remoteAddress() : null;
    }

    @Override
    public InetAddress getLocalAddress() {
        InetSocketAddress local = channel.isOpen() ? channel.localAddress() : null;
        return local == null ? Addresses.any(channel.family()) : local.getAddress();
    }

    @Override
    public int getLocalPort() {
        InetSocketAddress local = channel.localAddress();
        return local == null ? -1 : local.getPort();
    }

    @Override
    public @Nullable SocketAddress getLocalSocketAddress() {
        InetSocketAddress local = channel.localAddress();
        return local == null || channel.isOpen()
                ? local
                : new InetSocketAddress(Addresses.any(channel.family()), local.getPort());
    }

    @Override
    public boolean isConnected() {
        return channel.isConnected();
    }

    @Override
    public boolean isBound() {
        return channel.localAddress() != null;
    }

    @Override
    public boolean isClosed() {
        return !channel.isOpen();
    }

    @Override
    public boolean isInputShutdown() {
        return channel.isInputShut();
    }

    @Override
    public boolean isOutputShutdown() {
        return channel.isOutputShut();
    }

    // --- streams ---

    @Override
    public InputStream getInputStream() throws IOException {
        requireConnected();
        if (channel.isInputShut()) {
            throw new SocketException("Socket input is shutdown");
        }
        return new Input();
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        requireConnected();
        if (channel.isOutputShut()) {
            throw new SocketException("Socket output is shutdown");
        }
        return new Output();
    }

    private void requireConnected() throws SocketException {
        requireOpen();
        if (!channel.wasConnected()) {
            throw new SocketException("Socket is not connected");
        }
    }

    private void requireOpen() throws SocketException {
        if (!channel.isOpen()) {
            throw new SocketException("Socket is closed");
        }
    }

    private void requireBlocking() {
        if (!channel.isBlocking()) {
            throw new IllegalBlockingModeException();
        }
    }

    private final class Input extends InputStream {
        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) > 0 ? one[0] & 0xff : -1;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, into.length);
            requireBlocking();
            if (length == 0) {
                return 0;
            }
            try {
                return channel.read(
                        ByteBuffer.wrap(into, offset, length), Duration.ofMillis(timeoutMs));
            } catch (SocketTimeoutException late) {
                SocketTimeoutException said = new SocketTimeoutException("Read timed out");
                said.initCause(late);
                throw said;
            }
        }

        @Override
        public int available() throws IOException {
            return channel.available();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    private final class Output extends OutputStream {
        @Override
        public void write(int octet) throws IOException {
            write(new byte[] {(byte) octet}, 0, 1);
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, from.length);
            requireBlocking();
            ByteBuffer buffer = ByteBuffer.wrap(from, offset, length);
            while (buffer.hasRemaining()) {
                int _ = channel.write(buffer);
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    @Override
    public void shutdownInput() throws IOException {
        try {
            SocketChannel _ = channel.shutdownInput();
        } catch (RuntimeException refused) {
            throw Failures.ofAdaptor(refused);
        }
    }

    @Override
    public void shutdownOutput() throws IOException {
        try {
            SocketChannel _ = channel.shutdownOutput();
        } catch (RuntimeException refused) {
            throw Failures.ofAdaptor(refused);
        }
    }

    @Override
    public void sendUrgentData(int data) throws IOException {
        channel.sendUrgent(data);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    // --- options ---

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

    private <T> void set(SocketOption<T> option, T value) throws SocketException {
        try {
            SocketChannel _ = channel.setOption(option, value);
        } catch (ClosedChannelException closed) {
            throw closed(closed);
        } catch (SocketException refused) {
            throw refused;
        } catch (IOException refused) {
            throw said(String.valueOf(refused.getMessage()), refused);
        }
    }

    private <T> T get(SocketOption<T> option) throws SocketException {
        try {
            return channel.getOption(option);
        } catch (ClosedChannelException closed) {
            throw closed(closed);
        } catch (SocketException refused) {
            throw refused;
        } catch (IOException refused) {
            throw said(String.valueOf(refused.getMessage()), refused);
        }
    }

    @Override
    public void setTcpNoDelay(boolean isOn) throws SocketException {
        set(StandardSocketOptions.TCP_NODELAY, isOn);
    }

    @Override
    public boolean getTcpNoDelay() throws SocketException {
        return get(StandardSocketOptions.TCP_NODELAY);
    }

    @Override
    public void setSoLinger(boolean isOn, int seconds) throws SocketException {
        set(StandardSocketOptions.SO_LINGER, isOn ? seconds : -1);
    }

    @Override
    public int getSoLinger() throws SocketException {
        return get(StandardSocketOptions.SO_LINGER);
    }

    @Override
    public void setOOBInline(boolean isOn) throws SocketException {
        requireOpen();
        channel.urgentInline(isOn);
    }

    @Override
    public boolean getOOBInline() throws SocketException {
        requireOpen();
        return channel.isUrgentInline;
    }

    @Override
    public void setSendBufferSize(int octets) throws SocketException {
        set(StandardSocketOptions.SO_SNDBUF, requirePositive(octets));
    }

    private static int requirePositive(int octets) {
        if (octets <= 0) {
            throw new IllegalArgumentException("a buffer has at least 1 octet; given " + octets);
        }
        return octets;
    }

    @Override
    public int getSendBufferSize() throws SocketException {
        return get(StandardSocketOptions.SO_SNDBUF);
    }

    @Override
    public void setReceiveBufferSize(int octets) throws SocketException {
        set(StandardSocketOptions.SO_RCVBUF, requirePositive(octets));
    }

    @Override
    public int getReceiveBufferSize() throws SocketException {
        return get(StandardSocketOptions.SO_RCVBUF);
    }

    @Override
    public void setKeepAlive(boolean isOn) throws SocketException {
        set(StandardSocketOptions.SO_KEEPALIVE, isOn);
    }

    @Override
    public boolean getKeepAlive() throws SocketException {
        return get(StandardSocketOptions.SO_KEEPALIVE);
    }

    @Override
    public void setTrafficClass(int trafficClass) throws SocketException {
        set(StandardSocketOptions.IP_TOS, trafficClass);
    }

    @Override
    public int getTrafficClass() throws SocketException {
        return get(StandardSocketOptions.IP_TOS);
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
    public <T> Socket setOption(SocketOption<T> option, T value) throws IOException {
        SocketChannel _ = channel.setOption(option, value);
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
        return channel.wasConnected()
                ? "Socket[addr="
                        + getInetAddress()
                        + ",port="
                        + getPort()
                        + ",localport="
                        + getLocalPort()
                        + "]"
                : "Socket[unconnected]";
    }
}
