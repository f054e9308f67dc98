package io.ringway.nio;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.Set;

/**
 * A datagram channel as a {@link java.net.MulticastSocket}: what {@link DatagramChannel#socket}
 * gives. Every method is the channel's; a channel that does not block cannot send or receive here.
 */
final class DatagramAdaptor extends GroupAdaptor {
    private final RingwayDatagramChannel channel;
    private final PacketRooms rooms = new PacketRooms();
    private volatile int timeoutMs;

    DatagramAdaptor(RingwayDatagramChannel channel) throws IOException {
        super(channel);
        this.channel = channel;
    }

    @Override
    public DatagramChannel getChannel() {
        return channel;
    }

    // --- bound, connected, closed ---

    @Override
    public void bind(@Nullable SocketAddress local) throws SocketException {
        try {
            DatagramChannel _ = channel.bind(local);
        } catch (AlreadyBoundException twice) {
            throw new SocketException("already bound", twice);
        } catch (UnresolvedAddressException unresolved) {
            throw new SocketException("Unresolved address", unresolved);
        } catch (UnsupportedAddressTypeException other) {
            throw new IllegalArgumentException("Unsupported address type!", other);
        } catch (IOException failed) {
            throw socketException(failed);
        }
    }

    @Override
    public boolean isBound() {
        return channel.isBound();
    }

    @Override
    public void connect(@Nullable InetAddress address, int port) {
        if (port < 0 || port > 0xffff) {
            throw new IllegalArgumentException("connect: " + port);
        }
        if (address == null) {
            throw new IllegalArgumentException("Address can't be null");
        }
        try {
            connect(new InetSocketAddress(address, port));
        } catch (SocketException failed) {
            throw new UncheckedIOException("connect failed", failed);
        }
    }

    @Override
    public void connect(@Nullable SocketAddress to) throws SocketException {
        if (to == null) {
            throw new IllegalArgumentException("Address can't be null");
        }
        try {
            if (channel.isConnected()) {
                disconnect();
            }
            DatagramChannel _ = channel.connect(to);
        } catch (AlreadyConnectedException raced) {
            throw new SocketException("connected meanwhile by another thread", raced);
        } catch (UnresolvedAddressException unresolved) {
            throw new SocketException("Unresolved address", unresolved);
        } catch (UnsupportedAddressTypeException other) {
            throw new IllegalArgumentException("Unsupported address type", other);
        } catch (IOException failed) {
            throw socketException(failed);
        }
    }

    @Override
    public void disconnect() {
        try {
            DatagramChannel _ = channel.disconnect();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public boolean isConnected() {
        return channel.remote() != null;
    }

    @Override
    public @Nullable InetAddress getInetAddress() {
        InetSocketAddress peer = channel.remote();
        return peer == null ? null : peer.getAddress();
    }

    @Override
    public int getPort() {
        InetSocketAddress peer = channel.remote();
        return peer == null ? -1 : peer.getPort();
    }

    @Override
    public @Nullable SocketAddress getRemoteSocketAddress() {
        return channel.remote();
    }

    @Override
    public @Nullable SocketAddress getLocalSocketAddress() {
        try {
            InetSocketAddress local = (InetSocketAddress) channel.getLocalAddress();
            return local != null && local.getAddress().isAnyLocalAddress()
                    ? new InetSocketAddress(local.getPort())
                    : local;
        } catch (IOException closed) {
            return null;
        }
    }

    @Override
    public @Nullable InetAddress getLocalAddress() {
        if (isClosed()) {
            return null;
        }
        InetSocketAddress local = (InetSocketAddress) getLocalSocketAddress();
        return local == null ? new InetSocketAddress(0).getAddress() : local.getAddress();
    }

    @Override
    public int getLocalPort() {
        if (isClosed()) {
            return -1;
        }
        InetSocketAddress local = (InetSocketAddress) getLocalSocketAddress();
        return local == null ? 0 : local.getPort();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public boolean isClosed() {
        return !channel.isOpen();
    }

    // --- sending and receiving ---

    @Override
    public void send(DatagramPacket packet) throws IOException {
        requireBlocking();
        synchronized (packet) {
            InetSocketAddress connected = channel.remote();
            ByteBuffer payload =
                    ByteBuffer.wrap(packet.getData(), packet.getOffset(), packet.getLength());
            try {
                if (connected == null) {
                    int _ = channel.send(payload, target(packet));
                } else {
                    requireSame(packet, connected);
                    int _ = channel.write(payload);
                }
            } catch (ClosedByInterruptException interrupted) {
                throw interrupted;
            } catch (AlreadyConnectedException raced) {
                throw new IOException("connected meanwhile by another thread", raced);
            } catch (ClosedChannelException closed) {
                throw closed(closed);
            }
        }
    }

    private static SocketAddress target(DatagramPacket packet) {
        if (packet.getAddress() == null) {
            throw new IllegalArgumentException("Address not set");
        }
        return packet.getSocketAddress();
    }

    private static void requireSame(DatagramPacket packet, InetSocketAddress connected) {
        if (packet.getAddress() == null) {
            packet.setSocketAddress(connected);
        } else if (!packet.getSocketAddress().equals(connected)) {
            throw new IllegalArgumentException("Connected and packet address differ");
        }
    }

    @Override
    public void receive(DatagramPacket packet) throws IOException {
        requireBlocking();
        synchronized (packet) {
            int offset = packet.getOffset();
            ByteBuffer into = ByteBuffer.wrap(packet.getData(), offset, rooms.of(packet));
            try {
                SocketAddress from = channel.receive(into, timeoutMs);
                packet.setSocketAddress(from);
                rooms.fill(packet, into.position() - offset);
            } catch (ClosedByInterruptException interrupted) {
                throw interrupted;
            } catch (ClosedChannelException closed) {
                throw closed(closed);
            }
        }
    }

    private void requireBlocking() {
        if (!channel.isBlocking()) {
            throw new IllegalBlockingModeException();
        }
    }

    private static SocketException closed(ClosedChannelException by) {
        return new SocketException(
                by instanceof AsynchronousCloseException ? "Socket closed" : "Socket is closed",
                by);
    }

    private static SocketException socketException(IOException failed) {
        if (failed instanceof SocketException known) {
            return known;
        }
        return failed instanceof ClosedChannelException closed
                ? closed(closed)
                : new SocketException(failed.getMessage(), failed);
    }

    // --- options ---

    @Override
    public void setSoTimeout(int timeout) throws SocketException {
        if (timeout < 0) {
            throw new IllegalArgumentException("timeout < 0");
        }
        requireOpen();
        timeoutMs = timeout;
    }

    @Override
    public int getSoTimeout() throws SocketException {
        requireOpen();
        return timeoutMs;
    }

    private void requireOpen() throws SocketException {
        if (isClosed()) {
            throw new SocketException("Socket is closed");
        }
    }

    @Override
    public void setSendBufferSize(int size) throws SocketException {
        set(StandardSocketOptions.SO_SNDBUF, positive(size));
    }

    @Override
    public int getSendBufferSize() throws SocketException {
        return number(StandardSocketOptions.SO_SNDBUF);
    }

    @Override
    public void setReceiveBufferSize(int size) throws SocketException {
        set(StandardSocketOptions.SO_RCVBUF, positive(size));
    }

    @Override
    public int getReceiveBufferSize() throws SocketException {
        return number(StandardSocketOptions.SO_RCVBUF);
    }

    private static int positive(int size) {
        if (size <= 0) {
            throw new IllegalArgumentException("a buffer of " + size + " octets");
        }
        return size;
    }

    @Override
    public void setReuseAddress(boolean on) throws SocketException {
        set(StandardSocketOptions.SO_REUSEADDR, on);
    }

    @Override
    public boolean getReuseAddress() throws SocketException {
        return is(StandardSocketOptions.SO_REUSEADDR);
    }

    @Override
    public void setBroadcast(boolean on) throws SocketException {
        set(StandardSocketOptions.SO_BROADCAST, on);
    }

    @Override
    public boolean getBroadcast() throws SocketException {
        return is(StandardSocketOptions.SO_BROADCAST);
    }

    @Override
    public void setTrafficClass(int trafficClass) throws SocketException {
        set(StandardSocketOptions.IP_TOS, trafficClass);
    }

    @Override
    public int getTrafficClass() throws SocketException {
        return number(StandardSocketOptions.IP_TOS);
    }

    @Override
    <T> void set(SocketOption<T> name, @Nullable T value) throws SocketException {
        try {
            DatagramChannel _ = channel.setOption(name, value);
        } catch (IOException failed) {
            throw socketException(failed);
        }
    }

    private int number(SocketOption<Integer> name) throws SocketException {
        Integer value = get(name);
        return value == null ? 0 : value;
    }

    private boolean is(SocketOption<Boolean> name) throws SocketException {
        return Boolean.TRUE.equals(get(name));
    }

    @Override
    <T> @Nullable T get(SocketOption<T> name) throws SocketException {
        try {
            return channel.getOption(name);
        } catch (IOException failed) {
            throw socketException(failed);
        }
    }

    @Override
    public <T> DatagramSocket setOption(SocketOption<T> name, @Nullable T value)
            throws IOException {
        DatagramSettings.requireSupported(name);
        requireOpen();
        DatagramChannel _ = channel.setOption(name, value);
        return this;
    }

    @Override
    public <T> @Nullable T getOption(SocketOption<T> name) throws IOException {
        DatagramSettings.requireSupported(name);
        requireOpen();
        return channel.getOption(name);
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return channel.supportedOptions();
    }
}
