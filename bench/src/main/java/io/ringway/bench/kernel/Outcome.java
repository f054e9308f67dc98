package io.ringway.bench.kernel;

import io.ringway.bench.BenchmarkException;

import java.util.HashMap;
import java.util.Map;

/**
 * What one run of the client said, and what the machine did meanwhile.
 *
 * @param values by the names that the client prints
 * @param busySeconds of the whole machine, all processors added up
 */
public record Outcome(Map<String, Double> values, double busySeconds) {
    /** Reads the client's line. */
    public static Outcome parse(String line, double busySeconds) {
        Map<String, Double> values = new HashMap<>();
        for (String word : line.strip().split(" ", -1)) {
            int equals = word.indexOf('=');
            if (equals < 0) {
                throw new BenchmarkException("the client said something else: " + line);
            }
            values.put(word.substring(0, equals), Double.valueOf(word.substring(equals + 1)));
        }
        return new Outcome(values, busySeconds);
    }

    /** What the client gave under this name. */
    public double get(String name) {
        Double value = values.get(name);
        if (value == null) {
            throw new BenchmarkException("the client said nothing of \"" + name + "\"");
        }
        return value;
    }

    /** Gbit of payload a second. */
    public double gigabits() {
        return get("octets") * 8e-9 / get("seconds");
    }

    /** Busy seconds of the machine for each Gbit. */
    public double busyPerGigabit() {
        return busySeconds / (get("octets") * 8e-9);
    }

    /** Requests answered a second. */
    public double requestsPerSecond() {
        return get("requests") / get("seconds");
    }

    /** Busy microseconds of the machine for each request. */
    public double busyMicrosPerRequest() {
        return busySeconds * 1e6 / get("requests");
    }
}
