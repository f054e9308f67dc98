package io.ringway.bench.http;

import io.ringway.bench.BenchmarkException;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What wrk says at its end.
 *
 * @param requests how many were answered
 */
record WrkResult(long requests, double requestsPerSecond, double p50Micros, double p99Micros) {
    private static final Pattern REQUESTS = Pattern.compile("(\\d+) requests in ");
    private static final Pattern RATE = Pattern.compile("Requests/sec: +([\\d.]+)");
    private static final String TIME = "% +([\\d.]+)(us|ms|s|m)";

    /**
     * Reads it.
     *
     * @throws BenchmarkException when replies were wrong or connections broke
     */
    static WrkResult parse(String text) {
        if (text.contains("Non-2xx") || text.contains("Socket errors")) {
            throw new BenchmarkException("not every request was answered as it should:\n" + text);
        }
        return new WrkResult(
                Long.parseLong(find(REQUESTS, text).group(1)),
                Double.parseDouble(find(RATE, text).group(1)),
                micros(find(Pattern.compile("50" + TIME), text)),
                micros(find(Pattern.compile("99" + TIME), text)));
    }

    private static Matcher find(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            throw new BenchmarkException("wrk said something else:\n" + text);
        }
        return matcher;
    }

    private static double micros(Matcher time) {
        double unit =
                switch (time.group(2)) {
                    case "us" -> 1;
                    case "ms" -> 1e3;
                    case "s" -> 1e6;
                    default -> 60e6;
                };
        return Double.parseDouble(time.group(1)) * unit;
    }
}
