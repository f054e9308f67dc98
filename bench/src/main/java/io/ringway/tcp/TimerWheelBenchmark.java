package io.ringway.tcp;

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

import java.util.concurrent.TimeUnit;

/** The timer wheel with many timers armed. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class TimerWheelBenchmark {
    private static final int SPREAD = 40_000;

    @Param({"1000", "1000000"})
    int timers;

    private final TimerWheel.Expiry armAgain = this::arm;
    private TimerWheel wheel;
    private int now;
    private int next;

    @Setup(Level.Trial)
    public void arm() {
        wheel = new TimerWheel(0, timers);
        now = 0;
        for (int i = 0; i < timers; i++) {
            wheel.arm(i, deadline(i));
        }
    }

    @TearDown(Level.Trial)
    public void close() {
        wheel.close();
    }

    private int deadline(int entry) {
        return now + 1 + Integer.remainderUnsigned(entry * 0x9e37_79b9, SPREAD);
    }

    /** Takes a timer out of the wheel and puts it in again elsewhere. */
    @Benchmark
    public void rearm() {
        next += 0x3779_79b9;
        int entry = Integer.remainderUnsigned(next, timers);
        wheel.disarm(entry);
        wheel.arm(entry, deadline(next));
    }

    /** Asks when there is no time gone by, which is what a lane does most. */
    @Benchmark
    public int nothingDue() {
        return wheel.expire(
                now,
                1,
                entry -> {
                    throw new IllegalStateException("timer " + entry + " is not due");
                });
    }

    /** A tick goes by, and what is due is armed again. */
    @Benchmark
    public int tick() {
        now++;
        return wheel.expire(now, Integer.MAX_VALUE, armAgain);
    }

    private void arm(int entry) {
        wheel.arm(entry, deadline(entry));
    }
}
