package io.ringway.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Collects what a benchmark found: a table for people, all samples for programs, notes, and the
 * figure of the last line.
 */
public final class Report {
    private final String name;
    private final Path directory;
    private final PrintStream to;
    private final List<String[]> rows = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final Map<String, Object> samples = new LinkedHashMap<>();
    private final Map<String, Object> details = new LinkedHashMap<>();
    private final Map<String, String> plots = new LinkedHashMap<>();
    private String figure = "";
    private String failure = "";

    Report(String name, Path directory, PrintStream to) {
        this.name = name;
        this.directory = directory;
        this.to = to;
    }

    /** Says on standard error what is being done now; benchmarks are slow. */
    public void progress(String text) {
        System.err.println(text);
    }

    /** Where to put files that belong to the report: {@code target/bench}. */
    public Path directory() {
        return directory;
    }

    /** Adds a row to the table; the first one is its head. */
    public void row(String... cells) {
        rows.add(cells.clone());
    }

    /** Adds a sentence that is shown below the table. */
    public void note(String text) {
        notes.add(text);
    }

    /** Keeps all samples of one thing for the file. */
    public void samples(String what, Samples values) {
        samples.put(what, values.all());
    }

    /** Keeps a text for the file. */
    public void detail(String what, String text) {
        details.put(what, text);
    }

    /** Keeps an SVG to be written beside the file. */
    public void plot(String what, String svg) {
        plots.put(what, svg);
    }

    /** Sets the figure of the last line: {@code 187 ns (a round trip …)}. */
    public void figure(String text) {
        figure = text;
    }

    /** Says after the table that the benchmark did not pass, and makes the command fail. */
    public void fail(String text) {
        failure = text;
    }

    /** Whether there is a figure yet. */
    public boolean hasFigure() {
        return !figure.isEmpty();
    }

    /** Shows and writes everything; returns whether the benchmark has passed. */
    boolean finish(Options options) {
        try {
            Files.createDirectories(directory);
            Path file = directory.resolve(name + ".json");
            Files.writeString(file, Json.write(toMap(options)), UTF_8);
            Files.writeString(directory.resolve(name + "-table.csv"), csv(), UTF_8);
            for (Map.Entry<String, String> plot : plots.entrySet()) {
                Files.writeString(
                        directory.resolve(plot.getKey() + ".svg"), plot.getValue(), UTF_8);
            }
            printTable();
            notes.forEach(to::println);
            to.println("All samples: " + file);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        to.println(name + ": " + figure);
        if (!failure.isEmpty()) {
            System.err.println("ringway bench: " + failure);
        }
        return failure.isEmpty();
    }

    private String csv() {
        StringBuilder lines = new StringBuilder();
        for (String[] row : rows) {
            lines.append(
                    Arrays.stream(row)
                            .map(cell ->
                                    cell.contains(",")
                                            ? '"' + cell.replace("\"", "\"\"") + '"'
                                            : cell)
                            .collect(Collectors.joining(",", "", "\n")));
        }
        return lines.toString();
    }

    private Map<String, Object> toMap(Options options) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", name);
        map.put("figure", figure);
        map.put("time", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        map.put("options", options.toString());
        map.put("machine", Machine.describe());
        map.put("table", rows.stream().map(row -> (Object) Arrays.asList(row)).toList());
        map.put("notes", notes);
        map.put("details", details);
        map.put("samples", samples);
        return map;
    }

    private void printTable() {
        int columns = rows.stream().mapToInt(row -> row.length).max().orElse(0);
        int[] widths = new int[columns];
        for (String[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.length; i++) {
                String padding = " ".repeat(widths[i] - row[i].length());
                line.append(i == 0 ? row[i] + padding : "  " + padding + row[i]);
            }
            to.println(line.toString().stripTrailing());
        }
    }
}
