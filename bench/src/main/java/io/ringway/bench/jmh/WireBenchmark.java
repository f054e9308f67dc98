package io.ringway.bench.jmh;

import io.ringway.wire.EthernetHeader;
import io.ringway.wire.Ipv4Header;
import io.ringway.wire.TcpHeader;
import io.ringway.wire.TcpOptions;
import io.ringway.wire.TcpOptionsWriter;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;

/** Reads the headers of a segment of 64 octets with time stamps. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class WireBenchmark {
    private static final int IP = EthernetHeader.LENGTH;
    private static final int TCP = IP + Ipv4Header.MIN_LENGTH;
    private static final int OPTIONS = TCP + TcpHeader.MIN_LENGTH;
    private static final int LENGTH = OPTIONS + TcpOptions.TIMESTAMPS_LENGTH + 64;
    private static final int TTL = 64;
    private static final int PROTOCOL = 6;

    private final EthernetHeader ethernet = new EthernetHeader();
    private final Ipv4Header ip = new Ipv4Header();
    private final TcpHeader tcp = new TcpHeader();
    private final TcpOptions options = new TcpOptions();
    private MemorySegment frame;

    @Setup
    public void write() {
        frame = Arena.ofAuto().allocate(LENGTH, 64);
        ethernet.wrap(frame, 0).set(1, 2, EthernetHeader.TYPE_IPV4);
        ip.wrap(frame, IP).headerLength(Ipv4Header.MIN_LENGTH);
        ip.totalLength(LENGTH - IP);
        ip.ttl(TTL);
        ip.protocol(PROTOCOL);
        ip.source(0xc612_0001);
        ip.destination(0xc612_0002);
        ip.updateChecksum();
        tcp.wrap(frame, TCP).sourcePort(7);
        tcp.destinationPort(4711);
        tcp.dataOffset(TcpHeader.MIN_LENGTH + TcpOptions.TIMESTAMPS_LENGTH);
        tcp.flags(TcpHeader.ACK);
        TcpOptionsWriter.timestamps(frame, OPTIONS, 123, 456);
    }

    /** Validates every header and its checksum, and reads what a connection needs of them. */
    @Benchmark
    public long headers() {
        ethernet.wrap(frame, 0);
        ip.wrap(frame, IP);
        tcp.wrap(frame, TCP);
        if (ethernet.type() != EthernetHeader.TYPE_IPV4
                || !ip.isValid(LENGTH - IP)
                || !ip.isChecksumValid()
                || !tcp.isValid(LENGTH - TCP)) {
            throw new IllegalStateException("the frame is not what was written");
        }
        return ip.addresses() + tcp.portsAndSequence() + tcp.ackOffsetFlagsWindow();
    }

    /** The time stamps where they usually are. */
    @Benchmark
    public long timestampsOnly() {
        return TcpOptions.isTimestampsOnly(frame, OPTIONS, TcpOptions.TIMESTAMPS_LENGTH)
                ? TcpOptions.fastTimestampValue(frame, OPTIONS)
                        + (long) TcpOptions.fastTimestampEcho(frame, OPTIONS)
                : 0;
    }

    /** The same by the parser that takes any options. */
    @Benchmark
    public long anyOptions() {
        options.parse(frame, OPTIONS, TcpOptions.TIMESTAMPS_LENGTH);
        return options.timestampValue() + (long) options.timestampEcho();
    }
}
