package io.ringway.port;

import java.math.BigDecimal;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Reads an {@link ImpairmentConfig} from a line of text. */
final class ImpairmentText {
    private static final String EXAMPLE =
            "loss=1%,delay=20ms,jitter=5ms,reorder=5%,duplicate=1%,corrupt=0.1%,rate=100mbit,"
                    + "queue=1000,seed=7";
    private static final Map<String, Long> TIMES =
            Map.of("ns", 1L, "us", 1_000L, "ms", 1_000_000L, "s", 1_000_000_000L);
    private static final Map<String, Long> RATES =
            Map.of(
                    "bit", 1L,
                    "kbit", 1_000L,
                    "mbit", 1_000_000L,
                    "gbit", 1_000_000_000L);

    private ImpairmentText() {}

    static ImpairmentConfig parse(String text) {
        ImpairmentConfig.Builder builder = ImpairmentConfig.builder();
        Set<String> seen = new HashSet<>();
        if (!text.isBlank() && !text.strip().equals("none")) {
            for (String part : text.split(",", -1)) {
                parsePart(builder, part.strip().toLowerCase(Locale.ROOT), seen);
            }
        }
        return builder.build();
    }

    private static void parsePart(ImpairmentConfig.Builder builder, String part, Set<String> seen) {
        int equals = part.indexOf('=');
        if (equals < 1) {
            throw wrong(part, "name=value");
        }
        String name = part.substring(0, equals).strip();
        String value = part.substring(equals + 1).strip();
        if (!seen.add(name)) {
            throw wrong(part, name + " only once");
        }
        switch (name) {
            case "loss" -> builder.loss(probability(part, value));
            case "duplicate" -> builder.duplicate(probability(part, value));
            case "corrupt" -> builder.corrupt(probability(part, value));
            case "reorder" -> builder.reorder(probability(part, value));
            case "delay" -> builder.delayNs(scaled(part, value, TIMES, "a time such as 20ms"));
            case "jitter" -> builder.jitterNs(scaled(part, value, TIMES, "a time such as 5ms"));
            case "rate" ->
                    builder.rateBitsPerSecond(
                            scaled(part, value, RATES, "bits a second such as 100mbit"));
            case "queue" -> builder.queueFrames((int) Math.min(whole(part, value), 1 << 30));
            case "seed" -> builder.seed(whole(part, value));
            default ->
                    throw wrong(
                            part,
                            "loss, duplicate, corrupt, reorder, delay, jitter, rate, queue or"
                                    + " seed");
        }
    }

    private static double probability(String part, String value) {
        if (!value.endsWith("%")) {
            throw wrong(part, "per cent such as 1%");
        }
        String expected = "from 0% to 100%";
        double percent =
                number(part, value.substring(0, value.length() - 1), expected).doubleValue();
        if (percent < 0 || percent > 100) {
            throw wrong(part, expected);
        }
        return percent / 100;
    }

    private static long scaled(
            String part, String value, Map<String, Long> units, String expected) {
        int digits = 0;
        while (digits < value.length() && !Character.isLetter(value.charAt(digits))) {
            digits++;
        }
        Long unit = units.get(value.substring(digits));
        if (unit == null) {
            throw wrong(part, expected);
        }
        BigDecimal scaled =
                number(part, value.substring(0, digits), expected)
                        .multiply(BigDecimal.valueOf(unit));
        if (scaled.signum() < 0 || scaled.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            throw wrong(part, expected);
        }
        return scaled.longValue();
    }

    private static long whole(String part, String value) {
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw wrong(part, "a whole number");
        }
    }

    private static BigDecimal number(String part, String digits, String expected) {
        try {
            BigDecimal number = new BigDecimal(digits.strip());
            // A huge exponent would make the arithmetic take for ever.
            if (Math.abs((long) number.scale()) <= 30) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw wrong(part, expected);
        }
        throw wrong(part, expected);
    }

    private static IllegalArgumentException wrong(String part, String expected) {
        return new IllegalArgumentException(
                "impairment: given '"
                        + part
                        + "', expected "
                        + expected
                        + "; for example "
                        + EXAMPLE);
    }
}
