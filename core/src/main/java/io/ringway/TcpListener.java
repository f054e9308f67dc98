package io.ringway;

import io.ringway.tcp.ListenOptions;
import io.ringway.wire.Endpoint;

import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;

/** A port that accepts connections, until it is closed. Any thread. */
public final class TcpListener implements AutoCloseable {
    private static final int FIRST_DYNAMIC_PORT = 49_152;
    private static final int DYNAMIC_PORTS = 16_384;
    private static final int PORT_TRIES = 64;
    private static final int NONE = -1;

    private final Stack stack;
    private final Endpoint local;
    private final int[] listeners;

    TcpListener(Stack stack, Endpoint local, int[] listeners) {
        this.stack = stack;
        this.local = local;
        this.listeners = listeners;
    }

    /**
     * Listens in the first lane, which decides who has the port, and then in the others; in all or
     * in none. Waits for nobody.
     */
    static CompletableFuture<TcpListener> start(
            Stack stack, Endpoint local, Function<Lane, TcpHandler> handlers, ListenOptions how) {
        return local.port() != 0
                ? startAt(stack, local, handlers, how)
                : startAnywhere(stack, local, handlers, how, PORT_TRIES);
    }

    private static CompletableFuture<TcpListener> startAnywhere(
            Stack stack,
            Endpoint local,
            Function<Lane, TcpHandler> handlers,
            ListenOptions how,
            int triesLeft) {
        int port = FIRST_DYNAMIC_PORT + ThreadLocalRandom.current().nextInt(DYNAMIC_PORTS);
        return startAt(stack, new Endpoint(local.address(), port), handlers, how)
                .exceptionallyCompose(refused ->
                        triesLeft > 0
                                ? startAnywhere(stack, local, handlers, how, triesLeft - 1)
                                : CompletableFuture.failedFuture(cause(refused)));
    }

    private static CompletableFuture<TcpListener> startAt(
            Stack stack, Endpoint local, Function<Lane, TcpHandler> handlers, ListenOptions how) {
        int[] listeners = new int[stack.laneCount()];
        Arrays.fill(listeners, NONE);
        TcpListener listener = new TcpListener(stack, local, listeners);
        return listener.startOn(0, handlers, how)
                .thenCompose(_ -> listener.startOnOthers(handlers, how))
                .handle((_, refused) -> {
                    if (refused != null) {
                        listener.startClose();
                        throw refused instanceof CompletionException wrapped
                                ? wrapped
                                : new CompletionException(refused);
                    }
                    return listener;
                });
    }

    private CompletableFuture<?> startOn(
            int lane, Function<Lane, TcpHandler> handlers, ListenOptions how) {
        Lane on = stack.lane(lane);
        CompletableFuture<Integer> reply = new CompletableFuture<>();
        on.tell(new SocketVerb.Listen(local, handlers.apply(on), how, reply));
        return reply.thenAccept(listener -> listeners[lane] = listener);
    }

    private CompletableFuture<?> startOnOthers(
            Function<Lane, TcpHandler> handlers, ListenOptions how) {
        CompletableFuture<?>[] others = new CompletableFuture<?>[listeners.length - 1];
        for (int i = 0; i < others.length; i++) {
            others[i] = startOn(i + 1, handlers, how);
        }
        return CompletableFuture.allOf(others);
    }

    private static Throwable cause(Throwable failure) {
        Throwable cause = failure.getCause();
        return failure instanceof CompletionException && cause != null ? cause : failure;
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

    /**
     * Does what {@link #close} does and waits for no lane: for who is on one. In the first lane it
     * is closed last, so that whoever gets the port there gets it in the others.
     */
    public void startClose() {
        for (int i = listeners.length - 1; i >= 0; i--) {
            Lane lane = stack.lane(i);
            int listener = listeners[i];
            if (listener == NONE || lane.isClosed()) {
                continue;
            }
            if (lane.isOnLane()) {
                lane.connections().unlisten(listener);
            } else {
                lane.tell(new Message.Task(() -> lane.connections().unlisten(listener)));
            }
        }
    }

    @Override
    public String toString() {
        return "listener at " + local;
    }
}
