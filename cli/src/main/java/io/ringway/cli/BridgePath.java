package io.ringway.cli;

import io.ringway.linux.BridgeThread;
import io.ringway.linux.TapPort;
import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.port.Bridge;
import io.ringway.port.ImpairmentConfig;
import io.ringway.port.ImpairmentCounts;
import io.ringway.port.ImpairmentPort;
import io.ringway.port.PcapngPort;
import io.ringway.port.Port;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;

/**
 * The path between the two ends: what is bad about it, what is recorded of it, and what it counts.
 */
final class BridgePath implements AutoCloseable {
    // The same seed both ways must not mean the same fate.
    private static final long OTHER_DIRECTION = 0x6a09_e667_f3bc_c909L;

    private final Port portA;
    private final Port portB;
    private final ImpairmentPort impaired;
    private final Bridge bridge;
    private final BridgeThread thread;

    private BridgePath(Port portA, Port portB, ImpairmentPort impaired) {
        this.portA = portA;
        this.portB = portB;
        this.impaired = impaired;
        this.bridge = new Bridge(impaired, portB);
        this.thread = BridgeThread.start(bridge);
    }

    /**
     * Joins two ends. Recordings hold what an end sends before anything happens to it, and what it
     * gets after.
     */
    static BridgePath open(
            TapPort a,
            TapPort b,
            ImpairmentConfig up,
            ImpairmentConfig down,
            @Nullable Path pcapA,
            @Nullable Path pcapB) {
        Port portA = recorded(a, pcapA);
        try {
            Port portB = recorded(b, pcapB);
            ImpairmentConfig other = down.withSeed(down.seed() ^ OTHER_DIRECTION);
            return new BridgePath(portA, portB, new ImpairmentPort(portA, other, up));
        } catch (RuntimeException e) {
            portA.close();
            throw e;
        }
    }

    private static Port recorded(TapPort port, @Nullable Path file) {
        return file == null ? port : PcapngPort.toFile(port, file, RunningStack.epochOffsetNs());
    }

    /** A direction's counts so far. */
    record Counts(
            long frames,
            long octets,
            long arrived,
            long lost,
            long duplicated,
            long corrupted,
            long reordered,
            long overflowed) {
        static final Counts NONE = new Counts(0, 0, 0, 0, 0, 0, 0, 0);

        private static Counts of(Counters from, Counters to, ImpairmentCounts fate) {
            return new Counts(
                    from.get(Counter.FRAMES_RECEIVED),
                    to.get(Counter.OCTETS_SENT),
                    to.get(Counter.FRAMES_SENT),
                    fate.lost(),
                    fate.duplicated(),
                    fate.corrupted(),
                    fate.reordered(),
                    fate.overflowed());
        }
    }

    /** From the first end to the second. Any thread; a moment old. */
    Counts up() {
        return Counts.of(bridge.countersA(), bridge.countersB(), impaired.received());
    }

    /** From the second end to the first. */
    Counts down() {
        return Counts.of(bridge.countersB(), bridge.countersA(), impaired.transmitted());
    }

    /** Whether it still forwards. */
    boolean isRunning() {
        return thread.isRunning();
    }

    @Override
    public void close() {
        thread.close();
        portA.close();
        portB.close();
    }
}
