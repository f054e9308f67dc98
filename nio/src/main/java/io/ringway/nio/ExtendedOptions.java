package io.ringway.nio;

import java.net.SocketOption;

/**
 * The options of {@code jdk.net.ExtendedSocketOptions} that TCP has here. A program that is started
 * as a module need not have that module, and when Ringway came in as an agent neither has Ringway:
 * then nobody can ask for them, and stand-ins keep their values.
 */
final class ExtendedOptions {
    static final SocketOption<Boolean> TCP_QUICKACK = of("TCP_QUICKACK", Boolean.class);
    static final SocketOption<Integer> TCP_KEEPIDLE = of("TCP_KEEPIDLE", Integer.class);
    static final SocketOption<Integer> TCP_KEEPINTERVAL = of("TCP_KEEPINTERVAL", Integer.class);
    static final SocketOption<Integer> TCP_KEEPCOUNT = of("TCP_KEEPCOUNT", Integer.class);

    private ExtendedOptions() {}

    private record StandIn<T>(String name, Class<T> type) implements SocketOption<T> {}

    @SuppressWarnings("unchecked") // The option says what its value is.
    private static <T> SocketOption<T> of(String name, Class<T> type) {
        try {
            Object option = Class.forName("jdk.net.ExtendedSocketOptions").getField(name).get(null);
            return option instanceof SocketOption<?> known && known.type() == type
                    ? (SocketOption<T>) known
                    : new StandIn<>(name, type);
        } catch (ReflectiveOperationException absent) {
            return new StandIn<>(name, type);
        }
    }
}
