package io.ringway.bench.kernel;

import io.ringway.IdleStrategy;
import io.ringway.bench.Benchmark;
import io.ringway.bench.Options;
import io.ringway.bench.Report;
import io.ringway.bench.Samples;

import java.util.Locale;

/** One flow between a client on the kernel's TCP and a server, in each direction. */
public final class Goodput implements Benchmark {
    @Override
    public String name() {
        return "goodput";
    }

    @Override
    public String summary() {
        return "one flow each way over TAP, Gbit/s and whole-machine CPU a Gbit, beside the kernel"
                + " over veth and loopback; root; --rounds=5 --seconds=10 --congestion=reno (of the"
                + " kernel's connections)";
    }

    @Override
    public void run(Options options, Report report) {
        boolean isQuick = options.isQuick();
        int rounds = options.number("rounds", isQuick ? 3 : 5);
        String seconds = String.valueOf(options.number("seconds", isQuick ? 1 : 10));
        IdleStrategy idle = IdleStrategy.parse(options.text("idle", "spin-then-poll"));
        String congestion = options.text("congestion", "");
        options.refuseOthers();
        report.row(
                "direction",
                "server",
                "Gbit/s",
                "range",
                "ratio to veth",
                "range",
                "CPU ms a Gbit",
                "ratio to veth",
                "sent again");
        double worst = Double.MAX_VALUE;
        String worstText = "";
        try (Course course = new Course(idle, congestion, Side.STREAMS)) {
            double busy = course.busyWhileIdle();
            for (String mode : new String[] {"send", "receive"}) {
                Samples ratios = direction(course, mode, rounds, seconds, report);
                if (ratios.median() < worst) {
                    worst = ratios.median();
                    worstText = mode.equals("send") ? "client to server" : "server to client";
                }
            }
            report.detail("counters", course.counters());
            Notes.add(report, busy);
        }
        report.figure(
                String.format(
                        Locale.ROOT,
                        "%.2f times the kernel over veth (goodput of one flow over TAP, the worse"
                                + " direction: %s)",
                        worst,
                        worstText));
    }

    private static Samples direction(
            Course course, String mode, int rounds, String seconds, Report report) {
        String direction = mode.equals("send") ? "client to server" : "server to client";
        PerSide<Samples> gigabits = new PerSide<>(Samples::new);
        PerSide<Samples> busy = new PerSide<>(Samples::new);
        PerSide<Samples> again = new PerSide<>(Samples::new);
        // Compile our side before the first round; the kernel's is compiled already.
        course.run(Side.RINGWAY, mode, "2");
        for (int round = 0; round < rounds; round++) {
            report.progress(direction + ", round " + (round + 1) + " of " + rounds);
            for (Side side : course.sides()) {
                Outcome outcome = course.run(side, mode, seconds);
                gigabits.get(side).add(outcome.gigabits());
                busy.get(side).add(outcome.busyPerGigabit() * 1e3);
                again.get(side).add(outcome.get("retransmitted"));
            }
        }
        for (Side side : course.sides()) {
            Samples ratios = gigabits.get(side).over(gigabits.get(Side.VETH));
            report.samples(direction + ", " + side.label() + ", Gbit/s", gigabits.get(side));
            report.samples(direction + ", " + side.label() + ", CPU ms a Gbit", busy.get(side));
            report.row(
                    direction,
                    side.label(),
                    format("%.1f", gigabits.get(side).median()),
                    gigabits.get(side).range("%.1f"),
                    format("%.2f", ratios.median()),
                    ratios.range("%.2f"),
                    format("%.0f", busy.get(side).median()),
                    format("%.2f", busy.get(side).over(busy.get(Side.VETH)).median()),
                    format("%.0f", again.get(side).median()));
        }
        return gigabits.get(Side.RINGWAY).over(gigabits.get(Side.VETH));
    }

    private static String format(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
