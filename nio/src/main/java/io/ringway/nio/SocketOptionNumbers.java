package io.ringway.nio;

import java.io.IOException;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.SocketOptions;
import java.net.StandardSocketOptions;

/** The options of {@link SocketOptions}, which are numbers, as those that have a type. */
final class SocketOptionNumbers {
    private SocketOptionNumbers() {}

    /** Sets an option that has a type. */
    interface Setter {
        <T> void set(SocketOption<T> option, T value) throws IOException;
    }

    static void set(Setter to, int name, Object value) throws IOException {
        switch (name) {
            case SocketOptions.TCP_NODELAY ->
                    to.set(StandardSocketOptions.TCP_NODELAY, (Boolean) value);
            case SocketOptions.SO_KEEPALIVE ->
                    to.set(StandardSocketOptions.SO_KEEPALIVE, (Boolean) value);
            case SocketOptions.SO_REUSEADDR ->
                    to.set(StandardSocketOptions.SO_REUSEADDR, (Boolean) value);
            // Off is given as false here, and as a negative number there.
            case SocketOptions.SO_LINGER ->
                    to.set(
                            StandardSocketOptions.SO_LINGER,
                            value instanceof Integer seconds ? seconds : Integer.valueOf(-1));
            case SocketOptions.SO_RCVBUF ->
                    to.set(StandardSocketOptions.SO_RCVBUF, (Integer) value);
            case SocketOptions.SO_SNDBUF ->
                    to.set(StandardSocketOptions.SO_SNDBUF, (Integer) value);
            case SocketOptions.IP_TOS -> to.set(StandardSocketOptions.IP_TOS, (Integer) value);
            default -> throw new SocketException("no option of a socket: " + name);
        }
    }

    static Object get(TcpOptions from, int name) throws SocketException {
        return switch (name) {
            case SocketOptions.TCP_NODELAY -> from.get(StandardSocketOptions.TCP_NODELAY);
            case SocketOptions.SO_KEEPALIVE -> from.get(StandardSocketOptions.SO_KEEPALIVE);
            case SocketOptions.SO_REUSEADDR -> from.get(StandardSocketOptions.SO_REUSEADDR);
            case SocketOptions.SO_LINGER -> from.get(StandardSocketOptions.SO_LINGER);
            case SocketOptions.SO_RCVBUF -> from.get(StandardSocketOptions.SO_RCVBUF);
            case SocketOptions.SO_SNDBUF -> from.get(StandardSocketOptions.SO_SNDBUF);
            case SocketOptions.IP_TOS -> from.get(StandardSocketOptions.IP_TOS);
            default -> throw new SocketException("no option of a socket: " + name);
        };
    }
}
