package io.ringway.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A curve over a logarithmic axis, as SVG: for what a curve says better than a row. */
public final class Plot {
    private static final int WIDTH = 640;
    private static final int HEIGHT = 360;
    private static final int LEFT = 70;
    private static final int TOP = 40;
    private static final int RIGHT = 20;
    private static final int BOTTOM = 60;
    private static final int STEPS = 5;

    private final String title;
    private final String across;
    private final String up;
    private final List<Point> points = new ArrayList<>();

    private record Point(double x, double y, double low, double high) {}

    /**
     * An empty plot.
     *
     * @param across what the horizontal axis, in powers of ten, shows
     * @param up what the vertical axis, from 0, shows
     */
    public Plot(String title, String across, String up) {
        this.title = title;
        this.across = across;
        this.up = up;
    }

    /** Adds a point with the range of its rounds; {@code x} is at least 1. */
    public void add(double x, Samples samples) {
        points.add(new Point(x, samples.median(), samples.least(), samples.most()));
    }

    /** The whole picture. */
    public String svg() {
        double mostX = 10;
        double mostY = 1;
        for (Point point : points) {
            mostX = Math.max(mostX, point.x());
            mostY = Math.max(mostY, point.high());
        }
        double decades = Math.ceil(Math.log10(mostX));
        double step = niceStep(mostY / STEPS);
        double top = Math.ceil(mostY / step) * step;
        StringBuilder to = new StringBuilder();
        line(
                to,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\""
                        + " font-family=\"sans-serif\" font-size=\"12\">",
                WIDTH,
                HEIGHT);
        line(to, "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>");
        text(to, WIDTH / 2.0, 20, "middle", title);
        text(to, WIDTH / 2.0, HEIGHT - 15, "middle", across);
        text(to, LEFT, TOP - 8, "middle", up);
        for (int decade = 0; decade <= decades; decade++) {
            double x = x(Math.pow(10, decade), decades);
            rule(to, x, TOP, x, HEIGHT - BOTTOM);
            text(
                    to,
                    x,
                    HEIGHT - BOTTOM + 16,
                    "middle",
                    String.format(Locale.ROOT, "%,.0f", Math.pow(10, decade)));
        }
        for (double y = 0; y <= top + step / 2; y += step) {
            rule(to, LEFT, y(y, top), WIDTH - RIGHT, y(y, top));
            text(to, LEFT - 6, y(y, top) + 4, "end", String.format(Locale.ROOT, "%,.0f", y));
        }
        StringBuilder path = new StringBuilder();
        for (Point point : points) {
            double x = x(point.x(), decades);
            path.append(String.format(Locale.ROOT, "%.1f,%.1f ", x, y(point.y(), top)));
            line(
                    to,
                    "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#888\"/>",
                    x,
                    y(point.low(), top),
                    x,
                    y(point.high(), top));
            line(
                    to,
                    "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"#05a\"/>",
                    x,
                    y(point.y(), top));
            text(
                    to,
                    x,
                    y(point.y(), top) - 10,
                    "middle",
                    String.format(Locale.ROOT, "%,.0f", point.y()));
        }
        line(
                to,
                "<polyline points=\"%s\" fill=\"none\" stroke=\"#05a\"/>",
                path.toString().strip());
        return to.append("</svg>\n").toString();
    }

    private static double niceStep(double least) {
        double unit = Math.pow(10, Math.floor(Math.log10(least)));
        for (double factor : new double[] {1, 2, 5}) {
            if (factor * unit >= least) {
                return factor * unit;
            }
        }
        return 10 * unit;
    }

    private static double x(double value, double decades) {
        return LEFT + Math.log10(value) / decades * (WIDTH - LEFT - RIGHT);
    }

    private static double y(double value, double top) {
        return HEIGHT - BOTTOM - value / top * (HEIGHT - TOP - BOTTOM);
    }

    private static void rule(StringBuilder to, double x1, double y1, double x2, double y2) {
        line(
                to,
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#ddd\"/>",
                x1,
                y1,
                x2,
                y2);
    }

    private static void text(StringBuilder to, double x, double y, String anchor, String text) {
        line(to, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>", x, y, anchor, text);
    }

    @SuppressWarnings("AnnotateFormatMethod") // Private, and the callers are above.
    private static void line(StringBuilder to, String format, Object... values) {
        to.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
