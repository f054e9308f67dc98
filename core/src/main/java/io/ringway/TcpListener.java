package io.ringway;

import io.ringway.wire.Endpoint;

/** A port that accepts connections, until it is closed. Any thread. */
public final class TcpListener implements AutoCloseable {
    private final Stack stack;
    private final Endpoint local;
    private final int[] listeners;

    TcpListener(Stack stack, Endpoint local, int[] listeners) {
        this.stack = stack;
        this.local = local;
        this.listeners = listeners;
    }

    /**
     * The address and port it listens at; the unspecified address stands for all of the stack's.
     */
    public Endpoint local() {
        return local;
    }

    /**
     * Accepts no more connections; those that were accepted live on. Does nothing the second time.
     */
    @Override
    public void close() {
        for (int i = 0; i < listeners.length; i++) {
            Lane lane = stack.lane(i);
            int listener = listeners[i];
            lane.call(() -> lane.connections().unlisten(listener));
        }
    }

    @Override
    public String toString() {
        return "listener at " + local;
    }
}
