package io.ringway.bench.path;

import java.util.List;
import java.util.Locale;

/**
 * Goodput over loss as SVG: a panel for each delay and reordering, a line for each algorithm, ours
 * solid and the kernel's dashed. The vertical axis is logarithmic.
 */
final class MatrixPlot {
    private static final int WIDTH = 300;
    private static final int HEIGHT = 220;
    private static final int LEFT = 46;
    private static final int TOP = 30;
    private static final int BOTTOM = 40;
    private static final int RIGHT = 14;
    private static final int HEADER = 50;
    private static final String[] COLOURS = {"#05a", "#c40", "#284"};
    private static final double LEAST = 0.1;

    private final List<Cell> cells;
    private final List<Algorithm> algorithms;
    private final int rounds;
    private final MatrixFile file;
    private final boolean isSending;
    private final List<Double> delays;
    private final List<Double> reorders;
    private final List<Double> losses;
    private final StringBuilder to = new StringBuilder();
    private double decades;

    MatrixPlot(
            List<Cell> cells,
            List<Algorithm> algorithms,
            int rounds,
            MatrixFile file,
            boolean isSending) {
        this.cells = cells;
        this.algorithms = algorithms;
        this.rounds = rounds;
        this.file = file;
        this.isSending = isSending;
        this.delays = cells.stream().map(Cell::delayMs).distinct().sorted().toList();
        this.reorders = cells.stream().map(Cell::reorderPercent).distinct().sorted().toList();
        this.losses = cells.stream().map(Cell::lossPercent).distinct().sorted().toList();
    }

    /** The picture; no goodput is above {@code megabits}. */
    String svg(double megabits) {
        decades = Math.ceil(Math.log10(megabits / LEAST));
        int width = WIDTH * delays.size();
        line(
                "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d'"
                        + " font-family='sans-serif' font-size='11'>",
                Math.max(width, 2 * WIDTH), HEADER + HEIGHT * reorders.size());
        line("<rect width='100%%' height='100%%' fill='white'/>");
        text(
                10,
                18,
                "start",
                "Goodput in Mbit/s over loss in %, "
                        + (isSending ? "sent to" : "received from")
                        + " a kernel. Solid: Ringway. Dashed: the kernel in its place.");
        for (int i = 0; i < algorithms.size(); i++) {
            double x = 10 + i * 110;
            line(
                    "<line x1='%.0f' y1='32' x2='%.0f' y2='32' stroke='%s' stroke-width='2'/>",
                    x, x + 24, COLOURS[i]);
            text(x + 30, 36, "start", algorithms.get(i).ours());
        }
        for (int row = 0; row < reorders.size(); row++) {
            for (int column = 0; column < delays.size(); column++) {
                panel(column * WIDTH, HEADER + row * HEIGHT, delays.get(column), reorders.get(row));
            }
        }
        return to.append("</svg>\n").toString();
    }

    private void panel(int x, int y, double delay, double reorder) {
        text(
                x + WIDTH / 2.0,
                y + 18,
                "middle",
                MatrixTable.plain(delay) + " ms, " + MatrixTable.plain(reorder) + " % reordered");
        for (int decade = 0; decade <= decades; decade++) {
            double value = LEAST * Math.pow(10, decade);
            double at = y + height(value);
            line(
                    "<line x1='%d' y1='%.1f' x2='%d' y2='%.1f' stroke='#ddd'/>",
                    x + LEFT, at, x + WIDTH - RIGHT, at);
            text(x + LEFT - 5, at + 4, "end", MatrixTable.plain(value));
        }
        for (int i = 0; i < losses.size(); i++) {
            text(
                    x + across(i),
                    y + HEIGHT - BOTTOM + 15,
                    "middle",
                    MatrixTable.plain(losses.get(i)));
        }
        for (int i = 0; i < algorithms.size(); i++) {
            curve(x, y, delay, reorder, i, true);
            curve(x, y, delay, reorder, i, false);
        }
    }

    private void curve(int x, int y, double delay, double reorder, int algorithm, boolean isOurs) {
        StringBuilder points = new StringBuilder();
        for (int i = 0; i < losses.size(); i++) {
            Cell cell = new Cell(losses.get(i), delay, reorder);
            if (cells.contains(cell)) {
                double value =
                        GoodputMatrix.median(
                                file, cell, isSending, isOurs, algorithms.get(algorithm), rounds);
                double px = x + across(i);
                double py = y + height(value);
                points.append(String.format(Locale.ROOT, "%.1f,%.1f ", px, py));
                line(
                        "<circle cx='%.1f' cy='%.1f' r='%s' fill='%s'/>",
                        px, py, isOurs ? "3.5" : "2", COLOURS[algorithm]);
            }
        }
        line(
                "<polyline points='%s' fill='none' stroke='%s'%s/>",
                points.toString().strip(),
                COLOURS[algorithm],
                isOurs ? "" : " stroke-dasharray='5 4'");
    }

    private double across(int loss) {
        double step = (WIDTH - LEFT - RIGHT - 20.0) / Math.max(1, losses.size() - 1);
        return LEFT + 10 + loss * step;
    }

    private double height(double value) {
        double part = Math.log10(Math.max(value, LEAST) / LEAST) / decades;
        return HEIGHT - BOTTOM - part * (HEIGHT - TOP - BOTTOM);
    }

    private void text(double x, double y, String anchor, String text) {
        line("<text x='%.1f' y='%.1f' text-anchor='%s'>%s</text>", x, y, anchor, text);
    }

    @SuppressWarnings("AnnotateFormatMethod") // Private, and the callers are above.
    private void line(String format, Object... values) {
        to.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
