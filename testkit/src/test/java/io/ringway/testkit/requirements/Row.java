package io.ringway.testkit.requirements;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A requirement, or the topic that the rows below it belong to; see {@link Compliance}. */
final class Row {
    private final String label;
    private final String level;
    private final String section;
    private final String words;
    private final String remark;
    private final List<String> shownBy = new ArrayList<>();
    private final List<String> others = new ArrayList<>();
    private String reason = "";

    private Row(String label, String level, String section, String words, String remark) {
        this.label = label;
        this.level = level;
        this.section = section;
        this.words = words;
        this.remark = remark;
    }

    static Row of(String[] columns) {
        return columns.length == 1
                ? new Row("", "", "", columns[0].substring(3), "")
                : new Row(columns[0], columns[1], columns[2], columns[3], columns[4]);
    }

    boolean isTopic() {
        return label.isEmpty();
    }

    String words() {
        return words;
    }

    /** Whether the level is this one, or its opposite. */
    boolean is(String which) {
        return level.equals(which) || level.equals(which + " NOT");
    }

    boolean isDone() {
        return !shownBy.isEmpty();
    }

    /** What the names of a row's tests begin with. */
    private static String prefix(String label) {
        return label.replaceAll("[-. ]", "_") + (label.contains(" ") ? "" : "_");
    }

    /**
     * Finds the tests that show it.
     *
     * @param rows those of the same table
     * @param earlier those of the tables before it
     */
    void find(SourceTests tests, List<Row> rows, List<Row> earlier, List<String> mistakes) {
        if (isTopic()) {
            return;
        }
        shownBy.addAll(tests.beginningWith(prefix(label)));
        if (!remark.startsWith("=")) {
            if (isDone() != remark.isEmpty()) {
                mistakes.add(
                        label + " needs either a test or a reason, and has " + shownBy + remark);
            }
            if (remark.startsWith("as ")) {
                findReason(remark.substring(3).strip(), rows, earlier, mistakes);
            }
            return;
        }
        for (String other : remark.substring(1).strip().split(", *")) {
            int hash = other.indexOf('#');
            if (hash < 0) {
                others.add(other);
                shownBy.addAll(tests.beginningWith(prefix(other)));
            } else if (tests.has(other.substring(0, hash), other.substring(hash + 1))) {
                shownBy.add(other);
            }
        }
        if (!isDone()) {
            mistakes.add(label + " names " + remark.substring(1).strip() + ", which is no test");
        }
    }

    /** Its reason is that of another row, which stands beside it unless it is near. */
    private void findReason(
            String other, List<Row> rows, List<Row> earlier, List<String> mistakes) {
        Row named =
                Stream.concat(rows.stream(), earlier.stream())
                        .filter(row -> row.label.equals(other))
                        .findFirst()
                        .orElse(null);
        if (named == null || named.isDone() || named.remark.startsWith("as ")) {
            mistakes.add(label + " names " + other + ", which is no row with a reason");
        } else if (!rows.contains(named)) {
            reason = ": " + named.remark;
        }
    }

    String[] columns() {
        String shown = remark + reason;
        if (isDone()) {
            String names = others.isEmpty() ? "" : String.join(", ", others) + ": ";
            shown = names + "`" + String.join("`, `", shownBy) + "`";
        }
        return new String[] {
            label.isEmpty() ? "" : label.replace(' ', ' ') + ": " + words,
            section,
            level,
            isDone() ? "yes" : "no",
            shown
        };
    }
}
