package io.ringway.bench.jmh;

import io.ringway.steering.Toeplitz;
import io.ringway.wire.IpAddress;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** The hash that deals flows to lanes, with the symmetric key and with any other. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ToeplitzBenchmark {
    @Param({"symmetric", "general"})
    String key;

    private final long four = IpAddress.ipv4Low(0xc612_0001);
    private final long peer = IpAddress.ipv4Low(0xc612_0002);
    private Toeplitz hash = Toeplitz.symmetric();
    private int port;

    @Setup
    public void choose() {
        if (key.equals("general")) {
            byte[] octets = new byte[40];
            new SplittableRandom(1).nextBytes(octets);
            hash = Toeplitz.of(octets);
        }
    }

    /** Addresses and ports of IPv4; each call another port. */
    @Benchmark
    public int ipv4() {
        return hash.hash(0, peer, 0, four, port++ & 0xffff, 80);
    }

    /** The same of IPv6. */
    @Benchmark
    public int ipv6() {
        return hash.hash(0x2001_0002_0000_0000L, 2, 0x2001_0002_0000_0000L, 1, port++ & 0xffff, 80);
    }
}
