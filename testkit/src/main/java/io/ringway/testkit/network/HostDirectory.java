package io.ringway.testkit.network;

import io.ringway.Stack;
import io.ringway.nio.StackDirectory;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;

/** Whose channels a thread opens: those of the host that it, or who started it, has entered. */
final class HostDirectory implements StackDirectory {
    /** Inherited, so that a server's own threads are on the server's host. */
    private static final InheritableThreadLocal<@Nullable Host> CURRENT =
            new InheritableThreadLocal<>();

    private final Network network;

    HostDirectory(Network network) {
        this.network = network;
    }

    static @Nullable Host enter(@Nullable Host host) {
        Host before = CURRENT.get();
        CURRENT.set(host);
        return before;
    }

    static void leave(@Nullable Host before) {
        if (before == null) {
            CURRENT.remove();
        } else {
            CURRENT.set(before);
        }
    }

    @Override
    public Stack here() {
        Host current = CURRENT.get();
        // A thread that a former test left behind is nobody's here.
        boolean isOurs = current != null && network.hosts().contains(current);
        return isOurs && current != null ? current.stack() : network.hosts().getFirst().stack();
    }

    @Override
    public @Nullable Stack owner(InetAddress local) {
        for (Host host : network.hosts()) {
            if (host.address().equals(local) || host.address6().equals(local)) {
                return host.stack();
            }
        }
        return null;
    }
}
