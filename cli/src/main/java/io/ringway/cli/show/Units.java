package io.ringway.cli.show;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes, rates and durations as people write and read them. */
public final class Units {
    private static final Pattern SIZE =
            Pattern.compile("(\\d{1,15})(?:\\.(\\d{1,3}))?\\s*([kKmMgGtT]?)(i?)[bB]?");
    private static final Pattern DURATION =
            Pattern.compile("(\\d{1,9}(?:\\.\\d{1,6})?)(ns|us|µs|ms|s|m|h)");
    private static final String[] BINARY = {"B", "KiB", "MiB", "GiB", "TiB"};
    private static final String[] RATES = {"bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s"};

    private Units() {}

    /**
     * Reads a number of octets: {@code 1500}, {@code 64k}, {@code 256MiB}, {@code 1.5G}. The
     * multiples are of 1,024.
     *
     * @throws IllegalArgumentException when it is none
     */
    public static long parseSize(String text) {
        Matcher matcher = SIZE.matcher(text.strip());
        if (!matcher.matches() || (matcher.group(3).isEmpty() && !matcher.group(4).isEmpty())) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a size: write 1500, 64k, 256M or 1GiB");
        }
        int shift =
                " KMGT".indexOf(matcher.group(3).toUpperCase(Locale.ROOT).concat(" ").charAt(0))
                        * 10;
        String fraction = matcher.group(2);
        try {
            long octets = Math.multiplyExact(Long.parseLong(matcher.group(1)), 1L << shift);
            if (fraction != null) {
                octets =
                        Math.addExact(
                                octets,
                                Math.round(Double.parseDouble("0." + fraction) * (1L << shift)));
            }
            return octets;
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(
                    "'" + text + "' is more than this program can count", e);
        }
    }

    /**
     * Reads a duration: {@code 500us}, {@code 20ms}, {@code 1.5s}, {@code 2m}.
     *
     * @return nanoseconds
     * @throws IllegalArgumentException when it is none
     */
    public static long parseDurationNs(String text) {
        Matcher matcher = DURATION.matcher(text.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "'"
                            + text
                            + "' is not a duration: write a number with its unit, as in 500us,"
                            + " 20ms, 1.5s or 2m");
        }
        double unit =
                switch (matcher.group(2)) {
                    case "ns" -> 1;
                    case "us", "µs" -> 1e3;
                    case "ms" -> 1e6;
                    case "m" -> 60e9;
                    case "h" -> 3600e9;
                    default -> 1e9;
                };
        return Math.round(Double.parseDouble(matcher.group(1)) * unit);
    }

    /** Octets with the unit that keeps the number short: {@code 256 MiB}, {@code 1.5 KiB}. */
    public static String octets(long octets) {
        double value = octets;
        int unit = 0;
        while (value >= 1023.95 && unit < BINARY.length - 1) {
            value /= 1024;
            unit++;
        }
        return number(value) + " " + BINARY[unit];
    }

    /** Bits in a second, with decimal multiples as is usual for networks: {@code 9.42 Gbit/s}. */
    public static String rate(double bitsPerSecond) {
        double value = bitsPerSecond;
        int unit = 0;
        while (value >= 999.5 && unit < RATES.length - 1) {
            value /= 1000;
            unit++;
        }
        return significant(value) + " " + RATES[unit];
    }

    /** The rate of that many octets in that time. */
    public static String rate(long octets, long nanoseconds) {
        return rate(octets * 8e9 / Math.max(1, nanoseconds));
    }

    /**
     * A duration with the unit that keeps the number short: {@code 85 µs}, {@code 40.3 ms}, {@code
     * 1.25 s}.
     */
    public static String duration(long nanoseconds) {
        if (nanoseconds < 1_000) {
            return nanoseconds + " ns";
        }
        if (nanoseconds < 999_500) {
            return significant(nanoseconds / 1e3) + " µs";
        }
        if (nanoseconds < 999_500_000L) {
            return significant(nanoseconds / 1e6) + " ms";
        }
        if (nanoseconds < 60_000_000_000L) {
            return significant(nanoseconds / 1e9) + " s";
        }
        long seconds = nanoseconds / 1_000_000_000L;
        return "%d min %d s".formatted(seconds / 60, seconds % 60);
    }

    /**
     * A count with the multiple that keeps it short: {@code 950}, {@code 81.3 k}, {@code 1.2 M}.
     */
    public static String count(long count) {
        if (count < 10_000) {
            return Long.toString(count);
        }
        return count < 999_500 ? significant(count / 1e3) + " k" : significant(count / 1e6) + " M";
    }

    private static String number(double value) {
        return value == Math.rint(value) || value >= 100
                ? Long.toString(Math.round(value))
                : String.format(Locale.ROOT, "%.1f", value);
    }

    /** Three digits that matter, and no zero behind a whole number. */
    private static String significant(double value) {
        if (value >= 99.95 || value == Math.rint(value)) {
            return Long.toString(Math.round(value));
        }
        return String.format(Locale.ROOT, value >= 9.995 ? "%.1f" : "%.2f", value);
    }
}
