package io.ringway.bench.bulk;

import io.ringway.bench.Benchmark;
import io.ringway.bench.Options;
import io.ringway.bench.Report;
import io.ringway.bench.Samples;
import io.ringway.port.LinkConfig;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Locale;

/** One flow over the link in memory, both ends on one thread: Gbit of payload a second. */
public final class BulkLink implements Benchmark {
    private static final long WARM_UP = 256L << 20;
    private static final long CHECKED = 16L << 20;
    private static final long ROUND = 256L << 20;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    @Override
    public String name() {
        return "bulk-link";
    }

    @Override
    public String summary() {
        return "one flow over the link in memory, MTU 1500, both ends on one core, with and without"
                + " the link's offloads; --rounds=5 --buffer=1048576";
    }

    @Override
    public void run(Options options, Report report) {
        boolean isQuick = options.isQuick();
        int rounds = options.number("rounds", isQuick ? 5 : 11);
        int buffer = options.number("buffer", 1 << 20);
        String only = options.text("only", "");
        options.refuseOthers();
        report.row("link", "Gbit/s", "range", "by the clock", "B allocated a MiB");
        Samples plain = new Samples();
        Samples offloaded = new Samples();
        if (!"offloaded".equals(only)) {
            plain = measure("plain", LinkConfig.PLAIN, buffer, rounds, report);
        }
        if (!"plain".equals(only)) {
            offloaded = measure("offloaded", LinkConfig.OFFLOADED, buffer, rounds, report);
        }
        report.note(
                "Gbit/s: payload from one application's memory to the other's, for each second of"
                        + " CPU time of the thread that runs both ends; the median of the rounds.");
        report.note(
                "plain: segments of 1,460 octets, every checksum made and verified. offloaded:"
                        + " super-frames, checksums left to the link, which makes none.");
        report.figure(
                String.format(
                        Locale.ROOT,
                        "%.1f Gbit/s (one flow, MTU 1500, both ends on one core; %.1f with the"
                                + " link's offloads)",
                        plain.median(),
                        offloaded.median()));
    }

    private static Samples measure(
            String name, LinkConfig link, int buffer, int rounds, Report report) {
        report.progress(name + " …");
        Samples byCpu = new Samples();
        Samples byClock = new Samples();
        long allocated = 0;
        try (BulkRig rig = new BulkRig(link, buffer)) {
            rig.move(WARM_UP);
            for (int round = 0; round < rounds; round++) {
                rig.isChecking(true);
                rig.move(CHECKED);
                rig.isChecking(false);
                long allocatedBefore = allocatedBytes();
                long clockNs = System.nanoTime();
                long cpuNs = THREADS.getCurrentThreadCpuTime();
                long bits = 8 * rig.move(ROUND);
                byCpu.add(bits / (double) (THREADS.getCurrentThreadCpuTime() - cpuNs));
                byClock.add(bits / (double) (System.nanoTime() - clockNs));
                allocated += allocatedBytes() - allocatedBefore;
            }
            report.samples(name + ", Gbit a CPU second", byCpu);
            report.samples(name + ", Gbit a second by the clock", byClock);
            report.row(
                    name,
                    String.format(Locale.ROOT, "%.1f", byCpu.median()),
                    byCpu.range("%.1f"),
                    String.format(Locale.ROOT, "%.1f", byClock.median()),
                    String.format(
                            Locale.ROOT, "%.1f", allocated / (double) rounds / (ROUND >> 20)));
            report.detail(name + " counters", rig.counters());
        }
        return byCpu;
    }

    private static long allocatedBytes() {
        return ((com.sun.management.ThreadMXBean) THREADS).getCurrentThreadAllocatedBytes();
    }
}
