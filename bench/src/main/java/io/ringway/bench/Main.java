package io.ringway.bench;

import io.ringway.bench.bulk.BulkLink;
import io.ringway.bench.echo.EchoLink;
import io.ringway.bench.http.Autobahn;
import io.ringway.bench.http.H2Spec;
import io.ringway.bench.http.HttpRate;
import io.ringway.bench.inlining.CheckInlining;
import io.ringway.bench.jmh.JmhSuite;
import io.ringway.bench.kernel.ConnectionRate;
import io.ringway.bench.kernel.EchoKernel;
import io.ringway.bench.kernel.Goodput;
import io.ringway.bench.lanes.LaneSpeedUp;
import io.ringway.bench.many.IdleMemory;
import io.ringway.bench.many.TenMillion;
import io.ringway.bench.path.Fairness;
import io.ringway.bench.path.GoodputMatrix;
import io.ringway.bench.path.QueueDelay;
import io.ringway.bench.path.SynFlood;
import io.ringway.port.PortException;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;

/** The command {@code ./ringway bench}. */
public final class Main {
    private static final int FAILED = 1;
    private static final int WRONG_USE = 2;

    private static final List<Benchmark> BENCHMARKS =
            List.of(
                    new EchoLink(),
                    new LaneSpeedUp(),
                    new TenMillion(),
                    new IdleMemory(),
                    new BulkLink(),
                    new Goodput(),
                    new EchoKernel(),
                    new ConnectionRate(),
                    new GoodputMatrix(),
                    new Fairness(),
                    new QueueDelay(),
                    new SynFlood(),
                    new HttpRate(),
                    new H2Spec(),
                    new Autobahn(),
                    new JmhSuite(),
                    new CheckInlining());

    private Main() {}

    /** Runs a benchmark and exits with 0, 1 when it failed, or 2 when it was called wrongly. */
    public static void main(String[] arguments) {
        System.exit(run(List.of(arguments), System.out, System.err));
    }

    static int run(List<String> arguments, PrintStream out, PrintStream err) {
        if (arguments.isEmpty() || arguments.contains("--help") || arguments.contains("--list")) {
            out.println("./ringway bench NAME [--quick] [--option=value …]");
            for (Benchmark benchmark : BENCHMARKS) {
                out.printf("  %-14s %s%n", benchmark.name(), benchmark.summary());
            }
            return arguments.isEmpty() ? WRONG_USE : 0;
        }
        try {
            Benchmark benchmark = find(arguments.getFirst());
            Options options = Options.parse(arguments.subList(1, arguments.size()));
            Report report = new Report(benchmark.name(), directory(), out);
            benchmark.run(options, report);
            return report.finish(options) ? 0 : FAILED;
        } catch (BenchmarkException | PortException failed) {
            err.println("ringway bench: " + failed.getMessage());
            return FAILED;
        }
    }

    private static Benchmark find(String name) {
        return BENCHMARKS.stream()
                .filter(benchmark -> benchmark.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () -> new BenchmarkException("no benchmark \"" + name + "\"; see --list"));
    }

    private static Path directory() {
        return Path.of(System.getProperty("ringway.root", "."), "target", "bench");
    }
}
