package io.ringway.bench.path;

import io.ringway.bench.Benchmark;
import io.ringway.bench.BenchmarkException;
import io.ringway.bench.Options;
import io.ringway.bench.Report;
import io.ringway.bench.Samples;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * One flow over every combination of loss, delay and reordering, with each congestion control, for
 * Ringway and for the kernel in its place.
 */
public final class GoodputMatrix implements Benchmark {
    private static final double GOAL = 0.9;
    private static final String QUICK_CELLS = "0:20:0,1:20:0,3:1:2";

    @Override
    public String name() {
        return "goodput-matrix";
    }

    @Override
    public String summary() {
        return "one flow over loss x delay x reordering x congestion control, beside the kernel"
                + " over the same bridge; root; --loss=0,0.1,1,3,5 --delay=1,20,100"
                + " --reorder=0,2 --cells=1:20:2,… --algorithms=cubic,newreno,bbr"
                + " --directions=send,receive --mbit=100 --seconds=6 --rounds=2 --resume";
    }

    /** What is to be run. */
    private record Plan(
            List<Cell> cells,
            List<Algorithm> algorithms,
            List<Boolean> directions,
            int rounds,
            int seconds,
            long bitsPerSecond,
            boolean isResuming) {
        static Plan of(Options options) {
            boolean isQuick = options.isQuick();
            double[] losses = decimals(options.text("loss", "0,0.1,1,3,5"));
            double[] delays = decimals(options.text("delay", "1,20,100"));
            double[] reorders = decimals(options.text("reorder", "0,2"));
            String cells = options.text("cells", isQuick ? QUICK_CELLS : "");
            Plan plan =
                    new Plan(
                            cells.isEmpty()
                                    ? Cell.all(losses, delays, reorders)
                                    : Arrays.stream(cells.split(",", -1)).map(Cell::parse).toList(),
                            parseAlgorithms(
                                    options.text(
                                            "algorithms", isQuick ? "cubic" : Algorithm.names())),
                            parseDirections(options.text("directions", "send,receive")),
                            options.number("rounds", isQuick ? 1 : 2),
                            options.number("seconds", isQuick ? 2 : 6),
                            options.number("mbit", 100) * 1_000_000L,
                            options.has("resume"));
            options.refuseOthers();
            return plan;
        }
    }

    private static double[] decimals(String text) {
        try {
            return Arrays.stream(text.split(",", -1)).mapToDouble(Double::parseDouble).toArray();
        } catch (NumberFormatException notNumbers) {
            throw new BenchmarkException(
                    "a list of numbers such as 0,0.1,1 is expected; given \"" + text + "\"");
        }
    }

    private static List<Algorithm> parseAlgorithms(String text) {
        try {
            List<Algorithm> all = Arrays.stream(text.split(",", -1)).map(Algorithm::parse).toList();
            for (Algorithm algorithm : all) {
                if (!algorithm.isOurs()) {
                    throw new BenchmarkException("this stack has no " + algorithm.ours());
                }
            }
            return all;
        } catch (IllegalArgumentException unknown) {
            throw new BenchmarkException(
                    "--algorithms takes " + Algorithm.names() + "; given \"" + text + "\"");
        }
    }

    private static List<Boolean> parseDirections(String text) {
        return Arrays.stream(text.split(",", -1))
                .map(word ->
                        switch (word) {
                            case "send" -> true;
                            case "receive" -> false;
                            default ->
                                    throw new BenchmarkException(
                                            "--directions takes send and receive; given \""
                                                    + word
                                                    + "\"");
                        })
                .toList();
    }

    @Override
    public void run(Options options, Report report) {
        Plan plan = Plan.of(options);
        Path csv = report.directory().resolve(name() + ".csv");
        MatrixFile file =
                new MatrixFile(csv, plan.bitsPerSecond(), plan.seconds(), plan.isResuming());
        measure(plan, file, report);
        new MatrixTable(plan.algorithms(), plan.rounds(), file, report)
                .show(plan.cells(), plan.directions(), GOAL);
        for (boolean isSending : plan.directions()) {
            String direction = isSending ? "send" : "receive";
            report.plot(
                    name() + "-" + direction,
                    new MatrixPlot(plan.cells(), plan.algorithms(), plan.rounds(), file, isSending)
                            .svg(plan.bitsPerSecond() / 1e6));
        }
        report.note("A line a run: " + csv);
        report.note(
                "Payload that arrived in "
                        + plan.seconds()
                        + " s from the connection's beginning on, slow start included, over "
                        + plan.bitsPerSecond() / 1_000_000
                        + " Mbit/s with a queue of one BDP (100 frames at least). Loss and"
                        + " reordering both ways, the delay is a round trip's.");
        report.note(
                "The kernel in Ringway's place sends and receives over the same bridge with the"
                    + " same seeds. Ringway is behind it, one routed hop farther. Ratios are of the"
                    + " rounds' medians; with few losses in a run they scatter by some tens of per"
                    + " cent.");
    }

    private static void measure(Plan plan, MatrixFile file, Report report) {
        List<MatrixRun> runs = new ArrayList<>();
        for (int round = 1; round <= plan.rounds(); round++) {
            for (Cell cell : plan.cells()) {
                for (boolean isSending : plan.directions()) {
                    for (Algorithm algorithm : plan.algorithms()) {
                        runs.add(new MatrixRun(cell, isSending, true, algorithm, round));
                        runs.add(new MatrixRun(cell, isSending, false, algorithm, round));
                    }
                }
            }
        }
        runs.removeIf(file::has);
        if (!runs.isEmpty()) {
            // Compiled before it is measured, on a path that is good.
            Cell good = new Cell(0, 1, 0);
            for (boolean isSending : plan.directions()) {
                new MatrixRun(good, isSending, true, plan.algorithms().getFirst(), 0)
                        .measure(plan.bitsPerSecond(), 2);
            }
        }
        for (int i = 0; i < runs.size(); i++) {
            MatrixRun run = runs.get(i);
            MatrixRun.Result result = run.measure(plan.bitsPerSecond(), plan.seconds());
            file.add(run, result);
            report.progress(
                    String.format(
                            Locale.ROOT,
                            "%d of %d: %s: %.2f Mbit/s, %d resent, %d time-outs",
                            i + 1,
                            runs.size(),
                            run.key(),
                            result.megabits(),
                            result.resent(),
                            result.timeouts()));
        }
    }

    /** The median over the rounds. */
    static double median(
            MatrixFile file,
            Cell cell,
            boolean isSending,
            boolean isOurs,
            Algorithm algorithm,
            int rounds) {
        Samples samples = new Samples();
        for (int round = 1; round <= rounds; round++) {
            MatrixRun run = new MatrixRun(cell, isSending, isOurs, algorithm, round);
            samples.add(file.get(run).megabits());
        }
        return samples.median();
    }
}
