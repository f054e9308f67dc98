package io.ringway;

import io.ringway.wire.Endpoint;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/**
 * Where a lane accepts TCP connections, for who asks before it connects. The lane changes it, any
 * thread looks, and nobody waits.
 */
public final class ListeningPorts {
    // By TCP's number of the listener; never changed, but replaced.
    private volatile @Nullable Endpoint[] listeners = {};

    ListeningPorts() {}

    /**
     * Whether {@code stack} accepts TCP connections to {@code at}: by whatever way its listener was
     * opened, at the address itself or at a wildcard. Any thread; what another thread opens or
     * closes at the same time may count or not.
     */
    public static boolean include(Stack stack, Endpoint at) {
        // A listener is in all lanes, and in the first one first.
        for (Endpoint local : stack.lane(0).connections().listening().listeners) {
            if (local != null
                    && local.port() == at.port()
                    && local.address().covers(at.address())) {
                return true;
            }
        }
        return false;
    }

    void add(int listener, Endpoint local) {
        @Nullable Endpoint[] more =
                Arrays.copyOf(listeners, Math.max(listeners.length, listener + 1));
        more[listener] = local;
        listeners = more;
    }

    void remove(int listener) {
        @Nullable Endpoint[] fewer = listeners.clone();
        fewer[listener] = null;
        listeners = fewer;
    }
}
