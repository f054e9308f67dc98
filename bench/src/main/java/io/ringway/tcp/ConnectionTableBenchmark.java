package io.ringway.tcp;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

import java.util.concurrent.TimeUnit;

/** Finds connections in the table in random order, one by one and in bursts with early loads. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ConnectionTableBenchmark {
    private static final int BURST = 32;
    private static final int ORDER = 1 << 20;

    @Param({"1000", "100000", "1000000"})
    int connections;

    private final int[] order = new int[ORDER];
    private ConnectionTable table;
    private int position;

    @Setup(Level.Trial)
    public void fill() {
        table = new ConnectionTable(connections, ConnectionTableBenchmark::hash);
        for (int i = 0; i < connections; i++) {
            table.insert(hash(i), i);
        }
        long state = 1;
        for (int i = 0; i < ORDER; i++) {
            state = state * 0x5851_f42d_4c95_7f2dL + 0x1405_7b7e_f767_814fL;
            order[i] = (int) Long.remainderUnsigned(state >>> 16, connections);
        }
    }

    @TearDown(Level.Trial)
    public void close() {
        table.close();
    }

    private static int hash(int value) {
        long mixed = (value + 1) * 0x9e37_79b9_7f4a_7c15L;
        return (int) (mixed >>> 32 ^ mixed);
    }

    @Benchmark
    @OperationsPerInvocation(BURST)
    public int oneByOne() {
        int found = 0;
        for (int i = 0; i < BURST; i++) {
            found += find(order[position + i]);
        }
        next();
        return found;
    }

    @Benchmark
    @OperationsPerInvocation(BURST)
    public int touchedFirst() {
        int found = 0;
        for (int i = 0; i < BURST; i++) {
            found += table.touch(hash(order[position + i]));
        }
        for (int i = 0; i < BURST; i++) {
            found += find(order[position + i]);
        }
        next();
        return found;
    }

    private int find(int connection) {
        int hash = hash(connection);
        int at = table.first(hash);
        while (at >= 0 && table.value(at) != connection) {
            at = table.next(hash, at);
        }
        return at;
    }

    private void next() {
        position = (position + BURST) & (ORDER - 1);
    }
}
