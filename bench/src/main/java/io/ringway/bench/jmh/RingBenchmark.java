package io.ringway.bench.jmh;

import io.ringway.memory.MpscRing;
import io.ringway.memory.SpscLongRing;
import io.ringway.memory.SpscRing;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

import java.util.concurrent.TimeUnit;

/**
 * Puts into a ring and takes out again by one thread: what the instructions cost, without misses.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RingBenchmark {
    private static final int CAPACITY = 1024;
    private static final int BATCH = 32;

    private final SpscRing<Object> spsc = new SpscRing<>(CAPACITY);
    private final MpscRing<Object> mpsc = new MpscRing<>(CAPACITY);
    private final SpscLongRing longs = new SpscLongRing(CAPACITY);
    private final Object element = new Object();

    @Benchmark
    public void spsc(Blackhole hole) {
        spsc.offer(element);
        hole.consume(spsc.poll());
    }

    @Benchmark
    public void mpsc(Blackhole hole) {
        mpsc.offer(element);
        hole.consume(mpsc.poll());
    }

    /** Published and released once for 32. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long longsBatched() {
        for (int i = 0; i < BATCH; i++) {
            longs.offer(i);
        }
        longs.publish();
        long sum = 0;
        while (longs.hasNext()) {
            sum += longs.remove();
        }
        longs.release();
        return sum;
    }
}
