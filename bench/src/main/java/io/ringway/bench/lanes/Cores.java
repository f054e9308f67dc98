package io.ringway.bench.lanes;

import io.ringway.bench.BenchmarkException;
import io.ringway.bench.Samples;
import io.ringway.linux.Affinity;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Threads that stay on a processor each, and run a loop on one of them or on all at once. */
final class Cores implements AutoCloseable {
    private static final int TURNS = 16;

    private final List<ExecutorService> threads = new ArrayList<>();

    /** What is repeated: returns how much was done. */
    @FunctionalInterface
    interface Turn {
        int turn(int core);
    }

    /** Pins a thread to each of so many processors. */
    Cores(int count) {
        BitSet allowed = Affinity.allowed();
        if (allowed.cardinality() < count) {
            throw new BenchmarkException(
                    "this takes "
                            + count
                            + " processors; this process may use "
                            + allowed.cardinality());
        }
        int cpu = -1;
        for (int i = 0; i < count; i++) {
            cpu = allowed.nextSetBit(cpu + 1);
            int pinned = cpu;
            ExecutorService thread = Executors.newSingleThreadExecutor();
            threads.add(thread);
            await(thread.submit(() -> Affinity.pin(pinned)));
        }
    }

    /**
     * Repeats a turn on the first {@code count} cores at once.
     *
     * @param durationNs how long
     * @return nanoseconds for each thing done, by core: the median over groups of turns, so that
     *     one in which something else had the processor does not count
     */
    double[] run(int count, long durationNs, Turn turn) {
        CountDownLatch start = new CountDownLatch(count);
        List<Future<Double>> results = new ArrayList<>();
        for (int core = 0; core < count; core++) {
            int which = core;
            results.add(threads.get(core).submit(() -> repeat(which, start, durationNs, turn)));
        }
        return results.stream().mapToDouble(Cores::await).toArray();
    }

    private static double repeat(int core, CountDownLatch start, long durationNs, Turn turn)
            throws InterruptedException {
        start.countDown();
        start.await();
        Samples samples = new Samples();
        long startNs = System.nanoTime();
        long nowNs = startNs;
        while (nowNs - startNs < durationNs) {
            long done = 0;
            long beforeNs = nowNs;
            for (int i = 0; i < TURNS; i++) {
                done += turn.turn(core);
            }
            nowNs = System.nanoTime();
            samples.add((nowNs - beforeNs) / (double) Math.max(1, done));
        }
        return samples.median();
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.get();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new BenchmarkException("interrupted", interrupted);
        } catch (ExecutionException failed) {
            throw new BenchmarkException(String.valueOf(failed.getCause()), failed);
        }
    }

    @Override
    public void close() {
        threads.forEach(ExecutorService::shutdownNow);
    }
}
