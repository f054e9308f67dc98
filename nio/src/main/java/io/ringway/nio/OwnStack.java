package io.ringway.nio;

import io.ringway.PortProvider;
import io.ringway.Stack;
import io.ringway.port.Port;
import io.ringway.wire.IpAddress;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceLoader;

/** The one stack that the system properties describe, opened when it is first asked for. */
final class OwnStack implements StackDirectory {
    private static final OwnStack INSTANCE = new OwnStack();

    private @Nullable DoorConfig config;
    private volatile @Nullable Stack stack;

    private OwnStack() {}

    static OwnStack instance() {
        return INSTANCE;
    }

    /** Whether what is not on Ringway goes to the kernel. */
    static boolean isHybrid() {
        return !INSTANCE.config().isStrict();
    }

    /**
     * Whether groups that are joined on this interface are the kernel's business, too: it is not
     * what the stack is attached to, and the kernel may be used.
     *
     * @param by null for any that is not the stack's
     */
    static boolean isBeside(@Nullable NetworkInterface by) {
        if (!RingwaySelectorProvider.directory().equals(INSTANCE) || !isHybrid()) {
            return false;
        }
        String port = INSTANCE.config().port();
        return by == null
                || port == null
                || !List.of(port.split("[^A-Za-z0-9_.-]")).contains(by.getName());
    }

    /** Whether {@code ringway.kernel-ports} keeps who binds there, at no address of ours, away. */
    static boolean isKernels(InetSocketAddress at) {
        InetAddress local = at.getAddress();
        return (local.isAnyLocalAddress() || local.isLoopbackAddress())
                && INSTANCE.config().kernelPorts().stream()
                        .anyMatch(ports -> ports.contains(at.getPort()));
    }

    /**
     * Throws when nothing may go to the kernel.
     *
     * @param what is the kernel's
     */
    static void requireHybrid(String what) {
        if (!isHybrid()) {
            throw new UnsupportedOperationException(
                    what
                            + " is the kernel's, and ringway.strict=true forbids that: leave it"
                            + " out, or write ringway.strict=false");
        }
    }

    /**
     * Reads the properties, and opens nothing yet.
     *
     * @throws IllegalArgumentException when one is wrong or missing
     */
    void requireConfig() {
        DoorConfig _ = config();
    }

    private synchronized DoorConfig config() {
        DoorConfig read = config;
        if (read == null) {
            read = DoorConfig.read(DoorProperties.of(System.getProperties()));
            config = read;
        }
        return read;
    }

    @Override
    public Stack here() {
        Stack opened = stack;
        return opened != null ? opened : open();
    }

    @Override
    public @Nullable Stack owner(InetAddress local) {
        Stack here = here();
        if (new OneStack(here).owner(local) != null) {
            return here;
        }
        // Without a port nothing comes in from outside, and then nobody is to be sent there.
        boolean isAlone = config().port() == null;
        return isAlone && here.config().ip().hostAddresses().contains(IpAddress.of(local))
                ? here
                : null;
    }

    private synchronized Stack open() {
        Stack opened = stack;
        if (opened == null) {
            DoorConfig read = config();
            opened = Stack.open(read.stack(), port(read));
            opened.startDaemons();
            Thread farewell = new Thread(new Farewell(opened), "ringway-farewell");
            Runtime.getRuntime().addShutdownHook(farewell);
            stack = opened;
        }
        return opened;
    }

    private static Port port(DoorConfig config) {
        String text = config.port();
        if (text == null || text.equals(NowherePort.NAME)) {
            return new NowherePort();
        }
        // Not by the thread's own loader, which may be one that knows the program's classes alone.
        Iterator<PortProvider> providers =
                ServiceLoader.load(PortProvider.class, OwnStack.class.getClassLoader()).iterator();
        if (!providers.hasNext()) {
            throw new IllegalStateException(
                    "ringway.port is "
                            + text
                            + " and nothing here can open it: put ringway-linux on the class path"
                            + " or the module path, and write"
                            + " --enable-native-access=ALL-UNNAMED");
        }
        try {
            return providers.next().open(text, config.stack());
        } catch (IllegalArgumentException wrong) {
            // Without its cause, which says the same once more.
            throw new IllegalArgumentException("ringway.port: " + wrong.getMessage());
        }
    }
}
