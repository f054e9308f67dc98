package io.ringway;

import io.ringway.steering.IndirectionTable;
import io.ringway.steering.SteeredQueue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Which lane has which bucket of the stack's flows, and how buckets move from lane to lane while
 * traffic runs: with all their connections, and without losing an octet. {@link Stack#buckets}.
 *
 * <p>A move stops the two lanes for as long as it takes to look at all connections of the one and
 * to carry those of the bucket: about a millisecond for 10,000 connections a lane. Any thread.
 */
public final class LaneBuckets {
    /** What the busiest lane may have more than the idlest before anything moves, in per cent. */
    private static final int TOLERANCE = 10;

    private final List<Lane> lanes;
    private final IndirectionTable table;
    private final long[] seen;
    private boolean isFixed;
    private CompletableFuture<?> last = CompletableFuture.completedFuture(null);

    LaneBuckets(List<Lane> lanes, int buckets) {
        this.lanes = lanes;
        this.table = new IndirectionTable(buckets, lanes.size());
        this.seen = new long[buckets];
    }

    /** How many buckets there are. */
    public int count() {
        return table.buckets();
    }

    /** The lane that has a bucket. */
    public synchronized int lane(int bucket) {
        return table.lane(bucket);
    }

    /** How many buckets a lane has. */
    public synchronized int count(int lane) {
        return table.count(lane);
    }

    /**
     * Moves a bucket; moves happen one after the other.
     *
     * @return how many connections went with it, once they have arrived; fails with a {@link
     *     StackException} when the lane has no room for them, and then nothing has changed
     * @throws IllegalArgumentException when there is no such bucket or lane
     */
    public synchronized CompletableFuture<Integer> move(int bucket, int lane) {
        check("bucket", bucket, table.buckets());
        check("lane", lane, lanes.size());
        if (isFixed) {
            return CompletableFuture.failedFuture(
                    new StackException(
                            "the lanes are driven by event loops, whose connections cannot move"));
        }
        CompletableFuture<Integer> done = new CompletableFuture<>();
        CompletableFuture<?> _ = last.whenComplete((_, _) -> begin(bucket, lane, done));
        last = done;
        return done;
    }

    /** From now on every bucket stays where it is. */
    synchronized void stay() {
        isFixed = true;
    }

    private static void check(String what, int given, int count) {
        if (given < 0 || given >= count) {
            throw new IllegalArgumentException(
                    "there is no "
                            + what
                            + " "
                            + given
                            + ": they are numbered from 0 to "
                            + (count - 1));
        }
    }

    private void begin(int bucket, int lane, CompletableFuture<Integer> done) {
        Lane from = lanes.get(lane(bucket));
        Lane to = lanes.get(lane);
        if (from == to) {
            done.complete(0);
            return;
        }
        CompletableFuture<Integer> moved = new CompletableFuture<>();
        // On the lane that gets the bucket, or the one that cannot give it.
        CompletableFuture<?> _ =
                moved.whenComplete((count, failure) -> {
                    if (failure != null) {
                        done.completeExceptionally(failure);
                    } else {
                        tellOthers(bucket, from, to);
                        done.complete(count);
                    }
                });
        try {
            to.execute(() -> ask(bucket, from, to, moved));
        } catch (StackException closed) {
            moved.completeExceptionally(closed);
        }
    }

    /** On the lane that is to get the bucket. */
    private void ask(int bucket, Lane from, Lane to, CompletableFuture<Integer> moved) {
        SteeredQueue steered = from.steered();
        int room = to.tcp().moves().room();
        if (steered == null || from.isClosed()) {
            moved.completeExceptionally(new StackException("the stack is closed"));
        } else {
            from.pass(to, new BucketMove(lanes, bucket, from, to, steered, room, moved)::begin);
        }
    }

    private void tellOthers(int bucket, Lane from, Lane to) {
        synchronized (this) {
            table.assign(bucket, to.index());
        }
        for (Lane other : lanes) {
            SteeredQueue steered = other.steered();
            if (other != from && other != to && steered != null) {
                other.pass(to, () -> BucketFollow.begin(lanes, bucket, other, from, to));
            }
        }
    }

    /**
     * Moves buckets from lanes that received much since the last call to lanes that received
     * little, until they are about even. A bucket that is busier than a whole lane should be stays
     * where it is.
     *
     * @return how many buckets moved, once they have
     */
    public CompletableFuture<Integer> rebalance() {
        List<CompletableFuture<long[]>> answers = new ArrayList<>();
        for (Lane lane : lanes) {
            answers.add(lane.submit(() -> framesOf(lane)));
        }
        return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                .thenCompose(_ -> even(answers));
    }

    private long[] framesOf(Lane lane) {
        long[] frames = new long[table.buckets()];
        SteeredQueue steered = lane.steered();
        for (int bucket = 0; steered != null && bucket < frames.length; bucket++) {
            frames[bucket] = steered.framesOf(bucket);
        }
        return frames;
    }

    private synchronized CompletableFuture<Integer> even(List<CompletableFuture<long[]>> answers) {
        long[] news = new long[table.buckets()];
        for (CompletableFuture<long[]> answer : answers) {
            long[] frames = answer.join();
            for (int bucket = 0; bucket < news.length; bucket++) {
                news[bucket] += frames[bucket];
            }
        }
        int[] planned = new int[news.length];
        for (int bucket = 0; bucket < news.length; bucket++) {
            long total = news[bucket];
            news[bucket] -= seen[bucket];
            seen[bucket] = total;
            planned[bucket] = table.lane(bucket);
        }
        plan(news, planned, lanes.size());
        CompletableFuture<Integer> all = CompletableFuture.completedFuture(0);
        for (int bucket = 0; bucket < news.length; bucket++) {
            if (planned[bucket] != table.lane(bucket)) {
                all = all.thenCombine(move(bucket, planned[bucket]), (count, _) -> count + 1);
            }
        }
        return all;
    }

    /**
     * Changes {@code lanes}, the lane of each bucket, so that each of the {@code count} lanes has
     * about the same load.
     */
    static void plan(long[] load, int[] lanes, int count) {
        long[] sums = new long[count];
        for (int bucket = 0; bucket < load.length; bucket++) {
            sums[lanes[bucket]] += load[bucket];
        }
        for (int round = 0; round < load.length; round++) {
            int most = 0;
            int least = 0;
            for (int lane = 1; lane < count; lane++) {
                most = sums[lane] > sums[most] ? lane : most;
                least = sums[lane] < sums[least] ? lane : least;
            }
            long difference = sums[most] - sums[least];
            int best = -1;
            // The best is half the difference; what is more than all of it makes it worse.
            for (int bucket = 0; bucket < load.length; bucket++) {
                if (lanes[bucket] == most
                        && load[bucket] > 0
                        && load[bucket] < difference
                        && (best < 0
                                || Math.abs(2 * load[bucket] - difference)
                                        < Math.abs(2 * load[best] - difference))) {
                    best = bucket;
                }
            }
            if (best < 0 || difference * 100 <= sums[most] * TOLERANCE) {
                return;
            }
            lanes[best] = least;
            sums[most] -= load[best];
            sums[least] += load[best];
        }
    }

    @Override
    public synchronized String toString() {
        return "buckets of the lanes: " + Arrays.toString(countsByLane());
    }

    private int[] countsByLane() {
        int[] counts = new int[lanes.size()];
        for (int bucket = 0; bucket < table.buckets(); bucket++) {
            counts[table.lane(bucket)]++;
        }
        return counts;
    }
}
