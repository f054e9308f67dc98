package io.ringway.cli.show;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A small table in plain text: the first column is flush left, the others flush right. */
public final class Table {
    private final List<List<String>> rows = new ArrayList<>();
    private final int columns;

    /** Begins a table with its heading. */
    public Table(String... heading) {
        columns = heading.length;
        rows.add(List.of(heading));
    }

    /** Adds a row with as many cells as the heading has. */
    public Table row(String... cells) {
        if (cells.length != columns) {
            throw new IllegalArgumentException(
                    "a row of this table has " + columns + " cells; given " + cells.length);
        }
        rows.add(List.of(cells));
        return this;
    }

    /** The lines, each indented by two spaces, with a rule below the heading. */
    public List<String> lines(Terminal terminal) {
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int column = 0; column < columns; column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            lines.add(line(row, widths));
        }
        int width = Arrays.stream(widths).sum() + 2 * (columns - 1);
        lines.add(1, "  " + terminal.either("─", "-").repeat(width));
        return lines;
    }

    private String line(List<String> row, int[] widths) {
        StringBuilder text = new StringBuilder();
        for (int column = 0; column < columns; column++) {
            String padding = " ".repeat(widths[column] - row.get(column).length());
            text.append("  ");
            text.append(column == 0 ? row.get(column) + padding : padding + row.get(column));
        }
        return text.toString().stripTrailing();
    }
}
