package io.ringway.testkit;

import io.ringway.Lane;
import io.ringway.Stack;
import io.ringway.StackConfig;
import io.ringway.ip.DuplicateDetection;
import io.ringway.port.ImpairmentConfig;
import io.ringway.port.ImpairmentPort;
import io.ringway.port.LinkConfig;
import io.ringway.port.LinkPort;
import io.ringway.port.PcapngPort;
import io.ringway.port.Port;
import io.ringway.wire.Endpoint;
import io.ringway.wire.IpAddress;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/**
 * Two stacks joined by a link, driven by the calling thread in virtual time: when neither has
 * anything to do, the clock jumps to the next deadline. The same seed gives the same run, packet by
 * packet.
 *
 * <pre>{@code
 * try (Pair pair = Pair.with().impairment("loss=5%,delay=10ms").seed(7).build()) {
 *     pair.a().listen(7, echo);
 *     var connection = pair.b().connect(pair.endpointA(7), client);
 *     pair.runUntil(client::isDone, Duration.ofMinutes(1));
 *     pair.assertClean();
 * }
 * }</pre>
 *
 * <p>Stack a has 198.18.0.1 and 2001:2::1, stack b 198.18.0.2 and 2001:2::2. One thread.
 */
public final class Pair implements AutoCloseable {
    private static final long MILLI = 1_000_000;
    private static final Duration DRAIN = Duration.ofMinutes(30);
    private static final int MAX_BUSY_CYCLES = 10_000_000;

    private final VirtualClock clock = new VirtualClock();
    private final Stack a;
    private final Stack b;
    private final List<Lane> lanes = new ArrayList<>();

    private Pair(Builder builder) {
        LinkPort.Pair link = LinkPort.pair(builder.link);
        this.a = Stack.open(builder.config(1, clock), builder.impaired(link.a(), 1));
        this.b = Stack.open(builder.config(2, clock), builder.impaired(link.b(), 2));
        for (int i = 0; i < a.laneCount(); i++) {
            lanes.add(a.lane(i));
        }
        for (int i = 0; i < b.laneCount(); i++) {
            lanes.add(b.lane(i));
        }
    }

    /** A clean link of MTU 1,500 without latency, and everything in software. */
    public static Pair create() {
        return with().build();
    }

    public static Builder with() {
        return new Builder();
    }

    /** What a pair is made of. */
    public static final class Builder {
        private LinkConfig link = LinkConfig.PLAIN;
        private ImpairmentConfig impairment = ImpairmentConfig.NONE;
        private UnaryOperator<StackConfig.Builder> both = UnaryOperator.identity();
        private UnaryOperator<StackConfig.Builder> onlyA = UnaryOperator.identity();
        private UnaryOperator<StackConfig.Builder> onlyB = UnaryOperator.identity();
        private UnaryOperator<Port> tapA = UnaryOperator.identity();
        private UnaryOperator<Port> tapB = UnaryOperator.identity();
        private long seed = 1;

        private Builder() {}

        public Builder link(LinkConfig value) {
            link = value;
            return this;
        }

        /**
         * Makes the link bad in both directions, with a seed for each that follows from the pair's.
         */
        public Builder impairment(ImpairmentConfig value) {
            impairment = value;
            return this;
        }

        public Builder impairment(String text) {
            return impairment(ImpairmentConfig.parse(text));
        }

        /** Changes the settings of both stacks. */
        public Builder config(UnaryOperator<StackConfig.Builder> change) {
            both = change;
            return this;
        }

        public Builder configA(UnaryOperator<StackConfig.Builder> change) {
            onlyA = change;
            return this;
        }

        public Builder configB(UnaryOperator<StackConfig.Builder> change) {
            onlyB = change;
            return this;
        }

        /**
         * Wraps the port of stack a, behind the impairment: to record what it sends and receives.
         */
        public Builder tap(UnaryOperator<Port> wrap) {
            tapA = wrap;
            return this;
        }

        /** Wraps the port of stack b in the same way. */
        public Builder tapB(UnaryOperator<Port> wrap) {
            tapB = wrap;
            return this;
        }

        /** Records what passes the port of stack a in a pcapng file, which tshark opens. */
        public Builder capture(Path file) {
            return tap(port -> PcapngPort.toFile(port, file, 0));
        }

        /** What all randomness of the run follows from. */
        public Builder seed(long value) {
            seed = value;
            return this;
        }

        public Pair build() {
            return new Pair(this);
        }

        private StackConfig config(int host, VirtualClock clock) {
            StackConfig.Builder config =
                    StackConfig.builder()
                            .address("198.18.0." + host + "/24")
                            .ip(ip -> ip.duplicateDetection(DuplicateDetection.OFF))
                            .smallFrames(1024)
                            .largeFrames(64)
                            .clock(clock)
                            .seed(seed * 31 + host);
            // IPv6 does not run over links below 1,280 (RFC 8200 §5).
            if (link.mtu() >= 1280) {
                config.address("2001:2::" + host + "/64");
            }
            config.tcp(tcp -> tcp.initialConnections(64));
            return (host == 1 ? onlyA : onlyB).apply(both.apply(config)).build();
        }

        private Port impaired(Port end, int host) {
            Port port =
                    impairment.isNone()
                            ? end
                            : new ImpairmentPort(
                                    end,
                                    impairment.withSeed(seed * 31 + host),
                                    ImpairmentConfig.NONE);
            return (host == 1 ? tapA : tapB).apply(port);
        }
    }

    public Stack a() {
        return a;
    }

    public Stack b() {
        return b;
    }

    public VirtualClock clock() {
        return clock;
    }

    /** A port of stack a, over IPv4. */
    public Endpoint endpointA(int port) {
        return new Endpoint(IpAddress.parse("198.18.0.1"), port);
    }

    /** A port of stack a, over IPv6. */
    public Endpoint endpointA6(int port) {
        return new Endpoint(IpAddress.parse("2001:2::1"), port);
    }

    /** A port of stack b, over IPv4. */
    public Endpoint endpointB(int port) {
        return new Endpoint(IpAddress.parse("198.18.0.2"), port);
    }

    /** Lets so much virtual time pass. */
    public void run(Duration time) {
        runUntil(() -> false, time);
    }

    /** Runs until nothing is left to be done at this very instant. */
    public void settle() {
        runUntil(() -> false, Duration.ZERO);
    }

    /**
     * Runs until the condition holds, or so much virtual time has passed.
     *
     * @return whether the condition holds
     */
    public boolean runUntil(BooleanSupplier condition, Duration limit) {
        long endNs = clock.nanoTime() + limit.toNanos();
        int busy = 0;
        while (!condition.getAsBoolean()) {
            long nowNs = clock.nanoTime();
            if (doWork(nowNs) != 0) {
                busy++;
                if (busy > MAX_BUSY_CYCLES) {
                    throw new AssertionError(
                            "the stacks do not come to rest: "
                                    + busy
                                    + " busy cycles at one instant");
                }
                continue;
            }
            busy = 0;
            if (nowNs >= endNs) {
                return condition.getAsBoolean();
            }
            long nextNs = nextDeadlineNs(nowNs);
            // A deadline that is here without any work is one that was told early: a little later,
            // then.
            clock.advanceTo(Math.min(endNs, nextNs > nowNs ? nextNs : nowNs + MILLI / 10));
        }
        return true;
    }

    private int doWork(long nowNs) {
        int work = 0;
        for (Lane lane : lanes) {
            work += lane.doWork(nowNs);
        }
        return work;
    }

    private long nextDeadlineNs(long nowNs) {
        long next = Long.MAX_VALUE;
        for (Lane lane : lanes) {
            next = Math.min(next, lane.nextDeadlineNs(nowNs));
        }
        return next;
    }

    /**
     * Lets half an hour pass, which ends every TIME-WAIT and reassembly, and then fails unless
     * every connection is gone and every frame is back in its pool.
     */
    public void assertClean() {
        run(DRAIN);
        String found = Leaks.find(a) + Leaks.find(b);
        if (!found.isEmpty()) {
            throw new AssertionError(found);
        }
    }

    @Override
    public void close() {
        a.close();
        b.close();
    }
}
