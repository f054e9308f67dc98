package io.ringway.bench.jmh;

import io.ringway.wire.Checksum;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.TimeUnit;

/** The Internet checksum over memory that is in the cache. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ChecksumBenchmark {
    // As behind an Ethernet header in a frame: not aligned to more than 2.
    private static final long OFFSET = 66;

    @Param({"64", "512", "1460", "65535"})
    int length;

    private MemorySegment memory;

    @Setup
    public void fill() {
        memory = Arena.ofAuto().allocate(OFFSET + length, 64);
        for (int i = 0; i < length; i++) {
            memory.set(ValueLayout.JAVA_BYTE, OFFSET + i, (byte) (i * 31));
        }
    }

    /** Sums all of it. */
    @Benchmark
    public int compute() {
        return Checksum.compute(memory, OFFSET, length);
    }

    /** Mends a checksum after 32 bits have changed; the length does not matter. */
    @Benchmark
    public int update() {
        return Checksum.update32(0x1234, length, 0x0a0b_0c0d);
    }
}
