package io.ringway.bench.jmh;

import io.ringway.bench.rings.AgronaBytes;
import io.ringway.bench.rings.ByteQueue;
import io.ringway.bench.rings.FastForwardByteRing;
import io.ringway.bench.rings.JctoolsBytes;
import io.ringway.bench.rings.LamportByteRing;
import io.ringway.memory.ByteRing;
import io.ringway.memory.ChunkPool;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;

/**
 * Octets through a ring of 64 KiB, in pieces of one length: put in and taken out by one thread,
 * which shows what the instructions cost; and from one thread to another, where it is the misses.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ByteRingBenchmark {
    private static final int CAPACITY = 64 * 1024;

    /** Which ring. */
    @Param({"linked", "lamport", "fastforward", "jctools", "agrona"})
    public String ring;

    /** Octets in a piece. */
    @Param({"64", "1460", "16384"})
    public int octets;

    private ByteQueue queue;
    private MemorySegment from;
    private MemorySegment into;

    /** Makes the ring. */
    @Setup(Level.Trial)
    public void setup() {
        from = MemorySegment.ofArray(new byte[octets]);
        into = MemorySegment.ofArray(new byte[octets]);
        queue = queue(ring, octets);
    }

    /** A ring by its name. */
    static ByteQueue queue(String name, int octets) {
        return switch (name) {
            case "linked" -> linked(new ByteRing(new ChunkPool(64), CAPACITY));
            case "lamport" -> lamport(new LamportByteRing(CAPACITY));
            case "fastforward" -> fastForward(new FastForwardByteRing(CAPACITY));
            case "jctools" -> new JctoolsBytes(CAPACITY, octets);
            case "agrona" -> new AgronaBytes(CAPACITY, octets);
            default -> throw new IllegalArgumentException("no ring " + name);
        };
    }

    private static ByteQueue linked(ByteRing ring) {
        return new ByteQueue() {
            @Override
            public int write(MemorySegment from, int length) {
                return ring.write(from, 0, length);
            }

            @Override
            public int read(MemorySegment into, int length) {
                return ring.read(into, 0, length);
            }
        };
    }

    private static ByteQueue lamport(LamportByteRing ring) {
        return new ByteQueue() {
            @Override
            public int write(MemorySegment from, int length) {
                return ring.write(from, 0, length);
            }

            @Override
            public int read(MemorySegment into, int length) {
                return ring.read(into, 0, length);
            }
        };
    }

    private static ByteQueue fastForward(FastForwardByteRing ring) {
        return new ByteQueue() {
            @Override
            public int write(MemorySegment from, int length) {
                return ring.write(from, 0, length);
            }

            @Override
            public int read(MemorySegment into, int length) {
                return ring.read(into, 0, length);
            }
        };
    }

    /** One thread: in, and out again. */
    @Benchmark
    public void alone(Blackhole hole) {
        hole.consume(queue.write(from, octets));
        hole.consume(queue.read(into, octets));
    }

    /** The other thread of {@link #passed}. */
    @State(Scope.Benchmark)
    public static class Reader {
        private volatile boolean isOver;
        private Thread thread;

        /** Reads until the iteration is over. */
        @Setup(Level.Iteration)
        public void start(ByteRingBenchmark of) {
            isOver = false;
            thread =
                    Thread.ofPlatform()
                            .start(() -> {
                                MemorySegment into = MemorySegment.ofArray(new byte[of.octets]);
                                while (!isOver) {
                                    if (of.queue.read(into, of.octets) == 0) {
                                        Thread.onSpinWait();
                                    }
                                }
                                while (of.queue.read(into, of.octets) > 0) {
                                    // What is left, so that the next one begins empty.
                                }
                            });
        }

        /** Ends it. */
        @TearDown(Level.Iteration)
        public void stop() throws InterruptedException {
            isOver = true;
            thread.join();
        }
    }

    /** From one thread to another, which waits by spinning, as the writer does for room. */
    @Benchmark
    public void passed(Reader reader) {
        int left = octets;
        while (left > 0) {
            int count = queue.write(from, left);
            left -= count;
            if (count == 0) {
                Thread.onSpinWait();
            }
        }
    }
}
