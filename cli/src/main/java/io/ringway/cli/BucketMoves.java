package io.ringway.cli;

import io.ringway.LaneBuckets;
import io.ringway.Stack;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;

/** Moves flows from lane to lane while they run, a few buckets at a time. One thread. */
final class BucketMoves {
    /** Without a divisor in common with the number of buckets, which is a power of two. */
    private static final int STEP = 37;

    private static final int PATIENCE_SECONDS = 30;

    private final Stack stack;
    private final int each;
    private final LongAdder moved = new LongAdder();
    private final LongAdder carried = new LongAdder();
    private final List<CompletableFuture<Integer>> moves = new ArrayList<>();
    private int bucket;

    BucketMoves(Stack stack, int each) {
        this.stack = stack;
        this.each = stack.laneCount() > 1 ? each : 0;
    }

    /** Begins the next moves, unless the last ones still go on. */
    void begin() {
        moves.removeIf(move -> move.isDone() && !move.isCompletedExceptionally());
        if (!moves.isEmpty()) {
            return;
        }
        LaneBuckets buckets = stack.buckets();
        for (int i = 0; i < each; i++) {
            bucket = (bucket + STEP) & (buckets.count() - 1);
            int to = (buckets.lane(bucket) + 1) % stack.laneCount();
            moves.add(
                    buckets.move(bucket, to)
                            .thenApply(count -> {
                                moved.increment();
                                carried.add(count);
                                return count;
                            }));
        }
    }

    /** Waits for all of them; false when one did not come to its end. */
    boolean end() {
        try {
            for (CompletableFuture<Integer> move : moves) {
                move.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            }
            return true;
        } catch (ExecutionException | TimeoutException failed) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    long moved() {
        return moved.sum();
    }

    /** Connections that went with them. */
    long carried() {
        return carried.sum();
    }
}
