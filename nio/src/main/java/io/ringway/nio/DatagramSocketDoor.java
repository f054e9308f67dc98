package io.ringway.nio;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocketImpl;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.SocketOptions;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.util.Set;

/**
 * What lies below a {@link java.net.DatagramSocket} or {@link java.net.MulticastSocket} that goes
 * through {@link Doors#install}: the adaptor of a channel of ours.
 */
final class DatagramSocketDoor extends DatagramSocketImpl {
    private static final int MOST_HOPS = 255;

    private final RingwayDatagramChannel channel;
    private @Nullable DatagramPacket peeked;

    DatagramSocketDoor(RingwayDatagramChannel channel) {
        this.channel = channel;
    }

    private java.net.DatagramSocket socket() {
        return channel.socket();
    }

    @Override
    protected void create() throws SocketException {
        // Sockets may send to everybody at first, where channels may not.
        socket().setBroadcast(true);
    }

    @Override
    protected void bind(int port, InetAddress address) throws SocketException {
        socket().bind(new InetSocketAddress(address, port));
        localPort = socket().getLocalPort();
    }

    @Override
    protected void connect(InetAddress address, int port) throws SocketException {
        socket().connect(new InetSocketAddress(address, port));
    }

    @Override
    protected void disconnect() {
        socket().disconnect();
    }

    @Override
    protected void send(DatagramPacket packet) throws IOException {
        socket().send(packet);
    }

    @Override
    protected synchronized int peek(InetAddress ignored) throws IOException {
        // The address cannot be changed; the port is what is left of this old call.
        return peeked().getPort();
    }

    @Override
    protected synchronized int peekData(DatagramPacket into) throws IOException {
        give(peeked(), into);
        return into.getPort();
    }

    private DatagramPacket peeked() throws IOException {
        DatagramPacket waiting = peeked;
        if (waiting == null) {
            waiting = new DatagramPacket(new byte[1 << 16], 1 << 16);
            socket().receive(waiting);
            peeked = waiting;
        }
        return waiting;
    }

    private static void give(DatagramPacket from, DatagramPacket into) {
        int length = Math.min(from.getLength(), into.getLength());
        System.arraycopy(from.getData(), 0, into.getData(), into.getOffset(), length);
        into.setLength(length);
        into.setSocketAddress(from.getSocketAddress());
    }

    @Override
    protected void receive(DatagramPacket packet) throws IOException {
        synchronized (this) {
            DatagramPacket waiting = peeked;
            if (waiting != null) {
                peeked = null;
                give(waiting, packet);
                return;
            }
        }
        socket().receive(packet);
    }

    @Override
    protected void close() {
        socket().close();
    }

    // --- groups ---

    @Override
    @SuppressWarnings({"deprecation", "removal"})
    protected void setTTL(byte ttl) throws IOException {
        setTimeToLive(ttl & 0xff);
    }

    @Override
    @SuppressWarnings({"deprecation", "removal"})
    protected byte getTTL() throws IOException {
        return (byte) getTimeToLive();
    }

    @Override
    protected void setTimeToLive(int ttl) throws IOException {
        if (ttl < 0 || ttl > MOST_HOPS) {
            throw new IllegalArgumentException("ttl is " + ttl + "; expected 0 to 255");
        }
        DatagramChannel _ = channel.setOption(StandardSocketOptions.IP_MULTICAST_TTL, ttl);
    }

    @Override
    protected int getTimeToLive() throws IOException {
        Integer hops = channel.getOption(StandardSocketOptions.IP_MULTICAST_TTL);
        return hops == null ? 1 : hops;
    }

    @Override
    protected void join(InetAddress group) throws IOException {
        socket().joinGroup(new InetSocketAddress(group, 0), null);
    }

    @Override
    protected void leave(InetAddress group) throws IOException {
        socket().leaveGroup(new InetSocketAddress(group, 0), null);
    }

    @Override
    protected void joinGroup(SocketAddress group, @Nullable NetworkInterface by)
            throws IOException {
        socket().joinGroup(group, by);
    }

    @Override
    protected void leaveGroup(SocketAddress group, @Nullable NetworkInterface by)
            throws IOException {
        socket().leaveGroup(group, by);
    }

    // --- options ---

    @Override
    protected <T> void setOption(SocketOption<T> name, T value) throws IOException {
        java.net.DatagramSocket _ = socket().setOption(name, value);
    }

    @Override
    protected <T> T getOption(SocketOption<T> name) throws IOException {
        return socket().getOption(name);
    }

    @Override
    protected Set<SocketOption<?>> supportedOptions() {
        return socket().supportedOptions();
    }

    @Override
    public void setOption(int name, Object value) throws SocketException {
        switch (name) {
            case SocketOptions.SO_TIMEOUT -> socket().setSoTimeout((Integer) value);
            case SocketOptions.IP_TOS -> socket().setTrafficClass((Integer) value);
            case SocketOptions.SO_REUSEADDR -> socket().setReuseAddress((Boolean) value);
            case SocketOptions.SO_BROADCAST -> socket().setBroadcast((Boolean) value);
            case SocketOptions.SO_RCVBUF -> socket().setReceiveBufferSize((Integer) value);
            case SocketOptions.SO_SNDBUF -> socket().setSendBufferSize((Integer) value);
            case SocketOptions.SO_REUSEPORT -> set(StandardSocketOptions.SO_REUSEPORT, value);
            // The old option says whether to be silent, the new one whether to be heard.
            case SocketOptions.IP_MULTICAST_LOOP ->
                    set(StandardSocketOptions.IP_MULTICAST_LOOP, !(Boolean) value);
            case SocketOptions.IP_MULTICAST_IF2 ->
                    set(StandardSocketOptions.IP_MULTICAST_IF, value);
            case SocketOptions.IP_MULTICAST_IF ->
                    // There is one port, and each address stands for it.
                    set(StandardSocketOptions.IP_MULTICAST_IF, GroupAdaptor.anyInterface());
            default -> throw new SocketException("no option of a datagram socket: " + name);
        }
    }

    @SuppressWarnings("unchecked") // DatagramSettings.set checks it.
    private <T> void set(SocketOption<T> name, Object value) throws SocketException {
        try {
            DatagramChannel _ = channel.setOption(name, (T) value);
        } catch (IOException failed) {
            throw new SocketException(failed.getMessage(), failed);
        }
    }

    @Override
    public @Nullable Object getOption(int name) throws SocketException {
        return switch (name) {
            case SocketOptions.SO_TIMEOUT -> socket().getSoTimeout();
            case SocketOptions.IP_TOS -> socket().getTrafficClass();
            case SocketOptions.SO_REUSEADDR -> socket().getReuseAddress();
            case SocketOptions.SO_BROADCAST -> socket().getBroadcast();
            case SocketOptions.SO_RCVBUF -> socket().getReceiveBufferSize();
            case SocketOptions.SO_SNDBUF -> socket().getSendBufferSize();
            case SocketOptions.SO_BINDADDR -> socket().getLocalAddress();
            case SocketOptions.SO_REUSEPORT -> get(StandardSocketOptions.SO_REUSEPORT);
            case SocketOptions.IP_MULTICAST_LOOP ->
                    Boolean.FALSE.equals(get(StandardSocketOptions.IP_MULTICAST_LOOP));
            case SocketOptions.IP_MULTICAST_IF2 -> get(StandardSocketOptions.IP_MULTICAST_IF);
            case SocketOptions.IP_MULTICAST_IF -> socket().getLocalAddress();
            default -> throw new SocketException("no option of a datagram socket: " + name);
        };
    }

    private @Nullable Object get(SocketOption<?> name) throws SocketException {
        try {
            return channel.getOption(name);
        } catch (IOException failed) {
            throw new SocketException(failed.getMessage(), failed);
        }
    }
}
