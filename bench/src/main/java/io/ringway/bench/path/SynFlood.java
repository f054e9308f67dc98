package io.ringway.bench.path;

import io.ringway.IdleStrategy;
import io.ringway.Stack;
import io.ringway.StackConfig;
import io.ringway.bench.Benchmark;
import io.ringway.bench.BenchmarkException;
import io.ringway.bench.Options;
import io.ringway.bench.Report;
import io.ringway.bench.Samples;
import io.ringway.bench.echo.EchoHandler;
import io.ringway.bench.kernel.Outcome;
import io.ringway.bench.kernel.PeerProgram;
import io.ringway.ip.DuplicateDetection;
import io.ringway.linux.NetNamespace;
import io.ringway.linux.TapConfig;
import io.ringway.linux.TapPort;
import io.ringway.memory.Counter;
import io.ringway.wire.IpPrefix;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** A flood of SYNs from addresses that nobody has, and honest clients in the middle of it. */
public final class SynFlood implements Benchmark {
    private static final String SERVER = "198.18.0.2";
    private static final String CLIENT = "198.18.0.1";
    private static final int ECHO_PORT = 7;
    private static final int QUEUE_FRAMES = 20_000;
    private static final int LOOK_MS = 100;
    private static final int PATIENCE_SECONDS = 60;

    @Override
    public String name() {
        return "syn-flood";
    }

    @Override
    public String summary() {
        return "a million SYNs with forged addresses beside 100 honest clients that connect, send"
                + " 64 KiB and get it back: how many are served, in what time, memory, cookies;"
                + " root; --syns=1_000_000 --rate=150_000 --clients=100";
    }

    /** What one part of the run saw. */
    private record Flooded(double served, Outcome honest, double syns, long mostResidentKiB) {}

    @Override
    public void run(Options options, Report report) {
        boolean isQuick = options.isQuick();
        int syns = options.number("syns", 1_000_000);
        int rate = options.number("rate", isQuick ? 200_000 : 150_000);
        int clients = options.number("clients", 100);
        options.refuseOthers();
        try (Server server = new Server()) {
            // Compiled, and every page of the pools touched that an honest client needs.
            report.progress("warming up");
            server.flood(Math.max(1, syns / 10), rate, clients);
            report.progress(clients + " clients without a flood");
            Outcome alone = server.honest(clients, 2);
            String before = server.counters();
            long residentKiB = residentKiB();
            report.progress(syns + " SYNs and " + clients + " clients");
            Flooded flooded = server.flood(syns, rate, clients);
            show(report, clients, alone, flooded, residentKiB);
            report.detail("counters before", before);
            report.detail("counters after", server.counters());
            report.note("Counters: " + server.counters());
            report.note(
                    String.format(
                            Locale.ROOT,
                            "Flood: %.0f SYNs in %.1f s, each from another address and port;"
                                + " generator and clients in one namespace, Ringway behind a TAP,"
                                + " all on this machine's processors. Default limits, cookies as"
                                + " they come.",
                            flooded.syns(),
                            (double) syns / rate));
            report.figure(
                    String.format(
                            Locale.ROOT,
                            "%.0f per cent of %d honest clients served during %.0f forged SYNs (p99"
                                    + " %.0f ms; resident memory %+d KiB)",
                            100 * flooded.served() / clients,
                            clients,
                            flooded.syns(),
                            flooded.honest().get("p99") / 1e6,
                            flooded.mostResidentKiB() - residentKiB));
            if (flooded.served() < clients) {
                report.fail("not every honest client was served");
            }
        }
    }

    private static void show(
            Report report, int clients, Outcome alone, Flooded flooded, long residentKiB) {
        report.row("", "clients", "served", "p50 ms", "p99 ms", "most ms", "resident KiB");
        row(report, "without a flood", clients, alone, residentKiB);
        row(report, "in the flood", clients, flooded.honest(), flooded.mostResidentKiB());
        report.samples(
                "p99 ns, without and with",
                new Samples().add(alone.get("p99")).add(flooded.honest().get("p99")));
    }

    private static void row(
            Report report, String what, int clients, Outcome honest, long residentKiB) {
        report.row(
                what,
                String.valueOf(clients),
                String.format(Locale.ROOT, "%.0f", honest.get("served")),
                String.format(Locale.ROOT, "%.1f", honest.get("p50") / 1e6),
                String.format(Locale.ROOT, "%.1f", honest.get("p99") / 1e6),
                String.format(Locale.ROOT, "%.1f", honest.get("most") / 1e6),
                String.valueOf(residentKiB));
    }

    /** Resident memory of this process. */
    private static long residentKiB() {
        try {
            return Files.readAllLines(Path.of("/proc/self/status"), StandardCharsets.UTF_8).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Our echo server behind a TAP, and the namespace in front of it. */
    private static final class Server implements AutoCloseable {
        private final String program = PeerProgram.compile().toString();
        private final NetNamespace namespace = NetNamespace.create();
        private final Stack stack;

        Server() {
            TapConfig tap =
                    TapConfig.builder()
                            .queueFrames(QUEUE_FRAMES)
                            .kernelAddresses(List.of(IpPrefix.parse(CLIENT + "/24")))
                            .build();
            try {
                TapPort port = namespace.call(() -> TapPort.open(tap));
                stack =
                        Stack.open(
                                StackConfig.builder()
                                        .address(SERVER + "/24")
                                        .gateway(CLIENT)
                                        .idle(IdleStrategy.POLL)
                                        .ip(ip -> ip.duplicateDetection(DuplicateDetection.OFF))
                                        .build(),
                                port);
            } catch (RuntimeException failed) {
                namespace.close();
                throw failed;
            }
            stack.listen(ECHO_PORT, new EchoHandler());
            stack.start();
        }

        Outcome honest(int clients, double seconds) {
            return ended(start("honest", clients, seconds));
        }

        /** Honest clients begin over the whole time of the flood. */
        Flooded flood(int syns, int rate, int clients) {
            double seconds = (double) syns / rate;
            Process flood = start("flood", syns, rate);
            Process honest = start("honest", clients, seconds);
            long mostKiB = 0;
            try {
                while (!honest.waitFor(LOOK_MS, TimeUnit.MILLISECONDS)) {
                    mostKiB = Math.max(mostKiB, residentKiB());
                }
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new BenchmarkException("interrupted", interrupted);
            }
            Outcome outcome = ended(honest);
            double sent = ended(flood).get("syns");
            return new Flooded(outcome.get("served"), outcome, sent, mostKiB);
        }

        private Process start(String mode, int count, double last) {
            return namespace.start(
                    new ProcessBuilder(
                                    program,
                                    mode,
                                    SERVER,
                                    String.valueOf(count),
                                    String.valueOf(last))
                            .redirectError(ProcessBuilder.Redirect.INHERIT));
        }

        private static Outcome ended(Process process) {
            try {
                if (process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)
                        && process.exitValue() == 0) {
                    return Outcome.parse(process.inputReader(StandardCharsets.UTF_8).readLine(), 0);
                }
                process.destroyForcibly();
                throw new BenchmarkException("a client failed: " + process.info().commandLine());
            } catch (IOException failed) {
                throw new BenchmarkException("cannot read what a client writes", failed);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new BenchmarkException("interrupted", interrupted);
            }
        }

        /** Every counter that has to do with connections being opened. */
        String counters() {
            StringBuilder text = new StringBuilder();
            for (Counter counter : Counter.values()) {
                long value = stack.counter(counter);
                boolean isOfOpening =
                        counter.name().contains("SYN")
                                || counter.name().contains("COOKIE")
                                || counter.isDrop();
                if (value != 0 && isOfOpening) {
                    text.append(counter).append('=').append(value).append(' ');
                }
            }
            return text.toString().strip();
        }

        @Override
        public void close() {
            stack.close();
            namespace.close();
        }
    }
}
