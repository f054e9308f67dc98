package io.ringway.bench.path;

import io.ringway.bench.Bars;
import io.ringway.bench.Benchmark;
import io.ringway.bench.Options;
import io.ringway.bench.Report;
import io.ringway.bench.Samples;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Flows of Ringway and of the kernel against each other at one bottleneck. */
public final class Fairness implements Benchmark {
    private static final String QUICK =
            "ringway-cubic:kernel-reno,ringway-newreno:kernel-reno,ringway-cubic:ringway-newreno,"
                    + "kernel-cubic:kernel-reno";
    private static final int DELAY_MS = 20;

    @Override
    public String name() {
        return "fairness";
    }

    @Override
    public String summary() {
        return "2 and 10 flows over one bottleneck of 100 Mbit/s, 20 ms, a queue of one BDP:"
                + " shares, Jain's index; Ringway's and the kernel's congestion controls by"
                + " pairs; root; --pairs=ringway-cubic:kernel-reno,… --flows=1,5 --seconds=12"
                + " --skip=2 --rounds=3 --mbit=100";
    }

    @Override
    public void run(Options options, Report report) {
        boolean isQuick = options.isQuick();
        int[] flows = options.numbers("flows", isQuick ? new int[] {1} : new int[] {1, 5});
        int seconds = options.number("seconds", isQuick ? 8 : 12);
        int skip = options.number("skip", 2);
        int rounds = options.number("rounds", isQuick ? 1 : 3);
        long bitsPerSecond = options.number("mbit", 100) * 1_000_000L;
        List<Contender[]> pairs = pairs(options.text("pairs", isQuick ? QUICK : ""));
        options.refuseOthers();
        report.row(
                "flows",
                "one",
                "other",
                "one Mbit/s",
                "other Mbit/s",
                "one to other",
                "range",
                "Jain",
                "least share",
                "total Mbit/s");
        warmUp(bitsPerSecond);
        Samples toReno = new Samples();
        Bars bars =
                new Bars("Share of a flow of the first to one of the second; the line is at 1", 1);
        for (int each : flows) {
            for (Contender[] pair : pairs) {
                Contest contest = new Contest(pair[0], pair[1], each);
                report.progress(2 * each + " flows: " + label(contest));
                Samples ratio = measure(contest, bitsPerSecond, seconds, skip, rounds, report);
                bars.add(2 * each + " flows: " + label(contest), ratio, each == 1 ? 0 : 1);
                if (isJudged(pair)) {
                    toReno.add(ratio.median());
                }
            }
        }
        report.plot(name(), bars.svg());
        if (toReno.count() > 0) {
            report.figure(
                    String.format(
                            Locale.ROOT,
                            "%.2f times a kernel reno flow's share (the most that a cubic or"
                                    + " newreno flow of Ringway's takes; the least is %.2f)",
                            toReno.most(),
                            toReno.least()));
        } else {
            report.figure("no figure without ringway-cubic or ringway-newreno against kernel-reno");
        }
        report.note(
                "Shares are means over a contender's flows, of what arrived between second "
                        + skip
                        + " and "
                        + seconds
                        + "; medians over the rounds. All flows begin at the same time. The least"
                        + " share is the smallest flow's over the mean of all.");
    }

    private static void warmUp(long bitsPerSecond) {
        new Contest(Contender.RINGWAY_CUBIC, Contender.KERNEL_RENO, 1)
                .measure(new Cell(0, 1, 0), bitsPerSecond, 2, 1, 0);
    }

    private static Samples measure(
            Contest contest, long bitsPerSecond, int seconds, int skip, int rounds, Report report) {
        Samples one = new Samples();
        Samples other = new Samples();
        Samples ratio = new Samples();
        Samples jain = new Samples();
        Samples least = new Samples();
        Samples total = new Samples();
        for (int round = 0; round < rounds; round++) {
            Contest.Shares shares =
                    contest.measure(new Cell(0, DELAY_MS, 0), bitsPerSecond, seconds, skip, round);
            one.add(shares.meanOne());
            other.add(shares.meanOther());
            ratio.add(shares.meanOne() / shares.meanOther());
            jain.add(shares.jain());
            least.add(shares.least());
            total.add(shares.total());
        }
        String prefix = 2 * contest.flowsEach() + " flows, " + label(contest);
        report.samples(prefix + ", one Mbit/s", one);
        report.samples(prefix + ", other Mbit/s", other);
        report.samples(prefix + ", Jain's index", jain);
        report.row(
                String.valueOf(2 * contest.flowsEach()),
                contest.one().label(),
                contest.other().label(),
                format("%.1f", one.median()),
                format("%.1f", other.median()),
                format("%.2f", ratio.median()),
                ratio.range("%.2f"),
                format("%.3f", jain.median()),
                format("%.2f", least.median()),
                format("%.1f", total.median()));
        return ratio;
    }

    /** Whether the issue sets a limit: our loss-based controls against the kernel's reno. */
    private static boolean isJudged(Contender[] pair) {
        return pair[1] == Contender.KERNEL_RENO
                && (pair[0] == Contender.RINGWAY_CUBIC || pair[0] == Contender.RINGWAY_NEWRENO);
    }

    private static String label(Contest contest) {
        return contest.one().label() + " against " + contest.other().label();
    }

    private static List<Contender[]> pairs(String text) {
        if (!text.isEmpty()) {
            return Arrays.stream(text.split(",", -1))
                    .map(pair ->
                            Arrays.stream(pair.split(":", -1))
                                    .map(Contender::parse)
                                    .toArray(Contender[]::new))
                    .filter(pair -> pair.length == 2)
                    .toList();
        }
        List<Contender[]> pairs = new ArrayList<>();
        Contender[] all =
                Arrays.stream(Contender.values())
                        .filter(Contender::isThere)
                        .toArray(Contender[]::new);
        for (int i = 0; i < all.length; i++) {
            for (int j = i; j < all.length; j++) {
                pairs.add(new Contender[] {all[i], all[j]});
            }
        }
        return pairs;
    }

    private static String format(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
