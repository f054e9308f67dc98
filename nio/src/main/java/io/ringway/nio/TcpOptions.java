package io.ringway.nio;

import io.ringway.TcpConnection;
import io.ringway.TcpSocket;
import io.ringway.tcp.ListenOptions;

import java.io.IOException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.NetworkChannel;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The options of a TCP channel: what was set, until there is a connection to set it of, and what
 * the rest is. Any thread.
 */
final class TcpOptions {
    private static final int LEAST_BUFFER = 2048;
    private static final int LARGEST_BUFFER = 1 << 30;
    private static final int MOST_LINGER = 65_535;
    private static final int USUAL_BACKLOG = 50;

    /** Linux' net.core.somaxconn. */
    private static final int MOST_BACKLOG = 4096;

    private static final Map<SocketOption<?>, Object> OF_CONNECTIONS = new LinkedHashMap<>();
    private static final Map<SocketOption<?>, Object> OF_LISTENERS = new LinkedHashMap<>();

    static {
        OF_CONNECTIONS.put(StandardSocketOptions.SO_SNDBUF, TcpSocket.DEFAULT_RING_OCTETS);
        OF_CONNECTIONS.put(StandardSocketOptions.SO_RCVBUF, TcpSocket.DEFAULT_RING_OCTETS);
        OF_CONNECTIONS.put(StandardSocketOptions.SO_KEEPALIVE, false);
        OF_CONNECTIONS.put(StandardSocketOptions.SO_REUSEADDR, false);
        OF_CONNECTIONS.put(StandardSocketOptions.SO_REUSEPORT, false);
        OF_CONNECTIONS.put(StandardSocketOptions.SO_LINGER, -1);
        OF_CONNECTIONS.put(StandardSocketOptions.TCP_NODELAY, false);
        OF_CONNECTIONS.put(StandardSocketOptions.IP_TOS, 0);
        OF_LISTENERS.put(StandardSocketOptions.SO_RCVBUF, TcpSocket.DEFAULT_RING_OCTETS);
        OF_LISTENERS.put(StandardSocketOptions.SO_REUSEADDR, true);
        OF_LISTENERS.put(StandardSocketOptions.SO_REUSEPORT, false);
        for (Map<SocketOption<?>, Object> both : List.of(OF_CONNECTIONS, OF_LISTENERS)) {
            both.put(ExtendedOptions.TCP_QUICKACK, false);
            // What a host is to have (RFC 9293 §3.8.4), and what Linux has.
            both.put(ExtendedOptions.TCP_KEEPIDLE, 7200);
            both.put(ExtendedOptions.TCP_KEEPINTERVAL, 75);
            both.put(ExtendedOptions.TCP_KEEPCOUNT, 9);
        }
    }

    private final Map<SocketOption<?>, Object> usual;
    private final Map<SocketOption<?>, Object> given = new LinkedHashMap<>();

    private TcpOptions(Map<SocketOption<?>, Object> usual) {
        this.usual = usual;
    }

    static TcpOptions ofConnection() {
        return new TcpOptions(OF_CONNECTIONS);
    }

    static TcpOptions ofListener() {
        return new TcpOptions(OF_LISTENERS);
    }

    /** The options that a connection has which a listener with these accepts. */
    synchronized TcpOptions ofAccepted() {
        TcpOptions accepted = ofConnection();
        accepted.given.putAll(given);
        accepted.given.remove(StandardSocketOptions.SO_REUSEADDR);
        accepted.given.remove(StandardSocketOptions.SO_REUSEPORT);
        return accepted;
    }

    /**
     * How a listener with these options listens.
     *
     * @param backlog connections that may wait; less than 1 is the usual number
     */
    ListenOptions listening(int backlog) {
        // As Linux counts: it is full when there are more than so many.
        int room = 1 + (backlog < 1 ? USUAL_BACKLOG : Math.min(backlog, MOST_BACKLOG));
        ListenOptions listening = new ListenOptions(room, 0);
        return get(StandardSocketOptions.SO_REUSEPORT)
                ? listening.withSharedPort(ThreadLocalRandom.current().nextLong() | 1)
                : listening;
    }

    /** The options that such a channel has. */
    Set<SocketOption<?>> supported() {
        return Set.copyOf(usual.keySet());
    }

    /**
     * Keeps a value.
     *
     * @throws UnsupportedOperationException when there is no such option
     * @throws IllegalArgumentException when it cannot have that value
     */
    synchronized <T> void set(SocketOption<T> option, T value) {
        requireSupported(option);
        given.put(option, checked(option, Objects.requireNonNull(value)));
    }

    /** A value as the option has it. */
    private static Object checked(SocketOption<?> option, Object value) {
        Object typed = option.type().cast(value);
        if (!(typed instanceof Integer number)) {
            return typed;
        }
        if (option.equals(StandardSocketOptions.SO_LINGER)) {
            return Math.clamp(number, -1, MOST_LINGER);
        }
        int least = option.equals(StandardSocketOptions.IP_TOS) ? 0 : 1;
        int most = option.equals(StandardSocketOptions.IP_TOS) ? 255 : Integer.MAX_VALUE;
        if (isBuffer(option)) {
            least = 0;
        } else if (option.equals(ExtendedOptions.TCP_KEEPCOUNT)) {
            most = 127;
        }
        if (number < least || number > most) {
            throw new IllegalArgumentException(
                    option.name() + " is from " + least + " to " + most + "; given " + number);
        }
        return isBuffer(option) ? Math.clamp(number, LEAST_BUFFER, LARGEST_BUFFER) : number;
    }

    private static boolean isBuffer(SocketOption<?> option) {
        return option.equals(StandardSocketOptions.SO_SNDBUF)
                || option.equals(StandardSocketOptions.SO_RCVBUF);
    }

    /** What was set, or what is usual. */
    synchronized <T> T get(SocketOption<T> option) {
        requireSupported(option);
        Object value = given.containsKey(option) ? given.get(option) : usual.get(option);
        return option.type().cast(Objects.requireNonNull(value));
    }

    /** Throws unless such a channel has the option. */
    void requireSupported(SocketOption<?> option) {
        Objects.requireNonNull(option, "option");
        if (!usual.containsKey(option)) {
            throw new UnsupportedOperationException(
                    "Ringway has no option " + option.name() + " here; it has " + usual.keySet());
        }
    }

    synchronized boolean isGiven(SocketOption<?> option) {
        return given.containsKey(option);
    }

    /** Prepares a socket that is about to connect. */
    void prepare(TcpSocket socket) throws IOException {
        socket.rings(get(StandardSocketOptions.SO_RCVBUF), get(StandardSocketOptions.SO_SNDBUF));
        socket.configure(this::apply);
    }

    /** Sets what was given of a connection that exists, without waiting for its lane. */
    void start(TcpSocket socket) throws IOException {
        if (!given.isEmpty()) {
            var _ = socket.startConfigure(this::apply);
        }
    }

    /** Sets an option of a connection that exists, without waiting for its lane. */
    void apply(TcpSocket socket, SocketOption<?> option) throws IOException {
        var _ = socket.startConfigure(connection -> apply(connection, option));
    }

    /** Sets all that was given. On the lane. */
    private synchronized void apply(TcpConnection connection) {
        for (SocketOption<?> option : given.keySet()) {
            apply(connection, option);
        }
    }

    private void apply(TcpConnection connection, SocketOption<?> option) {
        if (option.equals(StandardSocketOptions.TCP_NODELAY)) {
            connection.noDelay(get(StandardSocketOptions.TCP_NODELAY));
        } else if (option.equals(StandardSocketOptions.SO_SNDBUF)) {
            connection.sendBuffer(get(StandardSocketOptions.SO_SNDBUF));
        } else if (option.equals(StandardSocketOptions.SO_RCVBUF)) {
            connection.receiveBuffer(get(StandardSocketOptions.SO_RCVBUF));
        } else if (option.equals(StandardSocketOptions.IP_TOS)) {
            connection.diffserv(get(StandardSocketOptions.IP_TOS) >> 2);
        } else if (option.equals(ExtendedOptions.TCP_QUICKACK)) {
            connection.quickAck(get(ExtendedOptions.TCP_QUICKACK));
        } else if (option.equals(StandardSocketOptions.SO_KEEPALIVE)
                || option.name().startsWith("TCP_KEEP")) {
            applyKeepAlive(connection);
        }
    }

    private void applyKeepAlive(TcpConnection connection) {
        if (get(StandardSocketOptions.SO_KEEPALIVE)) {
            connection.keepAlive(
                    Duration.ofSeconds(get(ExtendedOptions.TCP_KEEPIDLE)),
                    Duration.ofSeconds(get(ExtendedOptions.TCP_KEEPINTERVAL)),
                    get(ExtendedOptions.TCP_KEEPCOUNT));
        } else {
            connection.keepAlive(false);
        }
    }

    /** Sets all that was given of a channel of the platform's. */
    synchronized void apply(NetworkChannel kernels) throws IOException {
        for (SocketOption<?> option : given.keySet()) {
            copy(option, kernels);
        }
    }

    private <T> void copy(SocketOption<T> option, NetworkChannel kernels) throws IOException {
        if (kernels.supportedOptions().contains(option)) {
            NetworkChannel _ = kernels.setOption(option, get(option));
        }
    }
}
