package io.ringway.bench.path;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ringway.Stack;
import io.ringway.bench.Bars;
import io.ringway.bench.Benchmark;
import io.ringway.bench.BenchmarkException;
import io.ringway.bench.Options;
import io.ringway.bench.Report;
import io.ringway.bench.Samples;
import io.ringway.memory.Counter;
import io.ringway.tcp.Pacing;
import io.ringway.wire.IpPrefix;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a bulk flow does to everybody else's round trip, with pacing and without. */
public final class QueueDelay implements Benchmark {
    private static final int STREAM_PORT = 19;
    private static final int DELAY_MS = 20;
    // The bound below TCP sees what waits for the device, not what the device has taken.
    private static final int DEEP_DEVICE = 1024;
    private static final int SHALLOW_DEVICE = 4;
    private static final int DEFAULT_BELOW = 1 << 20;
    private static final int LITTLE_BELOW = 3_000;
    private static final Pattern TIME = Pattern.compile("time=([0-9.]+) ms");

    @Override
    public String name() {
        return "queue";
    }

    @Override
    public String summary() {
        return "round trip of others under a bulk flow over 100 Mbit/s, 20 ms, one BDP of queue:"
                + " Ringway with pacing and without, beside the kernel; and in our own device's"
                + " queue, with the bound below TCP and without; root; --seconds=8 --rounds=3";
    }

    @Override
    public void run(Options options, Report report) {
        boolean isQuick = options.isQuick();
        int seconds = options.number("seconds", isQuick ? 4 : 8);
        int rounds = options.number("rounds", isQuick ? 1 : 3);
        long bitsPerSecond = options.number("mbit", 100) * 1_000_000L;
        options.refuseOthers();
        report.row(
                "sender",
                "pacing",
                "p50 ms",
                "p99 ms",
                "most ms",
                "Mbit/s",
                "queue full",
                "sent again");
        new Load(Contender.RINGWAY_CUBIC, Pacing.OFF).measure(bitsPerSecond, 2, 0);
        Row unpaced = new Row();
        Row paced = new Row();
        Bars bars =
                new Bars("Round trip of others under a bulk flow, ms: median and p99", DELAY_MS);
        for (Load load : loads()) {
            Row row =
                    load.contender() != Contender.RINGWAY_CUBIC
                            ? new Row()
                            : load.pacing() == Pacing.ON ? paced : unpaced;
            for (int round = 0; round < rounds; round++) {
                report.progress(load.label() + ", round " + (round + 1) + " of " + rounds);
                row.add(load.measure(bitsPerSecond, seconds, round));
            }
            row.show(load, report);
            bars.add(load.label() + ", p50", row.middle, 0);
            bars.add("p99", row.late, 1);
        }
        report.plot(name(), bars.svg());
        ownDevice(bitsPerSecond, report);
        report.figure(
                String.format(
                        Locale.ROOT,
                        "%.1f ms at the 99th percentile with pacing, %.1f ms without (round trip of"
                                + " others under a cubic flow of Ringway's; %d ms unloaded)",
                        paced.late.median(),
                        unpaced.late.median(),
                        DELAY_MS));
        report.note(
                "Round trips are a ping's every 10 ms through the same queue, from the flow's"
                        + " beginning on; medians over the rounds of each round's percentiles.");
    }

    private static List<Load> loads() {
        List<Load> loads = new ArrayList<>();
        for (Contender contender : Contender.values()) {
            if (contender.isOurs() && contender != Contender.RINGWAY_BBR) {
                loads.add(new Load(contender, Pacing.OFF));
                loads.add(new Load(contender, Pacing.ON));
            } else if (contender.isThere()) {
                loads.add(new Load(contender, Pacing.AUTO));
            }
        }
        return loads;
    }

    /** What a bulk flow leaves of the queue of our own device. */
    private static void ownDevice(long bitsPerSecond, Report report) {
        for (int[] device :
                new int[][] {
                    {DEEP_DEVICE, DEFAULT_BELOW},
                    {SHALLOW_DEVICE, DEFAULT_BELOW},
                    {SHALLOW_DEVICE, LITTLE_BELOW}
                }) {
            try (LocalQueue queue =
                    new LocalQueue(bitsPerSecond, 1_000_000, device[0], device[1])) {
                Samples took = queue.run(3);
                report.note(
                        String.format(
                                Locale.ROOT,
                                "Our own device (%d Mbit/s, 2 ms, virtual time) that queues %d"
                                    + " frames and refuses more, belowOctets %d: a small request"
                                    + " beside a bulk flow takes %.1f ms at the median, %.1f ms at"
                                    + " p99.",
                                bitsPerSecond / 1_000_000,
                                device[0],
                                device[1],
                                took.median(),
                                took.quantile(0.99)));
                report.samples("own device, " + device[0] + " frames, below " + device[1], took);
            }
        }
    }

    /** One run's findings. */
    private record Finding(Samples pings, double megabits, String fate) {}

    /** The samples of one sender. */
    private static final class Row {
        private final Samples middle = new Samples();
        private final Samples late = new Samples();
        private final Samples most = new Samples();
        private final Samples megabits = new Samples();
        private String fate = "";

        void add(Finding finding) {
            middle.add(finding.pings().median());
            late.add(finding.pings().quantile(0.99));
            most.add(finding.pings().most());
            megabits.add(finding.megabits());
            fate = finding.fate();
        }

        void show(Load load, Report report) {
            String[] words = fate.split("/", -1);
            report.samples(load.label() + ", p99 ms", late);
            report.samples(load.label() + ", Mbit/s", megabits);
            report.row(
                    load.contender().label(),
                    load.pacing().name().toLowerCase(Locale.ROOT),
                    String.format(Locale.ROOT, "%.1f", middle.median()),
                    String.format(Locale.ROOT, "%.1f", late.median()),
                    String.format(Locale.ROOT, "%.1f", most.median()),
                    String.format(Locale.ROOT, "%.1f", megabits.median()),
                    words[0],
                    words[1]);
        }
    }

    /** A bulk flow. */
    private record Load(Contender contender, Pacing pacing) {
        String label() {
            return contender.label() + ", pacing " + pacing.name().toLowerCase(Locale.ROOT);
        }

        Finding measure(long bitsPerSecond, int seconds, int round) {
            Cell cell = new Cell(0, DELAY_MS, 0);
            try (BadPath path =
                    new BadPath(
                            cell.impairment(bitsPerSecond, round),
                            cell.impairment(bitsPerSecond, round + 100))) {
                return contender.isOurs() ? withRingway(path, seconds) : withKernel(path, seconds);
            }
        }

        private Finding withRingway(BadPath path, int seconds) {
            Stack stack =
                    path.stack(
                            List.of(contender.address()),
                            builder ->
                                    builder.tcp(tcp ->
                                            tcp.congestion(change -> change.withPacing(pacing))));
            stack.listen(STREAM_PORT, new FlowSource(contender.algorithm()));
            stack.start();
            Finding finding = load(path, contender.address(), seconds);
            long again = stack.counter(Counter.TCP_RETRANSMITTED);
            return new Finding(finding.pings(), finding.megabits(), finding.fate() + again);
        }

        private Finding withKernel(BadPath path, int seconds) {
            if (!contender.address().equals(BadPath.NEAR_KERNEL)) {
                path.near().address("near", IpPrefix.parse(contender.address() + "/24"));
            }
            Process server = path.nearServer(contender.algorithm(), contender.address());
            Finding finding = load(path, contender.address(), seconds);
            return new Finding(
                    finding.pings(),
                    finding.megabits(),
                    finding.fate() + KernelTcp.retransmitted(server));
        }

        private static Finding load(BadPath path, String address, int seconds) {
            Process ping =
                    path.near()
                            .start(
                                    new ProcessBuilder(
                                            "ping",
                                            "-i",
                                            "0.01",
                                            "-w",
                                            String.valueOf(seconds),
                                            BadPath.FAR_KERNEL));
            Process client = path.farClient("reno", "receive", address, seconds);
            Samples pings = new Samples();
            try {
                new String(ping.getInputStream().readAllBytes(), UTF_8)
                        .lines()
                        .map(TIME::matcher)
                        .filter(Matcher::find)
                        .forEach(matcher -> pings.add(Double.parseDouble(matcher.group(1))));
            } catch (IOException failed) {
                throw new BenchmarkException("cannot read what ping writes", failed);
            }
            double megabits = path.outcome(client, seconds).gigabits() * 1e3;
            return new Finding(pings, megabits, path.overflowed() + "/");
        }
    }
}
