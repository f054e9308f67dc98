package io.ringway.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Medians as bars with the range of their rounds, as SVG: for rows that are to be compared. */
public final class Bars {
    private static final int WIDTH = 720;
    private static final int LEFT = 270;
    private static final int RIGHT = 60;
    private static final int TOP = 46;
    private static final int ROW = 16;
    private static final String[] COLOURS = {"#05a", "#c40", "#284"};

    private final String title;
    private final double mark;
    private final List<Bar> bars = new ArrayList<>();

    private record Bar(String label, Samples samples, int colour) {}

    /**
     * An empty plot.
     *
     * @param mark where a line is drawn across all bars, or 0
     */
    public Bars(String title, double mark) {
        this.title = title;
        this.mark = mark;
    }

    /** Adds a bar in one of three colours, counted from 0. */
    public void add(String label, Samples samples, int colour) {
        bars.add(new Bar(label, samples, colour));
    }

    /** The whole picture. */
    public String svg() {
        double most = Math.max(mark, 1e-9);
        for (Bar bar : bars) {
            most = Math.max(most, bar.samples().most());
        }
        double scale = (WIDTH - LEFT - RIGHT) / most;
        int height = TOP + ROW * bars.size() + 10;
        StringBuilder to = new StringBuilder();
        line(
                to,
                "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d'"
                        + " font-family='sans-serif' font-size='11'>",
                WIDTH,
                height);
        line(to, "<rect width='100%%' height='100%%' fill='white'/>");
        line(to, "<text x='10' y='18'>%s</text>", title);
        if (mark > 0) {
            double x = LEFT + mark * scale;
            line(
                    to,
                    "<line x1='%.1f' y1='%d' x2='%.1f' y2='%d' stroke='#888'/>",
                    x,
                    TOP - 10,
                    x,
                    height - 5);
        }
        for (int i = 0; i < bars.size(); i++) {
            bar(to, bars.get(i), TOP + i * ROW, scale);
        }
        return to.append("</svg>\n").toString();
    }

    private static void bar(StringBuilder to, Bar bar, int y, double scale) {
        double median = bar.samples().median();
        double middle = y + ROW / 2.0 - 1;
        line(
                to,
                "<text x='%d' y='%.1f' text-anchor='end'>%s</text>",
                LEFT - 6,
                middle + 4,
                bar.label());
        line(
                to,
                "<rect x='%d' y='%d' width='%.1f' height='%d' fill='%s'/>",
                LEFT,
                y,
                median * scale,
                ROW - 4,
                COLOURS[bar.colour()]);
        line(
                to,
                "<line x1='%.1f' y1='%.1f' x2='%.1f' y2='%.1f' stroke='black'/>",
                LEFT + bar.samples().least() * scale,
                middle,
                LEFT + bar.samples().most() * scale,
                middle);
        line(
                to,
                "<text x='%.1f' y='%.1f'>%.2f</text>",
                LEFT + bar.samples().most() * scale + 5,
                middle + 4,
                median);
    }

    @SuppressWarnings("AnnotateFormatMethod") // Private, and the callers are above.
    private static void line(StringBuilder to, String format, Object... values) {
        to.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
