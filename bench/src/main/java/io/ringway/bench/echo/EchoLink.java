package io.ringway.bench.echo;

import com.sun.management.ThreadMXBean;

import io.ringway.bench.Benchmark;
import io.ringway.bench.Options;
import io.ringway.bench.Plot;
import io.ringway.bench.Report;
import io.ringway.bench.Samples;

import java.lang.management.ManagementFactory;
import java.util.Locale;

/** Echo of 64 octets over the link in memory: what the server's stack takes for a round trip. */
public final class EchoLink implements Benchmark {
    private static final int BURST = 32;
    private static final int FIGURE_CONNECTIONS = 1000;
    private static final long SLICE = 64;

    private final Calibration calibration = new Calibration();

    @Override
    public String name() {
        return "echo-link";
    }

    @Override
    public String summary() {
        return "64-octet echo over the link in memory, ns a round trip (the server's share), beside"
                + " a calibration loop; --connections=1,1000,… --burst=32 --rounds=5 --full"
                + " (10M)";
    }

    @Override
    public void run(Options options, Report report) {
        boolean isQuick = options.isQuick();
        int[] counts =
                options.numbers(
                        "connections",
                        options.has("full")
                                ? new int[] {1, 1000, 100_000, 1_000_000, 10_000_000}
                                : new int[] {1, 1000, 100_000, 1_000_000});
        int burst = options.number("burst", BURST);
        int rounds = options.number("rounds", isQuick ? 5 : 11);
        int perRound = options.number("trips", isQuick ? 200_000 : 1_000_000);
        int warmUp = options.number("warm-up", isQuick ? 1_000_000 : 3_000_000);
        String acks = options.text("acks", "auto");
        options.refuseOthers();

        report.row(
                "connections",
                "burst",
                "ns",
                "range",
                "of it ACKs",
                "p99 burst",
                "calibration",
                "ratio",
                "B/op");
        Plot plot =
                new Plot(
                        "A round trip of 64 octets over the link in memory: the server's share",
                        "connections, in random order",
                        "ns");
        for (int count : counts) {
            boolean isAlone =
                    switch (acks) {
                        case "alone" -> true;
                        case "piggyback" -> false;
                        default -> count > EchoRig.MOST_PIGGYBACK;
                    };
            report.progress(String.format(Locale.ROOT, "%,d connections …", count));
            try (EchoRig rig = new EchoRig(count, burst, isAlone)) {
                warmUp(rig, warmUp);
                plot.add(count, measure(rig, count, rounds, perRound, report));
                report.detail(count + " connections, counters", rig.counters());
            }
        }
        report.plot(name(), plot.svg());
        report.note(
                "ns: the stack's share of a round trip, the median over rounds of the median over"
                        + " bursts; nothing of the peer is in it.");
        report.note(
                "of it ACKs: the part for segments that only acknowledge a reply, which a peer"
                        + " sends when its next request is far away.");
        report.note(
                "calibration: ns for a chain of 32 multiplications in the same rounds; ratio: ns"
                        + " over that.");
    }

    private static void warmUp(EchoRig rig, int roundTrips) {
        for (int done = 0; done < roundTrips; done += rig.burst()) {
            rig.roundTrips();
        }
    }

    private Samples measure(EchoRig rig, int count, int rounds, int perRound, Report report) {
        Samples perTrip = new Samples();
        Samples ofItAcks = new Samples();
        Samples calibrations = new Samples();
        Samples late = new Samples();
        int bursts = Math.max(1, perRound / rig.burst());
        long[] burstNs = new long[bursts];
        long[] ackNs = new long[bursts];
        long allocated = 0;
        long ofAsking = allocatedBytes();
        ofAsking = allocatedBytes() - ofAsking;
        for (int round = 0; round < rounds; round++) {
            Samples calibrated = new Samples();
            long before = allocatedBytes();
            for (int i = 0; i < bursts; i++) {
                burstNs[i] = rig.roundTrips();
                ackNs[i] = rig.acknowledgmentNs();
            }
            allocated += allocatedBytes() - before - ofAsking;
            for (int i = 0; i < SLICE; i++) {
                calibrated.add(calibration.measure());
            }
            Samples all = toSamples(burstNs, rig.burst());
            perTrip.add(all.median());
            late.add(all.quantile(0.99));
            ofItAcks.add(toSamples(ackNs, rig.burst()).median());
            calibrations.add(calibrated.median());
        }
        Samples ratios = perTrip.over(calibrations);
        double perOperation = allocated / ((double) rounds * bursts * rig.burst());
        report.samples(count + " connections, ns a round trip", perTrip);
        report.samples(count + " connections, of it ACKs", ofItAcks);
        report.samples(count + " connections, calibration", calibrations);
        report.row(
                String.format(Locale.ROOT, "%,d", count),
                String.valueOf(rig.burst()),
                format("%.0f", perTrip.median()),
                perTrip.range("%.0f"),
                format("%.0f", ofItAcks.median()),
                format("%.0f", late.median()),
                format("%.0f", calibrations.median()),
                format("%.2f", ratios.median()),
                format("%.3f", perOperation));
        if (count == FIGURE_CONNECTIONS || !report.hasFigure()) {
            report.figure(
                    format("%.0f", perTrip.median())
                            + " ns (a round trip of 64 octets at "
                            + String.format(Locale.ROOT, "%,d", count)
                            + " connections, the server's share; "
                            + format("%.2f", ratios.median())
                            + " times a chain of 32 multiplications)");
        }
        return perTrip;
    }

    private static Samples toSamples(long[] bursts, int burst) {
        Samples samples = new Samples();
        for (long ns : bursts) {
            samples.add(ns / (double) burst);
        }
        return samples;
    }

    private static long allocatedBytes() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean())
                .getCurrentThreadAllocatedBytes();
    }

    private static String format(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
