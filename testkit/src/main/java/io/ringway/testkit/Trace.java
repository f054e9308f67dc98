package io.ringway.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What has happened in a scripted test so far, a line each, to be printed when it fails. */
final class Trace {
    private static final int LINES_OF_A_FAILURE = 60;

    private final long startNs;
    private final List<String> lines = new ArrayList<>();

    Trace(long startNs) {
        this.startNs = startNs;
    }

    void note(long nowNs, String line) {
        lines.add(String.format(Locale.ROOT, "%10.6f %s", (nowNs - startNs) / 1e9, line));
    }

    AssertionError failure(String message) {
        int from = Math.max(0, lines.size() - LINES_OF_A_FAILURE);
        return new AssertionError(
                message + "\n\ntrace:\n" + String.join("\n", lines.subList(from, lines.size())));
    }

    @Override
    public String toString() {
        return String.join("\n", lines);
    }
}
