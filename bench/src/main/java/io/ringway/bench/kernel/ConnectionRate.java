package io.ringway.bench.kernel;

import io.ringway.IdleStrategy;
import io.ringway.bench.Benchmark;
import io.ringway.bench.Options;
import io.ringway.bench.Report;
import io.ringway.bench.Samples;

/** Connect, one request, close, from a client on the kernel's TCP. */
public final class ConnectionRate implements Benchmark {
    private static final int FIGURE_CONNECTIONS = 50;

    @Override
    public String name() {
        return "cps";
    }

    @Override
    public String summary() {
        return "connect, one request of 64 octets, close, from a kernel client: connections/s and"
                + " whole-machine CPU a connection, over TAP, AF_PACKET and AF_XDP,"
                + " beside a C epoll server and Netty epoll over"
                + " veth and loopback; root; --connections=1,50 (at a time)";
    }

    @Override
    public void run(Options options, Report report) {
        boolean isQuick = options.isQuick();
        int rounds = options.number("rounds", isQuick ? 3 : 5);
        String seconds = String.valueOf(options.number("seconds", isQuick ? 1 : 3));
        int[] counts = options.numbers("connections", isQuick ? new int[] {50} : new int[] {1, 50});
        IdleStrategy idle = IdleStrategy.parse(options.text("idle", "spin-then-poll"));
        options.refuseOthers();
        try (Course course = new Course(idle, "", Side.ALL)) {
            double busy = course.busyWhileIdle();
            Requests requests = new Requests(course, "cps", "connection", report);
            for (int count : counts) {
                Samples ratio = requests.measure(count, rounds, seconds);
                if (count == FIGURE_CONNECTIONS || !report.hasFigure()) {
                    report.figure(
                            Requests.format("%.2f", ratio.median())
                                    + " times the CPU of Netty epoll over veth (whole machine, to"
                                    + " connect, ask and close, "
                                    + count
                                    + " at a time, over TAP)");
                }
            }
            report.detail("counters", course.counters());
            Notes.add(report, busy);
            report.note(
                    "The client closes first, so that TIME-WAIT is on its side for every server;"
                            + " its kernel may use a port again after a second (tcp_tw_reuse).");
        }
    }
}
