package io.ringway.bench.kernel;

import io.ringway.IdleStrategy;
import io.ringway.bench.Bars;
import io.ringway.bench.Benchmark;
import io.ringway.bench.Options;
import io.ringway.bench.Report;
import io.ringway.bench.Samples;

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
                + " request, over TAP, AF_PACKET and AF_XDP, beside a C epoll server and Netty"
                + " epoll over veth and loopback; root; --connections=1,50,1000"
                + " --idle=spin-then-poll";
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
        Bars bars =
                new Bars("CPU of the whole machine for a request, ours to Netty epoll's (veth)", 1);
        try (Course course = new Course(idle, "", Side.ALL)) {
            double busy = course.busyWhileIdle();
            Requests requests = new Requests(course, "echo", "request", report);
            for (int count : counts) {
                Samples ratio = requests.measure(count, rounds, seconds);
                bars.add(count + " connections", ratio, 0);
                if (count == FIGURE_CONNECTIONS || !report.hasFigure()) {
                    report.figure(
                            Requests.format("%.2f", ratio.median())
                                    + " times the CPU of Netty epoll over veth (whole machine, a"
                                    + " request of 64 octets at "
                                    + count
                                    + " connections, over TAP)");
                }
            }
            report.detail("counters", course.counters());
            Notes.add(report, busy);
            report.note(
                    "Latencies are those of a client that has one request outstanding on each"
                            + " connection and sends the next at once.");
        }
        report.plot(name(), bars.svg());
    }
}
