package io.ringway.nio;

import io.ringway.UdpChannel;
import io.ringway.UdpOptions;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.NetworkChannel;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The options of a datagram channel: those set before it is decided which way it goes are kept, and
 * hold from then on. Any thread.
 */
final class DatagramSettings {
    static final Set<SocketOption<?>> SUPPORTED =
            Set.of(
                    StandardSocketOptions.SO_SNDBUF,
                    StandardSocketOptions.SO_RCVBUF,
                    StandardSocketOptions.SO_REUSEADDR,
                    StandardSocketOptions.SO_REUSEPORT,
                    StandardSocketOptions.SO_BROADCAST,
                    StandardSocketOptions.IP_TOS,
                    StandardSocketOptions.IP_MULTICAST_IF,
                    StandardSocketOptions.IP_MULTICAST_TTL,
                    StandardSocketOptions.IP_MULTICAST_LOOP);

    private static final int LEAST_BUFFER = 1 << 17;
    private static final int MOST_BUFFER = 1 << 30;
    private static final int MOST_OCTET = 255;

    private final Map<SocketOption<?>, Object> values = new HashMap<>();
    private final Map<SocketOption<?>, Object> given = new HashMap<>();

    DatagramSettings() {
        values.put(StandardSocketOptions.SO_SNDBUF, UdpOptions.DEFAULT.sendOctets());
        values.put(StandardSocketOptions.SO_RCVBUF, UdpOptions.DEFAULT.receiveOctets());
        values.put(StandardSocketOptions.SO_REUSEADDR, false);
        values.put(StandardSocketOptions.SO_REUSEPORT, false);
        values.put(StandardSocketOptions.SO_BROADCAST, false);
        values.put(StandardSocketOptions.IP_TOS, 0);
        values.put(StandardSocketOptions.IP_MULTICAST_TTL, 1);
        values.put(StandardSocketOptions.IP_MULTICAST_LOOP, true);
    }

    /**
     * Keeps an option.
     *
     * @throws UnsupportedOperationException when channels of datagrams do not have it
     * @throws IllegalArgumentException when they cannot have this value
     */
    synchronized <T> void set(SocketOption<T> name, @Nullable T value) {
        requireSupported(name);
        if (value != null && !name.type().isInstance(value)) {
            throw new IllegalArgumentException(
                    name.name() + " takes a " + name.type().getSimpleName() + "; given " + value);
        }
        if (name.equals(StandardSocketOptions.IP_MULTICAST_IF)) {
            if (value == null) {
                throw new IllegalArgumentException("IP_MULTICAST_IF needs a network interface");
            }
            values.put(name, value);
            given.put(name, value);
            return;
        }
        if (value == null) {
            throw new IllegalArgumentException("Invalid value 'null'");
        }
        Object checked = value instanceof Integer number ? requireInRange(name, number) : value;
        values.put(name, checked);
        given.put(name, checked);
    }

    private static Integer requireInRange(SocketOption<?> name, int number) {
        boolean isOctet =
                name.equals(StandardSocketOptions.IP_TOS)
                        || name.equals(StandardSocketOptions.IP_MULTICAST_TTL);
        boolean isBuffer = !isOctet;
        if (number < 0 || (isOctet && number > MOST_OCTET)) {
            throw new IllegalArgumentException(
                    name.name()
                            + " is "
                            + number
                            + "; expected 0 to "
                            + (isBuffer ? Integer.MAX_VALUE : MOST_OCTET));
        }
        // As elsewhere, a buffer that is too small or too large becomes one that can be had.
        return isBuffer ? Math.clamp(number, LEAST_BUFFER, MOST_BUFFER) : number;
    }

    static void requireSupported(SocketOption<?> name) {
        Objects.requireNonNull(name);
        if (!SUPPORTED.contains(name)) {
            throw new UnsupportedOperationException("'" + name + "' not supported");
        }
    }

    /** The value of an option; null for an interface that was not set. */
    @SuppressWarnings("unchecked") // set() has checked what the option's type allows.
    synchronized <T> @Nullable T get(SocketOption<T> name) {
        requireSupported(name);
        return (T) values.get(name);
    }

    int number(SocketOption<Integer> name) {
        return Objects.requireNonNull(get(name));
    }

    boolean is(SocketOption<Boolean> name) {
        return Objects.requireNonNull(get(name));
    }

    /** Gives the kernel's channel what was set here. */
    @SuppressWarnings("unchecked") // As above.
    synchronized void copyTo(NetworkChannel channel) throws IOException {
        for (Map.Entry<SocketOption<?>, Object> entry : given.entrySet()) {
            if (channel.supportedOptions().contains(entry.getKey())) {
                NetworkChannel _ =
                        channel.setOption((SocketOption<Object>) entry.getKey(), entry.getValue());
            }
        }
    }

    /** How the stack's channel is opened. */
    UdpOptions toUdpOptions() {
        return UdpOptions.DEFAULT
                .withShared(is(StandardSocketOptions.SO_REUSEPORT))
                .withReused(is(StandardSocketOptions.SO_REUSEADDR))
                .withOctets(
                        number(StandardSocketOptions.SO_RCVBUF),
                        number(StandardSocketOptions.SO_SNDBUF));
    }

    /** What the headers of the stack's datagrams have from now on. */
    void applyTo(UdpChannel channel) {
        channel.marking(
                number(StandardSocketOptions.IP_TOS),
                number(StandardSocketOptions.IP_MULTICAST_TTL),
                is(StandardSocketOptions.IP_MULTICAST_LOOP));
    }
}
