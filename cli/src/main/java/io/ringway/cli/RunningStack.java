package io.ringway.cli;

import io.ringway.Lane;
import io.ringway.Stack;
import io.ringway.StackConfig;
import io.ringway.cli.show.Terminal;
import io.ringway.port.ImpairmentConfig;
import io.ringway.port.ImpairmentPort;
import io.ringway.port.PcapngPort;
import io.ringway.port.Port;
import io.ringway.port.TracePort;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.time.Instant;

/**
 * A stack on its wire, as the options want it, with whatever records and counts it. It ends in good
 * order on Ctrl-C as well.
 */
final class RunningStack implements AutoCloseable {
    private final Network network;
    private final Stack stack;
    private final @Nullable StatsLine stats;
    private final Thread hook = new Thread(this::end, "ringway-end");
    private @Nullable ControlSocket control;
    private boolean isEnded;

    private RunningStack(Network network, Stack stack, @Nullable StatsLine stats) {
        this.network = network;
        this.stack = stack;
        this.stats = stats;
    }

    /** Opens the wire and a stack on it; nothing runs before {@link #start}. */
    static RunningStack open(StackOptions options, Terminal terminal) {
        StackConfig config = options.config();
        Network network = Network.open(options);
        Port port = network.port();
        try {
            port = decorated(port, options, terminal);
            Stack stack = Stack.open(config, port);
            StackOptions.Interval interval = options.stats();
            StatsLine stats =
                    interval == null
                            ? null
                            : new StatsLine(stack, terminal, interval.nanoseconds());
            RunningStack running = new RunningStack(network, stack, stats);
            Runtime.getRuntime().addShutdownHook(running.hook);
            return running;
        } catch (RuntimeException e) {
            port.close();
            network.close();
            throw e;
        }
    }

    /**
     * The stack sees the frames as the recorder does: what it sends before it is impaired, what it
     * gets after.
     */
    static Port decorated(Port port, StackOptions options, Terminal terminal) {
        Port outer = port;
        ImpairmentConfig impairment = options.impairment();
        if (impairment != null) {
            outer = new ImpairmentPort(outer, impairment);
        }
        Path pcap = options.pcap();
        if (pcap != null) {
            outer = PcapngPort.toFile(outer, pcap, epochOffsetNs());
        }
        if (options.isTracing()) {
            outer = new TracePort(outer, terminal.out(), System.nanoTime());
        }
        return outer;
    }

    /** What to add to the lane's time to get nanoseconds since 1970. */
    static long epochOffsetNs() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano() - System.nanoTime();
    }

    Network network() {
        return network;
    }

    Stack stack() {
        return stack;
    }

    /** The first lane, from which pings are sent. */
    Lane lane() {
        return stack.lane(0);
    }

    /** Gives the lanes their threads. */
    void start() {
        stack.start();
        if (stack.laneCount() > 1) {
            control = ControlSocket.open(stack);
        }
        if (stats != null) {
            stats.start();
        }
    }

    private synchronized void end() {
        if (isEnded) {
            return;
        }
        isEnded = true;
        if (control != null) {
            control.close();
        }
        if (stats != null) {
            stats.close();
        }
        stack.close();
        network.close();
    }

    @Override
    public void close() {
        end();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending, and the hook has run or waits for us.
        }
    }
}
