package io.ringway.bench.kernel;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ringway.IdleStrategy;
import io.ringway.Stack;
import io.ringway.StackConfig;
import io.ringway.bench.BenchmarkException;
import io.ringway.bench.bulk.BulkSource;
import io.ringway.bench.bulk.Pattern;
import io.ringway.bench.echo.EchoHandler;
import io.ringway.ip.DuplicateDetection;
import io.ringway.linux.NetNamespace;
import io.ringway.memory.Counter;
import io.ringway.port.Port;
import io.ringway.wire.IpPrefix;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Where the client runs against one server after the other: a network namespace with the client in
 * it, a TAP to a stack of ours, a veth to the kernel's server in a second namespace, and the
 * kernel's server behind the loopback. Nothing of the machine's own network is touched, and it all
 * goes when this is closed.
 */
final class Course implements AutoCloseable {
    private static final int ECHO_PORT = 7;
    private static final int DISCARD_PORT = 9;
    private static final int STREAM_PORT = 19;
    private static final int PATIENCE_SECONDS = 15;
    private static final int MOST_DESCRIPTORS = 16_384;

    private final List<String> program;
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final Set<Side> sides;
    private final NetNamespace client;
    private final List<Stack> stacks = new ArrayList<>();

    /**
     * Makes it all.
     *
     * @param sides the servers to be started
     * @param congestion the congestion control of the kernel's connections by its name; empty for
     *     the kernel's default
     */
    Course(IdleStrategy idle, String congestion, Set<Side> sides) {
        this.sides = sides;
        String compiled = PeerProgram.compile().toString();
        this.program =
                congestion.isEmpty() ? List.of(compiled) : List.of(compiled, "-c", congestion);
        try {
            this.client = keep(NetNamespace.create());
            NetNamespace server = keep(NetNamespace.create());
            OurPorts.veth(client, "bench0", "198.18.1.1/24", server, "bench1");
            server.address("bench1", IpPrefix.parse(Side.VETH.address() + "/24"));
            server.address("bench1", IpPrefix.parse(Side.NETTY_VETH.address() + "/24"));
            // So that ports of connections that are over can be used again after a second.
            client.run(Course::allowManyPorts);
            for (Side side : sides) {
                start(side, server, idle);
            }
        } catch (RuntimeException failed) {
            close();
            throw failed;
        }
    }

    private <T extends AutoCloseable> T keep(T resource) {
        opened.addFirst(resource);
        return resource;
    }

    private static void allowManyPorts() {
        try {
            Path settings = Path.of("/proc/sys/net/ipv4");
            Files.writeString(settings.resolve("ip_local_port_range"), "1024 65535");
            Files.writeString(settings.resolve("tcp_tw_reuse"), "1");
        } catch (IOException failed) {
            throw new BenchmarkException("cannot set what a client may use: " + failed, failed);
        }
    }

    private void start(Side side, NetNamespace server, IdleStrategy idle) {
        switch (side) {
            case RINGWAY -> openStack(side, OurPorts.tap(client), idle);
            case PACKET ->
                    openStack(side, OurPorts.packet(client, keep(NetNamespace.create())), idle);
            case XDP -> openStack(side, OurPorts.xdp(client, keep(NetNamespace.create())), idle);
            case VETH -> startServer(server, side, command("server", side.address()));
            case LOOPBACK -> startServer(client, side, command("server", side.address()));
            case NETTY_VETH -> startServer(server, side, netty(side));
            case NETTY_LOOPBACK -> startServer(client, side, netty(side));
        }
    }

    private static List<String> netty(Side side) {
        return NettyServer.command(side.address(), MOST_DESCRIPTORS);
    }

    /** The servers that were started. */
    Set<Side> sides() {
        return sides;
    }

    private Stack openStack(Side side, Port port, IdleStrategy idle) {
        StackConfig config =
                StackConfig.builder()
                        .address(side.address() + "/24")
                        .ip(ip -> ip.duplicateDetection(DuplicateDetection.OFF))
                        .idle(idle)
                        .build();
        Stack stack = keep(Stack.open(config, port));
        stacks.add(stack);
        stack.listen(ECHO_PORT, new EchoHandler());
        stack.listen(DISCARD_PORT, new DiscardHandler());
        stack.listen(STREAM_PORT, new BulkSource(new Pattern()));
        stack.start();
        return stack;
    }

    private static void startServer(NetNamespace namespace, Side side, List<String> command) {
        Process server =
                namespace.start(
                        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT));
        String said = firstLine(server);
        if (!said.equals("ready")) {
            throw new BenchmarkException("the server at " + side.address() + " does not start");
        }
    }

    private List<String> command(String... words) {
        List<String> command = new ArrayList<>(program);
        command.addAll(List.of(words));
        return command;
    }

    private static String firstLine(Process process) {
        try {
            return Objects.requireNonNullElse(process.inputReader(UTF_8).readLine(), "");
        } catch (IOException failed) {
            throw new BenchmarkException("cannot read what a program writes: " + failed, failed);
        }
    }

    /**
     * Runs the client against a server.
     *
     * @param mode what it is to do: {@code echo}, {@code send} or {@code receive}
     * @param arguments what comes behind the address; the last one is how many seconds it takes
     */
    Outcome run(Side side, String mode, String... arguments) {
        List<String> command = command(mode, side.address());
        command.addAll(List.of(arguments));
        double before = ProcStat.busySeconds();
        Process process =
                client.start(
                        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT));
        long seconds = (long) Double.parseDouble(arguments[arguments.length - 1]);
        try {
            if (!process.waitFor(seconds + PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new BenchmarkException(
                        "the client hangs: " + String.join(" ", command) + "; " + counters());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new BenchmarkException("interrupted", interrupted);
        }
        double busy = ProcStat.busySeconds() - before;
        if (process.exitValue() != 0) {
            throw new BenchmarkException(
                    "the client failed: " + String.join(" ", command) + "; " + counters());
        }
        return Outcome.parse(firstLine(process), busy);
    }

    /** How many processors are busy while nothing is measured: what else this machine does. */
    double busyWhileIdle() {
        double before = ProcStat.busySeconds();
        long startNs = System.nanoTime();
        try {
            Thread.sleep(1000);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        return (ProcStat.busySeconds() - before) * 1e9 / (System.nanoTime() - startNs);
    }

    /** Every counter of our stacks that is not 0. */
    String counters() {
        StringBuilder text = new StringBuilder();
        for (Stack stack : stacks) {
            text.append(stack).append(": ");
            for (Counter counter : Counter.values()) {
                long value = stack.counter(counter);
                if (value != 0) {
                    text.append(counter).append('=').append(value).append(' ');
                }
            }
        }
        return text.toString().strip();
    }

    @Override
    public void close() {
        for (AutoCloseable resource : opened) {
            try {
                resource.close();
            } catch (Exception failed) {
                System.err.println("ringway bench: cannot close " + resource + ": " + failed);
            }
        }
    }
}
