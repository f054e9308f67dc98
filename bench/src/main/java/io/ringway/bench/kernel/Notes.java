package io.ringway.bench.kernel;

import io.ringway.bench.Report;

import java.util.Locale;

/** What is to be known of every comparison with the kernel. */
final class Notes {
    private static final double BUSY = 0.1;

    private Notes() {}

    static void add(Report report, double busyWhileIdle) {
        report.note(
                "One client program on the kernel's TCP, the servers in turn; ratios are the median"
                        + " over the rounds.");
        report.note(
                "CPU is the busy time of the whole machine from /proc/stat: client, server and"
                        + " kernel. A TAP path has one device less than a veth path.");
        if (busyWhileIdle > BUSY) {
            report.note(
                    String.format(
                            Locale.ROOT,
                            "Beware: %.1f processors were busy with something else before the"
                                    + " start; the CPU figures are not to be quoted.",
                            busyWhileIdle));
        }
    }
}
