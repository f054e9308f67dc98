package io.ringway.bench.path;

import io.ringway.bench.Report;
import io.ringway.bench.Samples;

import java.util.List;
import java.util.Locale;

/** The table of the matrix, and its figure: the worst ratio to the kernel. */
final class MatrixTable {
    private final List<Algorithm> algorithms;
    private final int rounds;
    private final MatrixFile file;
    private final Report report;
    private final Samples ratios = new Samples();
    private double worst = Double.MAX_VALUE;
    private String worstText = "";

    MatrixTable(List<Algorithm> algorithms, int rounds, MatrixFile file, Report report) {
        this.algorithms = algorithms;
        this.rounds = rounds;
        this.file = file;
        this.report = report;
    }

    void show(List<Cell> cells, List<Boolean> directions, double goal) {
        report.row(
                "direction",
                "delay ms",
                "reorder %",
                "loss %",
                "algorithm",
                "Ringway Mbit/s",
                "kernel Mbit/s",
                "ratio",
                "sent again",
                "kernel's",
                "time-outs",
                "kernel's");
        for (boolean isSending : directions) {
            for (Cell cell : cells) {
                for (Algorithm algorithm : algorithms) {
                    row(cell, isSending, algorithm);
                }
            }
        }
        long below = 0;
        for (double ratio : ratios.all()) {
            below += ratio < goal ? 1 : 0;
        }
        report.samples("ratios", ratios);
        report.figure(
                String.format(
                        Locale.ROOT,
                        "%.2f times the kernel with the same algorithm over the same path (the"
                                + " worst of %d: %s; median %.2f; %d below %.1f)",
                        worst,
                        ratios.count(),
                        worstText,
                        ratios.median(),
                        below,
                        goal));
    }

    private void row(Cell cell, boolean isSending, Algorithm algorithm) {
        double ours = GoodputMatrix.median(file, cell, isSending, true, algorithm, rounds);
        double kernels = GoodputMatrix.median(file, cell, isSending, false, algorithm, rounds);
        double ratio = ours / kernels;
        ratios.add(ratio);
        String direction = isSending ? "Ringway sends" : "Ringway receives";
        if (ratio < worst) {
            worst = ratio;
            worstText =
                    String.format(
                            Locale.ROOT,
                            "%s, %s %% loss, %s ms, %s %% reordered, %s",
                            direction,
                            plain(cell.lossPercent()),
                            plain(cell.delayMs()),
                            plain(cell.reorderPercent()),
                            algorithm.ours());
        }
        MatrixRun.Result our = first(cell, isSending, true, algorithm);
        MatrixRun.Result kernel = first(cell, isSending, false, algorithm);
        report.row(
                direction,
                plain(cell.delayMs()),
                plain(cell.reorderPercent()),
                plain(cell.lossPercent()),
                algorithm.ours(),
                String.format(Locale.ROOT, "%.2f", ours),
                String.format(Locale.ROOT, "%.2f", kernels),
                String.format(Locale.ROOT, "%.2f", ratio),
                count(our.resent()),
                count(kernel.resent()),
                count(our.timeouts()),
                count(kernel.timeouts()));
    }

    private MatrixRun.Result first(
            Cell cell, boolean isSending, boolean isOurs, Algorithm algorithm) {
        return file.get(new MatrixRun(cell, isSending, isOurs, algorithm, 1));
    }

    private static String count(long value) {
        return value < 0 ? "" : String.valueOf(value);
    }

    static String plain(double value) {
        return value == Math.rint(value)
                ? String.valueOf((long) value)
                : String.format(Locale.ROOT, "%s", value);
    }
}
