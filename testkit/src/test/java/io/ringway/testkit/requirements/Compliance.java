package io.ringway.testkit.requirements;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes COMPLIANCE.md: a table by RFC, and a row for each requirement of RFC 9293 and RFC 1122 that
 * concerns TCP. A row is done when it has a test, and only then.
 *
 * <p>The tables are text: {@code ##} begins a topic, {@code |} separates columns. In {@code
 * rfcs.txt} they are number, title, state, remark and test classes. In {@code rfc9293.txt} and its
 * like they are label, level, section, requirement and a remark. The tests of a row are those whose
 * names begin with its label, {@code MUST_58_…} for {@code MUST-58}; where rows share a label, a
 * word behind it tells them apart: {@code MUST-20 advice} and {@code MUST_20_advice…}. A remark
 * that begins with {@code =} names another row, or a test as {@code Class#method}, which shows this
 * one as well; otherwise it is the reason why the row is not done.
 */
final class Compliance {
    private static final String HEAD =
            """
            # Compliance

            What Ringway does of which RFC, and the test that shows it. This file is made: `ComplianceTest` writes it from the names of the
            tests and the tables in `testkit/src/test/resources/io/ringway/testkit/requirements`, and fails when what is committed differs. So
            nothing is called done that has no test, and `./mvnw verify` passes only when all tests do.

            """;

    private final SourceTests tests;
    private final StringBuilder out = new StringBuilder(HEAD);
    private final List<String> mistakes = new ArrayList<>();
    private final List<Row> earlier = new ArrayList<>();

    Compliance(SourceTests tests) {
        this.tests = tests;
    }

    /** Whatever the tables name that is not there. */
    List<String> mistakes() {
        return mistakes;
    }

    String generate() {
        out.append("## By RFC\n");
        for (String line : lines("rfcs.txt")) {
            if (line.startsWith("## ")) {
                topic(line.substring(3), "| RFC | | | what is there, and what is not | shown by |");
            } else {
                rfc(columns(line, 5));
            }
        }
        rows(
                "rfc9293.txt",
                "RFC 9293, appendix B: TCP",
                "Of what must be done, only source routes are left out; each row that is not done"
                        + " says why.");
        rows(
                "rfc1122.txt",
                "RFC 1122: what concerns TCP",
                "RFC 9293 took most of these over; such a row names the one that took its place.");
        return out.toString();
    }

    private void rfc(String[] columns) {
        List<String> classes = new ArrayList<>();
        for (String name : columns[4].isEmpty() ? new String[0] : columns[4].split(", *")) {
            if (!tests.hasClass(name)) {
                mistakes.add("RFC " + columns[0] + " names " + name + ", which is no test class");
            }
            classes.add("`" + name + "`");
        }
        if (classes.isEmpty() != columns[2].equals("no")) {
            mistakes.add("RFC " + columns[0] + " is " + columns[2] + " and has tests " + classes);
        }
        columns[4] = String.join(", ", classes);
        line(columns);
    }

    private void rows(String resource, String title, String remark) {
        List<Row> rows = new ArrayList<>();
        for (String line : lines(resource)) {
            rows.add(Row.of(line.startsWith("## ") ? new String[] {line} : columns(line, 5)));
        }
        for (Row row : rows) {
            row.find(tests, rows, earlier, mistakes);
        }
        if (rows.isEmpty()) {
            return;
        }
        earlier.addAll(rows);
        out.append("\n## ").append(title).append('\n').append(remark).append('\n');
        total(rows);
        for (Row row : rows) {
            if (row.isTopic()) {
                topic(row.words(), "| row | section | | done | shown by, or why not |");
            } else {
                line(row.columns());
            }
        }
    }

    private void total(List<Row> rows) {
        for (String level : List.of("MUST", "SHOULD", "MAY")) {
            long all = rows.stream().filter(row -> row.is(level)).count();
            long done = rows.stream().filter(row -> row.is(level) && row.isDone()).count();
            out.append(level.equals("MUST") ? "\nDone: " : ", ");
            out.append(done).append(" of ").append(all).append(' ').append(level);
        }
        out.append(" (with their NOTs).\n");
    }

    private void topic(String name, String header) {
        out.append("\n### ").append(name).append("\n\n").append(header).append('\n');
        out.append("| --- | --- | --- | --- | --- |\n");
    }

    private void line(String[] columns) {
        out.append("| ").append(String.join(" | ", columns)).append(" |\n");
    }

    private static String[] columns(String line, int count) {
        String[] columns = line.split("\\|", -1);
        if (columns.length != count) {
            throw new IllegalStateException(
                    "'" + line + "' has " + columns.length + " columns; expected " + count);
        }
        for (int i = 0; i < count; i++) {
            columns[i] = columns[i].strip();
        }
        return columns;
    }

    private static List<String> lines(String resource) {
        try (InputStream in = Compliance.class.getResourceAsStream(resource)) {
            if (in == null) {
                return List.of();
            }
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return text.lines().filter(l -> !l.isBlank() && !l.startsWith("# ")).toList();
        } catch (IOException e) {
            throw new IllegalStateException("cannot read " + resource, e);
        }
    }
}
