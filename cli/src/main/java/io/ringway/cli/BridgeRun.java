package io.ringway.cli;

import io.ringway.cli.show.Terminal;

import org.jspecify.annotations.Nullable;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;

/**
 * Two ends, the path between them and the programs in them, from the start to the end, which comes
 * in good order on Ctrl-C as well.
 */
final class BridgeRun implements AutoCloseable {
    private static final long SERVER_PATIENCE_NS = 3_000_000_000L;
    private static final long LOOK_MS = 20;

    private final BridgeEnd a;
    private final BridgeEnd b;
    private final BridgePath path;
    private final BridgeStats stats;
    private final Thread hook = new Thread(this::end, "ringway-end");
    private boolean isEnded;

    private BridgeRun(BridgeEnd a, BridgeEnd b, BridgePath path, BridgeStats stats) {
        this.a = a;
        this.b = b;
        this.path = path;
        this.stats = stats;
    }

    /** Makes everything that is to be; from then on frames pass. */
    static BridgeRun open(
            BridgeEnd.Wish wishA,
            BridgeEnd.Wish wishB,
            BiFunction<BridgeEnd, BridgeEnd, BridgePath> join,
            Terminal terminal,
            long statsNs) {
        BridgeEnd a = BridgeEnd.open(wishA);
        try {
            BridgeEnd b = BridgeEnd.open(wishB);
            try {
                BridgePath path = join.apply(a, b);
                BridgeStats stats = new BridgeStats(path, terminal, statsNs);
                BridgeRun run = new BridgeRun(a, b, path, stats);
                Runtime.getRuntime().addShutdownHook(run.hook);
                stats.start();
                return run;
            } catch (RuntimeException e) {
                b.close();
                throw e;
            }
        } catch (RuntimeException e) {
            a.close();
            throw e;
        }
    }

    /** Runs a program at the first end, and returns its exit status. */
    int command(List<String> command, @Nullable String server, long limitNs)
            throws IOException, InterruptedException {
        startServer(server);
        Process process = a.namespace().start(environment(new ProcessBuilder(command).inheritIO()));
        if (!process.waitFor(limitNs, TimeUnit.NANOSECONDS)) {
            throw new Failure(
                    ExitStatus.TIMED_OUT, command.getFirst() + " did not end within --duration");
        }
        return process.exitValue();
    }

    private ProcessBuilder environment(ProcessBuilder builder) {
        builder.environment().put("RINGWAY_A", String.valueOf(a.address()));
        builder.environment().put("RINGWAY_B", String.valueOf(b.address()));
        return builder;
    }

    /** Starts a program at the second end, and waits until a socket listens there. */
    private void startServer(@Nullable String line) throws IOException, InterruptedException {
        if (line == null) {
            return;
        }
        Path said = Files.createTempFile("ringway-server", ".log");
        try {
            awaitServer(line, said);
        } finally {
            // A server that still runs keeps the file, which nobody else sees any more.
            Files.delete(said);
        }
    }

    private void awaitServer(String line, Path said) throws IOException, InterruptedException {
        ProcessBuilder command =
                new ProcessBuilder("sh", "-c", line)
                        .redirectInput(new File("/dev/null"))
                        .redirectOutput(said.toFile())
                        .redirectErrorStream(true);
        Process process = b.namespace().start(environment(command));
        long startNs = System.nanoTime();
        // A server that listens nowhere, of UDP perhaps, is given some time and then trusted.
        while (!isListening(process.pid()) && System.nanoTime() - startNs < SERVER_PATIENCE_NS) {
            if (process.waitFor(LOOK_MS, TimeUnit.MILLISECONDS)) {
                throw Failure.failed(
                        "--server '"
                                + line
                                + "' ended at once, with status "
                                + process.exitValue()
                                + ": "
                                + Files.readString(said, StandardCharsets.UTF_8));
            }
        }
    }

    /** Whether any TCP socket listens in the namespace of a process. */
    private static boolean isListening(long pid) {
        for (String table : List.of("tcp", "tcp6")) {
            try {
                Path file = Path.of("/proc/" + pid + "/net/" + table);
                if (Files.readString(file, StandardCharsets.US_ASCII)
                        .lines()
                        .anyMatch(socket -> socket.matches(" *\\d+: \\S+ \\S+ 0A .*"))) {
                    return true;
                }
            } catch (IOException e) {
                // It has no IPv6, or it has ended, which its status tells.
            }
        }
        return false;
    }

    /** Says how to use it, and waits. */
    int untilInterrupted(long limitNs, @Nullable String server, PrintWriter out)
            throws IOException, InterruptedException {
        startServer(server);
        out.println("A path between two kernels. Ctrl-C ends it.");
        out.println("  a: " + a.describe());
        out.println("  b: " + b.describe());
        out.println("Try, in two other terminals:");
        out.println("  " + b.namespace().prefix() + "iperf3 -s");
        out.println("  " + a.namespace().prefix() + "iperf3 -c " + addressOf(b));
        out.flush();
        long startNs = System.nanoTime();
        while (System.nanoTime() - startNs < limitNs) {
            if (!path.isRunning()) {
                throw new AssertionError("the bridge's thread has ended");
            }
            TimeUnit.NANOSECONDS.sleep(
                    Math.min(100_000_000, limitNs - (System.nanoTime() - startNs)));
        }
        return ExitStatus.OK;
    }

    private static String addressOf(BridgeEnd end) {
        return end.address() == null ? "ADDRESS" : end.address().toString();
    }

    /** The counts so far. */
    BridgePath path() {
        return path;
    }

    private synchronized void end() {
        if (isEnded) {
            return;
        }
        isEnded = true;
        stats.close();
        stats.printSummary();
        path.close();
        a.close();
        b.close();
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
