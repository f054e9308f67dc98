package io.ringway.bench.many;

import io.ringway.bench.Benchmark;
import io.ringway.bench.Options;
import io.ringway.bench.Report;

import java.util.Locale;

/** Ten million connections in one process, clients included. */
public final class TenMillion implements Benchmark {
    private static final int OF_THE_KERNEL = 100_000;

    @Override
    public String name() {
        return "c10m";
    }

    @Override
    public String summary() {
        return "ten million established connections, 1 % of them active: octets a connection,"
                + " opens/s, p50/p99 of the active ones, collections, beside the kernel's octets"
                + " for 100,000 (root); --connections=10000000 --seconds=20 --verify=100000"
                + " --verify-all";
    }

    @Override
    public void run(Options options, Report report) {
        boolean isQuick = options.isQuick();
        int connections = options.number("connections", isQuick ? 500_000 : 10_000_000);
        int seconds = options.number("seconds", isQuick ? 5 : 20);
        int verified =
                options.has("verify-all")
                        ? connections
                        : Math.min(connections, options.number("verify", 100_000));
        boolean hasKernel = !options.has("no-kernel");
        options.refuseOthers();
        double each;
        report.row("", "");
        report.progress(number(connections) + " connections");
        try (OursInMemory ours = new OursInMemory(connections, connections / 100)) {
            long heapBefore = Memory.heap();
            long collectedMs = Memory.collectionMs();
            double busy = ours.busySeconds();
            double openSeconds = ours.open();
            busy = ours.busySeconds() - busy;
            double messages = ours.hold(seconds);
            each = ours.octetsEach();
            collectedMs = Memory.collectionMs() - collectedMs;
            long resident = Memory.resident();
            long heap = Memory.heap();
            int answered = ours.verify(verified);
            int left = ours.closeAll();
            report.row("octets a connection", String.format(Locale.ROOT, "%.0f", each));
            report.row("opens a second", number(Math.round(connections / openSeconds)));
            report.row(
                    "opens in a second of the lane's own work",
                    number(Math.round(connections / busy)));
            report.row("messages a second", number(Math.round(messages)));
            report.row("p50 µs", String.format(Locale.ROOT, "%.1f", ours.micros(50)));
            report.row("p99 µs", String.format(Locale.ROOT, "%.1f", ours.micros(99)));
            report.row("p99.9 µs", String.format(Locale.ROOT, "%.1f", ours.micros(99.9)));
            report.row("ms of collections while opening and holding", number(collectedMs));
            report.row("heap in use before, MiB", number(heapBefore >> 20));
            report.row("heap in use with all open, MiB", number(heap >> 20));
            report.row("resident, clients included, MiB", number(resident >> 20));
            report.row("answered at the end", answered + " of " + verified);
            report.row("left at the server, wrong", left + ", " + ours.wrong());
            if (answered != verified || left != 0 || ours.wrong() != 0) {
                report.fail("not every connection did what it should");
            }
        }
        String kernel = "";
        if (hasKernel) {
            int count = Math.min(connections, OF_THE_KERNEL);
            report.progress("the kernel's, with " + number(count));
            KernelIdle.Found found = KernelIdle.ofC(count);
            report.row(
                    "the kernel's slab octets, " + number(count) + " connections",
                    String.format(Locale.ROOT, "%.0f", found.slab()));
            report.row(
                    "extrapolated to " + number(connections) + ", GiB",
                    String.format(Locale.ROOT, "%.1f", found.slab() * connections / (1 << 30)));
            kernel =
                    String.format(
                            Locale.ROOT,
                            "; the kernel takes %.0f, of %s extrapolated",
                            found.slab(),
                            number(count));
        }
        report.note(
                "Clients and server are in this process, on two threads; the second row of opens"
                    + " leaves out the time in which the lane waited for the clients. Round trips"
                    + " count from when a request was due. What a connection takes is the resident"
                    + " memory with all open and the active ones talking, less that of the empty"
                    + " stack with its clients.");
        report.figure(
                String.format(
                        Locale.ROOT,
                        "%.0f octets a connection (of %s%s)",
                        each,
                        number(connections),
                        kernel));
    }

    private static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }
}
