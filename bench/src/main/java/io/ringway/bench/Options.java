package io.ringway.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The words after the benchmark's name: {@code --quick} and {@code --name=value}. */
public final class Options {
    private final Map<String, String> values;
    private final Set<String> asked = new TreeSet<>();

    private Options(Map<String, String> values) {
        this.values = values;
    }

    /**
     * Parses words that all begin with two hyphens.
     *
     * @throws BenchmarkException for any other word
     */
    public static Options parse(List<String> words) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String word : words) {
            if (!word.startsWith("--") || word.length() == 2) {
                throw new BenchmarkException(
                        "unexpected \"" + word + "\": options are --quick or --name=value");
            }
            int equals = word.indexOf('=');
            values.put(
                    word.substring(2, equals < 0 ? word.length() : equals),
                    equals < 0 ? "" : word.substring(equals + 1));
        }
        return new Options(values);
    }

    /** Whether the option is there. */
    public boolean has(String name) {
        asked.add(name);
        return values.containsKey(name);
    }

    /** Whether to take less than a minute. */
    public boolean isQuick() {
        return has("quick");
    }

    /** Its value, or {@code otherwise} when it is not there. */
    public String text(String name, String otherwise) {
        return has(name) ? values.getOrDefault(name, "") : otherwise;
    }

    /** Its value as a number of at least 1. */
    public int number(String name, int otherwise) {
        return has(name) ? parse(name, values.getOrDefault(name, "")) : otherwise;
    }

    /** Its value as a list of numbers separated by commas. */
    public int[] numbers(String name, int... otherwise) {
        return has(name)
                ? Arrays.stream(values.getOrDefault(name, "").split(",", -1))
                        .mapToInt(word -> parse(name, word))
                        .toArray()
                : otherwise;
    }

    private static int parse(String name, String word) {
        try {
            int value = Integer.parseInt(word.replace("_", ""));
            if (value >= 1) {
                return value;
            }
        } catch (NumberFormatException notANumber) {
            // Said below.
        }
        throw new BenchmarkException(
                "--" + name + " takes a number of at least 1; given \"" + word + "\"");
    }

    /**
     * Refuses options that nobody has asked about.
     *
     * @throws BenchmarkException naming the first of them and what there is
     */
    public void refuseOthers() {
        List<String> unknown = new ArrayList<>(values.keySet());
        unknown.removeAll(asked);
        if (!unknown.isEmpty()) {
            throw new BenchmarkException(
                    "no option --"
                            + unknown.getFirst()
                            + "; there are --"
                            + String.join(", --", asked));
        }
    }

    @Override
    public String toString() {
        return values.toString();
    }
}
