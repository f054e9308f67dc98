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
}
