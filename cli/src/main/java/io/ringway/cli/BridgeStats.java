package io.ringway.cli;

import io.ringway.cli.show.Table;
import io.ringway.cli.show.Terminal;
import io.ringway.cli.show.Units;

import java.util.concurrent.TimeUnit;

/**
 * What {@code ringway bridge} says of its two directions: a line at each interval, and a table at
 * the end.
 */
final class BridgeStats implements AutoCloseable {
    private final BridgePath path;
    private final Terminal terminal;
    private final long startNs = System.nanoTime();
    private final Thread thread =
            Thread.ofPlatform().name("ringway-stats").daemon().unstarted(this::run);
    private final long intervalNs;

    /** With an interval of 0 there are no lines, only the table. */
    BridgeStats(BridgePath path, Terminal terminal, long intervalNs) {
        this.path = path;
        this.terminal = terminal;
        this.intervalNs = intervalNs;
    }

    void start() {
        if (intervalNs > 0) {
            thread.start();
        }
    }

    private void run() {
        BridgePath.Counts up = BridgePath.Counts.NONE;
        BridgePath.Counts down = BridgePath.Counts.NONE;
        long beforeNs = startNs;
        try {
            while (true) {
                TimeUnit.NANOSECONDS.sleep(intervalNs);
                long nowNs = System.nanoTime();
                BridgePath.Counts upNow = path.up();
                BridgePath.Counts downNow = path.down();
                double seconds = (nowNs - beforeNs) / 1e9;
                terminal.line(
                        line("up", up, upNow, seconds)
                                + "   "
                                + line("down", down, downNow, seconds));
                up = upNow;
                down = downNow;
                beforeNs = nowNs;
            }
        } catch (InterruptedException e) {
            // It is over, and there is nothing more to print.
        }
    }

    /** One direction of one interval. */
    static String line(
            String name, BridgePath.Counts before, BridgePath.Counts now, double seconds) {
        StringBuilder text = new StringBuilder(80);
        text.append(name).append(' ');
        text.append(Units.count(Math.round((now.frames() - before.frames()) / seconds)));
        text.append(" frames/s ");
        text.append(Units.rate((now.octets() - before.octets()) * 8 / seconds));
        append(text, "lost", now.lost() - before.lost());
        append(text, "duplicated", now.duplicated() - before.duplicated());
        append(text, "corrupted", now.corrupted() - before.corrupted());
        append(text, "reordered", now.reordered() - before.reordered());
        append(text, "queue full", now.overflowed() - before.overflowed());
        return text.toString();
    }

    private static void append(StringBuilder text, String what, long count) {
        if (count > 0) {
            text.append(", ").append(what).append(' ').append(count);
        }
    }

    /** Everything since the start. */
    void printSummary() {
        long elapsedNs = System.nanoTime() - startNs;
        Table table =
                new Table(
                        "direction",
                        "frames",
                        "lost",
                        "duplicated",
                        "corrupted",
                        "reordered",
                        "queue full",
                        "arrived",
                        "mean rate");
        row(table, "up (a to b)", path.up(), elapsedNs);
        row(table, "down (b to a)", path.down(), elapsedNs);
        table.lines(terminal).forEach(terminal::line);
    }

    private static void row(Table table, String name, BridgePath.Counts counts, long elapsedNs) {
        table.row(
                name,
                Units.count(counts.frames()),
                Units.count(counts.lost()),
                Units.count(counts.duplicated()),
                Units.count(counts.corrupted()),
                Units.count(counts.reordered()),
                Units.count(counts.overflowed()),
                Units.count(counts.arrived()),
                Units.rate(counts.octets(), elapsedNs));
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
