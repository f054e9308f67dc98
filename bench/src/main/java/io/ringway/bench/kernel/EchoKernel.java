package io.ringway.bench.kernel;

import io.ringway.IdleStrategy;
import io.ringway.bench.Benchmark;
import io.ringway.bench.Options;
import io.ringway.bench.Report;
import io.ringway.bench.Samples;

import java.util.Locale;

/** Echo of 64 octets between a client on the kernel's TCP and a server. */
public final class EchoKernel implements Benchmark {
    private static final int FIGURE_CONNECTIONS = 50;

    @Override
    public String name() {
        return "echo-kernel";
    }

    @Override
    public String summary() {
        return "64-octet echo from a kernel client: requests/s, p50, p99, whole-machine CPU a"
                + " request, beside a C epoll server over veth and loopback; root;"
                + " --connections=1,50,1000 --idle=spin-then-poll";
    }

    @Override
    public void run(Options options, Report report) {
        boolean isQuick = options.isQuick();
        int rounds = options.number("rounds", isQuick ? 3 : 5);
        String seconds = String.valueOf(options.number("seconds", isQuick ? 1 : 3));
        int[] counts =
                options.numbers(
                        "connections", isQuick ? new int[] {1, 50} : new int[] {1, 50, 1000});
        IdleStrategy idle = IdleStrategy.parse(options.text("idle", "spin-then-poll"));
        options.refuseOthers();
        report.row(
                "connections",
                "server",
                "requests/s",
                "p50 µs",
                "p99 µs",
                "CPU µs",
                "client's",
                "CPU ratio",
                "range",
                "rate ratio",
                "range");
        try (Course course = new Course(idle, "")) {
            double busy = course.busyWhileIdle();
            course.run(Side.RINGWAY, "echo", "50", "3");
            for (int count : counts) {
                measure(course, count, rounds, seconds, report);
            }
            report.detail("counters", course.counters());
            Notes.add(report, busy);
            report.note(
                    "Latencies are those of a client that has one request outstanding on each"
                            + " connection and sends the next at once.");
        }
    }

    private static void measure(
            Course course, int count, int rounds, String seconds, Report report) {
        PerSide<Row> rows = new PerSide<>(Row::new);
        // The path of few connections is compiled by few connections.
        course.run(Side.RINGWAY, "echo", String.valueOf(count), "1");
        for (int round = 0; round < rounds; round++) {
            report.progress(count + " connections, round " + (round + 1) + " of " + rounds);
            for (Side side : Side.values()) {
                rows.get(side).add(course.run(side, "echo", String.valueOf(count), seconds));
            }
        }
        Row veth = rows.get(Side.VETH);
        for (Side side : Side.values()) {
            Row row = rows.get(side);
            Samples cpu = row.cpu.over(veth.cpu);
            Samples rate = row.rate.over(veth.rate);
            String prefix = count + " connections, " + side.label();
            report.samples(prefix + ", requests a second", row.rate);
            report.samples(prefix + ", CPU µs a request", row.cpu);
            report.samples(prefix + ", p50 µs", row.median);
            report.samples(prefix + ", p99 µs", row.late);
            report.row(
                    String.valueOf(count),
                    side.label(),
                    format("%.0f", row.rate.median()),
                    format("%.1f", row.median.median()),
                    format("%.1f", row.late.median()),
                    format("%.1f", row.cpu.median()),
                    format("%.1f", row.client.median()),
                    format("%.2f", cpu.median()),
                    cpu.range("%.2f"),
                    format("%.2f", rate.median()),
                    rate.range("%.2f"));
        }
        Samples ratio = rows.get(Side.RINGWAY).cpu.over(veth.cpu);
        if (count == FIGURE_CONNECTIONS || !report.hasFigure()) {
            report.figure(
                    String.format(
                            Locale.ROOT,
                            "%.2f times the CPU of a C epoll server over veth (whole machine, a"
                                    + " request of 64 octets at %d connections, over TAP)",
                            ratio.median(),
                            count));
        }
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

    private static String format(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
