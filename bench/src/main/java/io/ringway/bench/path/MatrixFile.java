package io.ringway.bench.path;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ringway.bench.BenchmarkException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The results as CSV, a line a run, written as soon as it is known: a matrix that is interrupted
 * can go on where it was.
 */
final class MatrixFile {
    private static final String HEAD =
            "loss_percent,delay_ms,reorder_percent,direction,side,algorithm,round,"
                    + "rate_bits,seconds,mbit_per_s,resent,timeouts,commit";
    private static final int KEY_FIELDS = 7;

    private final Path file;
    private final String conditions;
    private final Map<String, MatrixRun.Result> known = new LinkedHashMap<>();

    /**
     * Opens the file.
     *
     * @param isResuming whether to keep what is there of the same rate and duration
     */
    MatrixFile(Path file, long bitsPerSecond, double seconds, boolean isResuming) {
        this.file = file;
        this.conditions = "," + bitsPerSecond + "," + seconds + ",";
        try {
            Files.createDirectories(file.getParent());
            if (isResuming && Files.exists(file)) {
                Files.readAllLines(file, UTF_8).stream().skip(1).forEach(this::remember);
            } else {
                Files.writeString(file, HEAD + "\n", UTF_8);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void remember(String line) {
        String[] fields = line.split(",", -1);
        if (fields.length != HEAD.split(",", -1).length) {
            throw new BenchmarkException(file + " has a line that is none of ours: " + line);
        }
        String key = String.join(",", java.util.Arrays.copyOf(fields, KEY_FIELDS));
        if (line.startsWith(key + conditions)) {
            known.put(
                    key,
                    new MatrixRun.Result(
                            Double.parseDouble(fields[KEY_FIELDS + 2]),
                            Long.parseLong(fields[KEY_FIELDS + 3]),
                            Long.parseLong(fields[KEY_FIELDS + 4])));
        }
    }

    /** Whether it has been measured already. */
    boolean has(MatrixRun run) {
        return known.containsKey(run.key());
    }

    MatrixRun.Result get(MatrixRun run) {
        MatrixRun.Result result = known.get(run.key());
        if (result == null) {
            throw new IllegalStateException(run + " has not been measured");
        }
        return result;
    }

    void add(MatrixRun run, MatrixRun.Result result) {
        known.put(run.key(), result);
        String line =
                String.format(
                        Locale.ROOT,
                        "%s%s%.3f,%d,%d,%s%n",
                        run.key(),
                        conditions,
                        result.megabits(),
                        result.resent(),
                        result.timeouts(),
                        System.getProperty("ringway.commit", "unknown"));
        try {
            Files.writeString(file, line, UTF_8, StandardOpenOption.APPEND);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
