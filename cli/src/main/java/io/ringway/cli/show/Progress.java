package io.ringway.cli.show;

import java.util.Locale;

/**
 * A bar that grows while octets arrive.
 *
 * <p>On a terminal it redraws itself ten times a second; elsewhere it writes a line at each
 * quarter, so that a log shows that something happens. The caller says what time it is. One thread.
 */
public final class Progress {
    private static final int CELLS = 28;
    private static final long REDRAW_NS = 100_000_000;

    private final Terminal terminal;
    private final String label;
    private final long total;
    private final long startNs;
    private long drawnNs;
    private int quarter;

    /**
     * Begins a bar.
     *
     * @param label what is going on, at most about 30 characters
     * @param total octets there will be, above 0
     */
    public Progress(Terminal terminal, String label, long total, long nowNs) {
        if (total <= 0) {
            throw new IllegalArgumentException(
                    "a progress bar needs a total above 0; given " + total);
        }
        this.terminal = terminal;
        this.label = label;
        this.total = total;
        this.startNs = nowNs;
        this.drawnNs = nowNs - REDRAW_NS;
    }

    /** Shows that {@code done} octets of the total are there. */
    public void update(long done, long nowNs) {
        if (terminal.isInteractive()) {
            if (nowNs - drawnNs >= REDRAW_NS) {
                drawnNs = nowNs;
                terminal.redraw(text(done, nowNs));
            }
            return;
        }
        int reached = (int) (Math.min(done, total) * 4 / total);
        if (reached > quarter && reached < 4) {
            quarter = reached;
            terminal.line(text(done, nowNs));
        }
    }

    /** Ends the bar: its last state stays, with {@code remark} behind it. */
    public void finish(long done, long nowNs, String remark) {
        terminal.line(text(done, nowNs) + "  " + remark);
    }

    /** The bar at a moment, as it is drawn. */
    String text(long done, long nowNs) {
        long elapsedNs = Math.max(1, nowNs - startNs);
        int percent = (int) (Math.min(done, total) * 100 / total);
        return String.format(
                Locale.ROOT,
                "  %-30s %s %3d %%  %s of %s  %s  %.1f s",
                label,
                bar(done),
                percent,
                Units.octets(done),
                Units.octets(total),
                Units.rate(done, elapsedNs),
                elapsedNs / 1e9);
    }

    private String bar(long done) {
        int full = (int) (Math.min(done, total) * CELLS / total);
        String filled = terminal.either("━", "=").repeat(full);
        String tip = full == CELLS ? "" : terminal.either("╸", ">");
        return filled + tip + " ".repeat(CELLS - full - tip.length());
    }
}
