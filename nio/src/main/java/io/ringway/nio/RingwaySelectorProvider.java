package io.ringway.nio;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.nio.channels.Channel;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;
import java.util.Objects;

/**
 * The door for programs that know only {@code java.nio}: with {@code
 * -Djava.nio.channels.spi.SelectorProvider=io.ringway.nio.RingwaySelectorProvider} their channels
 * and selectors are Ringway's.
 *
 * <p>Which stack that is {@link DoorConfig} reads from the system properties {@code ringway.*}, on
 * first use; {@link #use} says it in the program. What is not on Ringway goes to the platform's
 * provider, and {@code ringway.strict=true} forbids that.
 */
public final class RingwaySelectorProvider extends SelectorProvider {
    private static volatile @Nullable StackDirectory chosen;

    /** For the system property and {@link java.util.ServiceLoader}. */
    public RingwaySelectorProvider() {}

    /**
     * Makes all channels that bind or connect from now on ask {@code directory} for their stack,
     * instead of opening the one that the system properties describe. Null goes back to that.
     */
    public static void use(@Nullable StackDirectory directory) {
        chosen = directory;
    }

    /** What says which stack a channel is of. */
    static StackDirectory directory() {
        StackDirectory directory = chosen;
        return directory != null ? directory : OwnStack.instance();
    }

    @Override
    public AbstractSelector openSelector() {
        return new RingwaySelector(this);
    }

    @Override
    public SocketChannel openSocketChannel() {
        return new RingwaySocketChannel(this, null);
    }

    @Override
    public SocketChannel openSocketChannel(ProtocolFamily family) throws IOException {
        return isKernels(family)
                ? Platform.provider().openSocketChannel(family)
                : new RingwaySocketChannel(this, family);
    }

    @Override
    public ServerSocketChannel openServerSocketChannel() {
        return new RingwayServerSocketChannel(this, null);
    }

    @Override
    public ServerSocketChannel openServerSocketChannel(ProtocolFamily family) throws IOException {
        return isKernels(family)
                ? Platform.provider().openServerSocketChannel(family)
                : new RingwayServerSocketChannel(this, family);
    }

    @Override
    public DatagramChannel openDatagramChannel() throws IOException {
        return new RingwayDatagramChannel(this, null);
    }

    @Override
    public DatagramChannel openDatagramChannel(ProtocolFamily family) throws IOException {
        return new RingwayDatagramChannel(this, requireInternet(family));
    }

    /** A pipe in memory, without the kernel. */
    @Override
    public Pipe openPipe() {
        return new RingwayPipe(this);
    }

    /** The channel that this process was started with: the kernel's, if there is one. */
    @Override
    public @Nullable Channel inheritedChannel() throws IOException {
        return Platform.provider().inheritedChannel();
    }

    /** Whether a channel of this family is the kernel's by its nature. */
    private static boolean isKernels(ProtocolFamily family) {
        if (Objects.requireNonNull(family, "family") != StandardProtocolFamily.UNIX) {
            ProtocolFamily _ = requireInternet(family);
            return false;
        }
        OwnStack.requireHybrid("a Unix domain socket");
        return true;
    }

    /** Throws unless it is IPv4 or IPv6. */
    static ProtocolFamily requireInternet(ProtocolFamily family) {
        Objects.requireNonNull(family, "family");
        if (family != StandardProtocolFamily.INET && family != StandardProtocolFamily.INET6) {
            throw new UnsupportedOperationException(
                    "the protocol family is INET or INET6; given " + family.name());
        }
        if (family == StandardProtocolFamily.INET6 && Addresses.isIpv4Only(null)) {
            throw new UnsupportedOperationException(
                    "there is no IPv6 with java.net.preferIPv4Stack=true: leave that out");
        }
        return family;
    }
}
