package io.ringway.bench.kernel;

import io.ringway.bench.Report;
import io.ringway.bench.Samples;

import java.util.Locale;

/**
 * Rounds of a client that makes requests, against one server after the other: what both {@code
 * echo-kernel} and {@code cps} do, and the table of both.
 */
final class Requests {
    /** The row that ratios are taken to, where it is there. */
    private static final Side BASE = Side.NETTY_VETH;

    private final Course course;
    private final String mode;
    private final String unit;
    private final Report report;

    /**
     * Begins the table.
     *
     * @param mode of the client program
     * @param unit what it does, "request" or "connection"
     */
    Requests(Course course, String mode, String unit, Report report) {
        this.course = course;
        this.mode = mode;
        this.unit = unit;
        this.report = report;
        report.row(
                "at a time",
                "server",
                unit + "s/s",
                "p50 µs",
                "p99 µs",
                "CPU µs",
                "client's",
                "CPU to Netty",
                "range",
                "CPU to C",
                "range",
                "rate to Netty",
                "range");
    }

    /** The samples of one server. */
    private static final class Row {
        private final Samples rate = new Samples();
        private final Samples cpu = new Samples();
        private final Samples client = new Samples();
        private final Samples median = new Samples();
        private final Samples late = new Samples();

        void add(Outcome outcome) {
            rate.add(outcome.requestsPerSecond());
            cpu.add(outcome.busyMicrosPerRequest());
            client.add(outcome.get("cpu") * 1e6 / outcome.get("requests"));
            median.add(outcome.get("p50") / 1e3);
            late.add(outcome.get("p99") / 1e3);
        }
    }

    /**
     * Measures all servers in turn.
     *
     * @param count connections at a time
     * @return the ratios of our CPU to Netty's, over TAP
     */
    Samples measure(int count, int rounds, String seconds) {
        PerSide<Row> rows = new PerSide<>(Row::new);
        String at = String.valueOf(count);
        // The path of few connections is compiled by few connections.
        for (Side side : course.sides()) {
            course.run(side, mode, at, "1");
        }
        for (int round = 0; round < rounds; round++) {
            report.progress(count + " at a time, round " + (round + 1) + " of " + rounds);
            for (Side side : course.sides()) {
                rows.get(side).add(course.run(side, mode, at, seconds));
            }
        }
        Row netty = rows.get(BASE);
        Row c = rows.get(Side.VETH);
        for (Side side : course.sides()) {
            Row row = rows.get(side);
            String prefix = count + " at a time, " + side.label();
            report.samples(prefix + ", " + unit + "s a second", row.rate);
            report.samples(prefix + ", CPU µs a " + unit, row.cpu);
            report.samples(prefix + ", p50 µs", row.median);
            report.samples(prefix + ", p99 µs", row.late);
            Samples toNetty = row.cpu.over(netty.cpu);
            Samples toC = row.cpu.over(c.cpu);
            Samples rate = row.rate.over(netty.rate);
            report.row(
                    at,
                    side.label(),
                    format("%.0f", row.rate.median()),
                    format("%.1f", row.median.median()),
                    format("%.1f", row.late.median()),
                    format("%.1f", row.cpu.median()),
                    format("%.1f", row.client.median()),
                    format("%.2f", toNetty.median()),
                    toNetty.range("%.2f"),
                    format("%.2f", toC.median()),
                    toC.range("%.2f"),
                    format("%.2f", rate.median()),
                    rate.range("%.2f"));
        }
        return rows.get(Side.RINGWAY).cpu.over(netty.cpu);
    }

    static String format(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
