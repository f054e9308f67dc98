package io.ringway;

import java.util.concurrent.CompletableFuture;

/** What a stack has still to deliver, for who wants to close it when all is done. */
public final class Undelivered {
    private Undelivered() {}

    /**
     * How many connections of {@code stack} were closed by the application and have octets, or
     * their end of stream, that the peer has not acknowledged. Any thread.
     */
    public static CompletableFuture<Integer> count(Stack stack) {
        CompletableFuture<Integer> sum = CompletableFuture.completedFuture(0);
        for (int i = 0; i < stack.laneCount(); i++) {
            Lane lane = stack.lane(i);
            sum = sum.thenCombine(lane.submit(lane.connections()::undelivered), Integer::sum);
        }
        return sum;
    }

    /**
     * Closes all open connections of {@code stack} that have a {@link TcpSocket}, as an operating
     * system closes those of a program that ends: what was written is sent, then our end of stream,
     * or a RST where octets were left unread. The sockets do not hear of it. Any thread; the future
     * ends when the lanes have begun.
     */
    public static CompletableFuture<?> hangUp(Stack stack) {
        CompletableFuture<?> all = CompletableFuture.completedFuture(null);
        for (int i = 0; i < stack.laneCount(); i++) {
            Lane lane = stack.lane(i);
            all =
                    all.thenCombine(
                            lane.submit(() -> {
                                lane.connections().hangUp();
                                return true;
                            }),
                            (_, done) -> done);
        }
        return all;
    }
}
