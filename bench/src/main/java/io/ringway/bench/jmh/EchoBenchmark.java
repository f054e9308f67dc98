package io.ringway.bench.jmh;

import io.ringway.bench.echo.EchoRig;

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

/**
 * The whole stack's echo of 64 octets over the link in memory, with connections in random order.
 *
 * <p>JMH's own score holds the peer's part as well; {@code ./ringway bench echo-link} tells the
 * stack's share. {@code gc.alloc.rate.norm} must be 0 B/op.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class EchoBenchmark {
    private static final int BURST = 32;
    private static final int WARM_UP = 1_000_000;

    @Param({"1", "1000", "100000", "1000000"})
    int connections;

    private EchoRig rig;

    @Setup(Level.Trial)
    public void open() {
        rig = new EchoRig(connections, BURST, connections > EchoRig.MOST_PIGGYBACK);
        // Many iterations of JMH are too short to compile all of the stack.
        for (int done = 0; done < WARM_UP; done += rig.burst()) {
            rig.roundTrips();
        }
    }

    @TearDown(Level.Trial)
    public void close() {
        rig.close();
    }

    /** 32 round trips, in one burst where there are as many connections. */
    @Benchmark
    @OperationsPerInvocation(BURST)
    public long roundTrip() {
        long spentNs = 0;
        for (int done = 0; done < BURST; done += rig.burst()) {
            spentNs += rig.roundTrips();
        }
        return spentNs;
    }
}
