package io.ringway.cli.show;

import java.util.ArrayList;
import java.util.List;

/** A row of little bars, one for each interval: how a rate went over time. One thread. */
public final class Sparkline {
    private static final String UNICODE = "▁▂▃▄▅▆▇█";
    private static final String ASCII = "_.,-=+*#";

    private final List<Double> values = new ArrayList<>();

    /** Adds the value of the next interval, 0 or more. */
    public void add(double value) {
        values.add(Math.max(0, value));
    }

    /** The largest value, 0 when there is none. */
    public double maximum() {
        return values.stream().mapToDouble(Double::doubleValue).max().orElse(0);
    }

    public boolean isEmpty() {
        return values.isEmpty();
    }

    /**
     * Draws the values from 0 to the largest, in at most {@code width} characters: more values than
     * that are averaged.
     */
    public String draw(Terminal terminal, int width) {
        String levels = terminal.either(UNICODE, ASCII);
        double maximum = maximum();
        int cells = Math.min(width, values.size());
        StringBuilder text = new StringBuilder(cells);
        for (int cell = 0; cell < cells; cell++) {
            int from = (int) ((long) cell * values.size() / cells);
            int to = (int) ((long) (cell + 1) * values.size() / cells);
            double mean =
                    values.subList(from, to).stream()
                            .mapToDouble(Double::doubleValue)
                            .average()
                            .orElse(0);
            int level = maximum == 0 ? 0 : (int) Math.round(mean / maximum * (levels.length() - 1));
            text.append(levels.charAt(level));
        }
        return text.toString();
    }
}
