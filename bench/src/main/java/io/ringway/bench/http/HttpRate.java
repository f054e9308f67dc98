package io.ringway.bench.http;

import io.ringway.bench.Benchmark;
import io.ringway.bench.BenchmarkException;
import io.ringway.bench.Options;
import io.ringway.bench.Report;
import io.ringway.bench.Samples;
import io.ringway.bench.kernel.ProcStat;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** HTTP/1.1 with keep-alive from wrk on the kernel's TCP, to Netty on four ways. */
public final class HttpRate implements Benchmark {
    @Override
    public String name() {
        return "http";
    }

    @Override
    public String summary() {
        return "HTTP/1.1 keep-alive from wrk on the kernel's TCP: requests/s, p50, p99,"
                + " whole-machine CPU a request; Netty on Ringway by its transport and by the"
                + " SelectorProvider over TAP, Netty epoll and NIO on the kernel over veth; root;"
                + " --connections=50";
    }

    @Override
    public void run(Options options, Report report) {
        boolean isQuick = options.isQuick();
        int rounds = options.number("rounds", isQuick ? 3 : 5);
        int seconds = options.number("seconds", isQuick ? 2 : 5);
        int[] counts =
                options.numbers("connections", isQuick ? new int[] {50} : new int[] {1, 50, 500});
        options.refuseOthers();
        report.row(
                "connections",
                "server",
                "requests/s",
                "p50 µs",
                "p99 µs",
                "CPU µs",
                "CPU to epoll",
                "range",
                "rate to epoll",
                "range");
        try (HttpCourse course = new HttpCourse(HelloServer.class, NettyWay.values())) {
            for (int count : counts) {
                measure(course, count, rounds, seconds, report);
            }
        }
        report.note(
                "The same handler and codec on one event loop each, in a process each; wrk has one"
                        + " thread. CPU is the busy time of the whole machine from /proc/stat:"
                        + " client, server and kernel. A TAP path has one device less than a veth"
                        + " path.");
        report.note(
                "wrk has one request outstanding on each connection; each server's reply was"
                        + " compared octet by octet before each round, and wrk counts replies that"
                        + " are not whole or not 200.");
    }

    /** The samples of one server. */
    private static final class Row {
        private final Samples rate = new Samples();
        private final Samples cpu = new Samples();
        private final Samples median = new Samples();
        private final Samples late = new Samples();
    }

    private static void measure(
            HttpCourse course, int count, int rounds, int seconds, Report report) {
        Map<NettyWay, Row> rows = new EnumMap<>(NettyWay.class);
        for (NettyWay side : NettyWay.values()) {
            rows.put(side, new Row());
            // What is measured later is compiled then.
            WrkResult _ = wrk(course, side, count, seconds);
        }
        for (int round = 0; round < rounds; round++) {
            report.progress(count + " connections, round " + (round + 1) + " of " + rounds);
            for (NettyWay side : NettyWay.values()) {
                checkReply(course, side);
                double before = ProcStat.busySeconds();
                WrkResult result = wrk(course, side, count, seconds);
                double busy = ProcStat.busySeconds() - before;
                Row row = Objects.requireNonNull(rows.get(side));
                row.rate.add(result.requestsPerSecond());
                row.cpu.add(busy * 1e6 / result.requests());
                row.median.add(result.p50Micros());
                row.late.add(result.p99Micros());
            }
        }
        Row epoll = Objects.requireNonNull(rows.get(NettyWay.EPOLL));
        rows.forEach((side, row) -> {
            String prefix = count + " connections, " + side.label();
            report.samples(prefix + ", requests a second", row.rate);
            report.samples(prefix + ", CPU µs a request", row.cpu);
            report.samples(prefix + ", p50 µs", row.median);
            report.samples(prefix + ", p99 µs", row.late);
            Samples cpu = row.cpu.over(epoll.cpu);
            Samples rate = row.rate.over(epoll.rate);
            report.row(
                    String.valueOf(count),
                    side.label(),
                    format("%.0f", row.rate.median()),
                    format("%.0f", row.median.median()),
                    format("%.0f", row.late.median()),
                    format("%.1f", row.cpu.median()),
                    format("%.2f", cpu.median()),
                    cpu.range("%.2f"),
                    format("%.2f", rate.median()),
                    rate.range("%.2f"));
            if (side == NettyWay.DOOR && (count == 50 || !report.hasFigure())) {
                report.figure(
                        format("%.2f", rate.median())
                                + " times the requests of Netty epoll over veth, and "
                                + format("%.2f", cpu.median())
                                + " times its CPU for each (Netty's transport on Ringway over TAP, "
                                + count
                                + " connections)");
            }
        });
    }

    private static String format(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }

    private static void checkReply(HttpCourse course, NettyWay side) {
        String reply = course.output("curl", "-s", "-m", "5", HttpCourse.url(side));
        if (!reply.equals(HelloServer.BODY.strip())) {
            throw new BenchmarkException(side.label() + " replies something else: " + reply);
        }
    }

    private static WrkResult wrk(HttpCourse course, NettyWay side, int count, int seconds) {
        return WrkResult.parse(
                course.output(
                        "wrk",
                        "-t1",
                        "-c" + count,
                        "-d" + seconds + "s",
                        "--latency",
                        HttpCourse.url(side)));
    }
}
