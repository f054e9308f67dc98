package io.ringway.nio;

import io.ringway.Stack;
import io.ringway.wire.Endpoint;

import java.net.BindException;
import java.net.StandardSocketOptions;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The TCP ports that channels are bound to. The stack itself knows listeners and connections, but a
 * channel that is bound and not yet connected has nothing there, and its port must be its own all
 * the same. Any thread.
 */
final class BoundPorts {
    private static final int FIRST_DYNAMIC_PORT = 49_152;
    private static final int DYNAMIC_PORTS = 16_384;
    private static final int TRIES = 256;

    private static final Map<Stack, BoundPorts> OF_STACKS =
            Collections.synchronizedMap(new WeakHashMap<>());

    private final Map<Endpoint, Holders> bound = new HashMap<>();

    private BoundPorts() {}

    /** Who is bound to an address and port. */
    private static final class Holders {
        private int count;
        private boolean isShared;
        private boolean isGroup;
        private boolean isListening;
    }

    static BoundPorts of(Stack stack) {
        return OF_STACKS.computeIfAbsent(stack, _ -> new BoundPorts());
    }

    /**
     * Binds to {@code local}, whose port may be 0 to have one chosen.
     *
     * @param options say whether others that say so too may be bound there as well (SO_REUSEADDR,
     *     of which only one may listen, or SO_REUSEPORT)
     * @return what is bound
     * @throws BindException when the port is taken
     */
    synchronized Endpoint bind(Endpoint local, TcpOptions options, boolean isListening)
            throws BindException {
        boolean isShared = options.get(StandardSocketOptions.SO_REUSEADDR);
        boolean isGroup = options.get(StandardSocketOptions.SO_REUSEPORT);
        Endpoint free = local.port() == 0 ? choose(local) : local;
        if (!isFree(free, isShared, isGroup, isListening)) {
            throw inUse(local);
        }
        Holders holders = bound.computeIfAbsent(free, _ -> new Holders());
        boolean isFirst = holders.count++ == 0;
        holders.isShared = isShared && (isFirst || holders.isShared);
        holders.isGroup = isGroup && (isFirst || holders.isGroup);
        holders.isListening |= isListening;
        return free;
    }

    private Endpoint choose(Endpoint local) throws BindException {
        for (int i = 0; i < TRIES; i++) {
            int port = FIRST_DYNAMIC_PORT + ThreadLocalRandom.current().nextInt(DYNAMIC_PORTS);
            Endpoint chosen = new Endpoint(local.address(), port);
            if (isFree(chosen, false, false, false)) {
                return chosen;
            }
        }
        throw inUse(local);
    }

    static BindException inUse(Endpoint local) {
        return new BindException(
                "Address already in use: " + local + "; choose another port, or 0 for any");
    }

    private boolean isFree(Endpoint local, boolean isShared, boolean isGroup, boolean isListening) {
        for (Map.Entry<Endpoint, Holders> entry : bound.entrySet()) {
            Holders holders = entry.getValue();
            boolean isLenient =
                    (isGroup && holders.isGroup)
                            || (isShared
                                    && holders.isShared
                                    && !(isListening && holders.isListening));
            if (!isLenient && overlaps(entry.getKey(), local)) {
                return false;
            }
        }
        return true;
    }

    private static boolean overlaps(Endpoint one, Endpoint other) {
        return one.port() == other.port()
                && (one.address().covers(other.address()) || other.address().covers(one.address()));
    }

    /** Gives back what {@link #bind} bound. */
    synchronized void release(Endpoint local) {
        Holders holders = bound.get(local);
        if (holders != null && --holders.count == 0) {
            bound.remove(local);
        }
    }
}
