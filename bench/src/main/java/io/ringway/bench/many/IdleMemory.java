package io.ringway.bench.many;

import io.ringway.bench.Benchmark;
import io.ringway.bench.Options;
import io.ringway.bench.Report;

import java.util.Locale;

/** Memory of idle connections: ours, the kernel's, and Netty's on the kernel. */
public final class IdleMemory implements Benchmark {
    @Override
    public String name() {
        return "idle-memory";
    }

    @Override
    public String summary() {
        return "memory of 200,000 idle connections, process and kernel, beside a C epoll server and"
                + " Netty epoll on the kernel's TCP; root; --connections=200000";
    }

    @Override
    public void run(Options options, Report report) {
        int connections = options.number("connections", options.isQuick() ? 20_000 : 200_000);
        options.refuseOthers();
        report.row("octets a connection", "process", "kernel", "together");
        report.progress("Ringway");
        double ours = ours(connections);
        row(report, "Ringway", ours, 0);
        report.progress("a C epoll server");
        KernelIdle.Found c = KernelIdle.ofC(connections);
        row(report, "C epoll server on the kernel", c.resident(), c.slab());
        report.progress("Netty");
        KernelIdle.Found netty = KernelIdle.ofNetty(connections);
        row(report, "Netty epoll on the kernel", netty.resident(), netty.slab());
        report.note(
                "process: resident memory after less before; kernel: objects in use in"
                    + " /proc/slabinfo after less before, so whatever else the machine did is in"
                    + " it. Each of "
                        + String.format(Locale.ROOT, "%,d", connections)
                        + " connections was opened, asked once, and then silent for two seconds. A"
                        + " process may have "
                        + String.format(Locale.ROOT, "%,d", Memory.mostFiles())
                        + " files open here, so the kernel's are those of "
                        + c.servers()
                        + " servers at once.");
        report.note(
                "Ringway's are on a link in memory: over a device they would take as much, for the"
                        + " kernel knows nothing of them.");
        report.figure(
                String.format(
                        Locale.ROOT,
                        "%.0f octets a connection (the kernel's slabs alone take %.0f, with Netty"
                                + " on it %.0f)",
                        ours,
                        c.slab(),
                        netty.slab() + netty.resident()));
    }

    private static double ours(int connections) {
        try (OursInMemory ours = new OursInMemory(connections, 256)) {
            ours.open();
            ours.verify(connections);
            ours.hold(2);
            double each = ours.octetsEach();
            ours.closeAll();
            return each;
        }
    }

    private static void row(Report report, String what, double process, double kernel) {
        report.row(
                what,
                String.format(Locale.ROOT, "%.0f", process),
                String.format(Locale.ROOT, "%.0f", kernel),
                String.format(Locale.ROOT, "%.0f", process + kernel));
        report.detail(what + ", process and kernel", process + " " + kernel);
    }
}
