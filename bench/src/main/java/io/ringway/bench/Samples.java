package io.ringway.bench;

import java.util.Arrays;
import java.util.Locale;

/** A list of measurements of one thing, and what is quoted of it. */
public final class Samples {
    private double[] values = new double[16];
    private int count;

    public Samples add(double value) {
        if (count == values.length) {
            values = Arrays.copyOf(values, 2 * count);
        }
        values[count++] = value;
        return this;
    }

    public int count() {
        return count;
    }

    public void clear() {
        count = 0;
    }

    /** All of them in the order they came. */
    public double[] all() {
        return Arrays.copyOf(values, count);
    }

    /** The value below which {@code part} of them lie, 0 to 1; NaN when there is none. */
    public double quantile(double part) {
        if (count == 0) {
            return Double.NaN;
        }
        double[] sorted = all();
        Arrays.sort(sorted);
        double at = part * (count - 1);
        int below = (int) at;
        int above = Math.min(below + 1, count - 1);
        return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
    }

    public double median() {
        return quantile(0.5);
    }

    public double least() {
        return quantile(0);
    }

    public double most() {
        return quantile(1);
    }

    /** The least and the largest, with as many decimals as {@code format} says. */
    public String range(String format) {
        return String.format(Locale.ROOT, format + "–" + format, least(), most());
    }

    /** These divided by others, pair by pair, in the order they came. */
    public Samples over(Samples others) {
        Samples ratios = new Samples();
        for (int i = 0; i < Math.min(count, others.count); i++) {
            ratios.add(values[i] / others.values[i]);
        }
        return ratios;
    }
}
