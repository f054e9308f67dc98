package io.ringway.cli;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A number of things on the command line, with decimal multiples: {@code 500}, {@code 10m}. */
record Count(int value) {
    private static final Pattern COUNT = Pattern.compile("(\\d{1,9})(?:\\.(\\d))?([km]?)");

    static Count parse(String text) {
        Matcher matcher = COUNT.matcher(text.strip().toLowerCase(Locale.ROOT).replace("_", ""));
        if (!matcher.matches() || (matcher.group(2) != null && matcher.group(3).isEmpty())) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a count: write 500, 100k, 1.5m or 10m");
        }
        long unit =
                switch (matcher.group(3)) {
                    case "k" -> 1_000;
                    case "m" -> 1_000_000;
                    default -> 1;
                };
        long value = Long.parseLong(matcher.group(1)) * unit;
        if (matcher.group(2) != null) {
            value += Long.parseLong(matcher.group(2)) * unit / 10;
        }
        if (value > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "a count is at most " + Integer.MAX_VALUE + "; given " + text);
        }
        return new Count((int) value);
    }
}
