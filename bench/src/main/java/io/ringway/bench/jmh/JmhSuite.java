package io.ringway.bench.jmh;

import io.ringway.bench.Benchmark;
import io.ringway.bench.BenchmarkException;
import io.ringway.bench.Options;
import io.ringway.bench.Report;
import io.ringway.bench.Samples;

import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

import java.util.Collection;
import java.util.Locale;
import java.util.stream.Collectors;

/** Runs the JMH benchmarks, each in a JVM of its own, and shows what they allocate. */
public final class JmhSuite implements Benchmark {
    private static final String PACKAGES = "io\\.ringway\\.(bench\\.jmh|tcp)\\..*";

    @Override
    public String name() {
        return "jmh";
    }

    @Override
    public String summary() {
        return "single methods by JMH: checksum, table, wire, timer wheel, rings, the whole echo;"
                + " --only=REGEX --forks=1";
    }

    @Override
    public void run(Options options, Report report) {
        boolean isQuick = options.isQuick();
        OptionsBuilder jmh = new OptionsBuilder();
        jmh.include(PACKAGES + options.text("only", "") + ".*")
                .forks(options.number("forks", 1))
                .warmupIterations(isQuick ? 2 : 5)
                .warmupTime(TimeValue.milliseconds(isQuick ? 200 : 1000))
                .measurementIterations(isQuick ? 3 : 5)
                .measurementTime(TimeValue.milliseconds(isQuick ? 200 : 1000))
                .jvmArgsAppend(
                        "--sun-misc-unsafe-memory-access=allow",
                        // Agrona's ring, which is measured beside ours, needs it.
                        "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED")
                .addProfiler(GCProfiler.class)
                .verbosity(VerboseMode.SILENT);
        options.refuseOthers();
        report.row("benchmark", "parameters", "ns/op", "range", "B/op");
        double most = 0;
        try {
            Collection<RunResult> results = new Runner(jmh.build()).run();
            for (RunResult result : results) {
                most = Math.max(most, add(result, report));
            }
        } catch (RunnerException failed) {
            throw new BenchmarkException("JMH: " + failed.getMessage(), failed);
        }
        report.figure(
                String.format(
                        Locale.ROOT, "%.3f B/op (the most that any of them allocates)", most));
    }

    /** Adds a row and returns the octets allocated in an operation. */
    private static double add(RunResult result, Report report) {
        String label = result.getPrimaryResult().getLabel();
        String benchmark = result.getParams().getBenchmark();
        String holder = benchmark.substring(0, benchmark.lastIndexOf('.'));
        String name = holder.substring(holder.lastIndexOf('.') + 1) + "." + label;
        String parameters =
                result.getParams().getParamsKeys().stream()
                        .map(key -> key + "=" + result.getParams().getParam(key))
                        .collect(Collectors.joining(" "));
        Samples samples = new Samples();
        result.getBenchmarkResults()
                .forEach(fork ->
                        fork.getIterationResults()
                                .forEach(iteration ->
                                        samples.add(iteration.getPrimaryResult().getScore())));
        Result<?> allocated = result.getSecondaryResults().get("gc.alloc.rate.norm");
        double octets = allocated == null ? Double.NaN : allocated.getScore();
        report.samples(name + " " + parameters, samples);
        report.row(
                name,
                parameters,
                String.format(Locale.ROOT, "%.1f", samples.median()),
                samples.range("%.1f"),
                String.format(Locale.ROOT, "%.3f", octets));
        return octets;
    }
}
