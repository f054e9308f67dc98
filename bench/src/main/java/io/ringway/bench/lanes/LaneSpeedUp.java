package io.ringway.bench.lanes;

import io.ringway.bench.Benchmark;
import io.ringway.bench.BenchmarkException;
import io.ringway.bench.Options;
import io.ringway.bench.Report;
import io.ringway.bench.Samples;
import io.ringway.bench.echo.Calibration;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Echo of 64 octets by one lane and by two, each with its clients in its own thread. */
public final class LaneSpeedUp implements Benchmark {
    private static final int LANES = 2;

    @Override
    public String name() {
        return "lanes";
    }

    @Override
    public String summary() {
        return "64-octet echo by one lane and by two, requests replayed from memory by each lane's"
                + " own thread, whose cost is measured alone and taken out; --connections=500"
                + " (of a lane) --burst=32 --rounds=11";
    }

    private record Times(int rounds, long sliceNs, long warmUpNs) {}

    /** Nanoseconds of one thing, alone and on both cores at once. */
    private static final class Pair {
        final Samples alone = new Samples();
        final List<Samples> both = new ArrayList<>();
        final Samples speedUps = new Samples();

        Pair() {
            for (int i = 0; i < LANES; i++) {
                both.add(new Samples());
            }
        }

        void add(double aloneNs, double[] bothNs) {
            alone.add(aloneNs);
            for (int i = 0; i < LANES; i++) {
                both.get(i).add(bothNs[i]);
            }
            speedUps.add(speedUp(aloneNs, bothNs));
        }
    }

    /** How much more is done in a time by both than by one alone. */
    private static double speedUp(double aloneNs, double[] bothNs) {
        double rate = 0;
        for (double ns : bothNs) {
            rate += 1 / ns;
        }
        return aloneNs * rate;
    }

    @Override
    public void run(Options options, Report report) {
        boolean isQuick = options.isQuick();
        int connections = options.number("connections", 500);
        int burst = options.number("burst", 32);
        int rounds = options.number("rounds", isQuick ? 5 : 11);
        long sliceNs = options.number("slice-ms", isQuick ? 100 : 300) * 1_000_000L;
        long warmUpNs = options.number("warm-up-s", isQuick ? 2 : 5) * 1_000_000_000L;
        options.refuseOthers();
        if (connections < 4 * burst) {
            throw new BenchmarkException(
                    "--connections has to be 4 times the burst or more; given " + connections);
        }
        try (Cores cores = new Cores(LANES);
                LaneRig one = new LaneRig(1, connections, burst, cores);
                LaneRig two = new LaneRig(LANES, LANES * connections, burst, cores)) {
            NullLane[] idle = new NullLane[LANES];
            for (int i = 0; i < LANES; i++) {
                ReplayPort alone = new ReplayPort(1, connections);
                idle[i] = new NullLane(alone.queue(0), burst);
            }
            Calibration[] chains = {new Calibration(), new Calibration()};
            measure(
                    cores,
                    one,
                    two,
                    core -> idle[core].turn(),
                    core -> chain(chains[core]),
                    new Times(rounds, sliceNs, warmUpNs),
                    report);
            one.check();
            two.check();
            report.detail("one lane, counters", one.counters());
            report.detail("two lanes, counters", two.counters());
            for (NullLane lane : idle) {
                lane.close();
            }
        }
        report.note(
                "Each lane's requests are copies from memory, made by its own thread in the receive"
                    + " of its queue, and its replies are checked and dropped in the transmit: no"
                    + " third thread, nothing between the lanes. What that costs is the row"
                    + " \"generator\": the same queues under a lane that does nothing.");
        report.note(
                "A lane has as many connections alone as beside the other: with all of them on the"
                        + " one lane, its cache would be too small for them, and the speed-up above"
                        + " 2.");
        report.note(
                "The speed-up is of the lanes less their generator, round by round; the machine's"
                        + " own, which bounds it, is in the rows \"generator\" (copies, loads and"
                        + " stores) and \"calibration\" (a chain of multiplications).");
    }

    private static int chain(Calibration of) {
        of.measure();
        return 1;
    }

    private static void measure(
            Cores cores,
            LaneRig one,
            LaneRig two,
            Cores.Turn nothing,
            Cores.Turn chain,
            Times times,
            Report report) {
        cores.run(1, times.warmUpNs(), one::turn);
        cores.run(LANES, times.warmUpNs(), two::turn);
        cores.run(LANES, times.warmUpNs() / 4, nothing);
        Pair lanes = new Pair();
        Pair generator = new Pair();
        Pair machine = new Pair();
        Pair net = new Pair();
        long sliceNs = times.sliceNs();
        for (int round = 0; round < times.rounds(); round++) {
            report.progress("round " + (round + 1) + " of " + times.rounds());
            double lane = cores.run(1, sliceNs, one::turn)[0];
            double[] bothLanes = cores.run(LANES, sliceNs, two::turn);
            double cost = cores.run(1, sliceNs, nothing)[0];
            double[] bothCosts = cores.run(LANES, sliceNs, nothing);
            machine.add(cores.run(1, sliceNs, chain)[0], cores.run(LANES, sliceNs, chain));
            lanes.add(lane, bothLanes);
            generator.add(cost, bothCosts);
            net.add(
                    lane - cost,
                    new double[] {bothLanes[0] - bothCosts[0], bothLanes[1] - bothCosts[1]});
        }
        report.row("ns a request", "one alone", "both: first", "both: second", "speed-up", "range");
        row(report, "lane and generator", lanes, "%.0f");
        row(report, "generator", generator, "%.0f");
        row(report, "lane without it", net, "%.0f");
        row(report, "calibration (2,000 chains)", machine, "%.0f");
        report.figure(
                String.format(
                        Locale.ROOT,
                        "%.2f times (two lanes against one, their generators taken out; with them"
                                + " %.2f, and two cores do %.2f times the generator's work)",
                        net.speedUps.median(),
                        lanes.speedUps.median(),
                        generator.speedUps.median()));
    }

    private static void row(Report report, String what, Pair pair, String format) {
        report.samples(what + ", one alone", pair.alone);
        report.samples(what + ", both, first", pair.both.get(0));
        report.samples(what + ", both, second", pair.both.get(1));
        report.samples(what + ", speed-up", pair.speedUps);
        report.row(
                what,
                String.format(Locale.ROOT, format, pair.alone.median()),
                String.format(Locale.ROOT, format, pair.both.get(0).median()),
                String.format(Locale.ROOT, format, pair.both.get(1).median()),
                String.format(Locale.ROOT, "%.2f", pair.speedUps.median()),
                pair.speedUps.range("%.2f"));
    }
}
