package io.ringway.bench.http;

import io.ringway.bench.Report;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a conformance suite says of one program on several ways. Where ours are worse than the
 * kernel's the report fails; what Netty does wrong on any of them is Netty's.
 */
final class SuiteTable {
    private final Map<NettyWay, SortedMap<String, String>> results = new EnumMap<>(NettyWay.class);

    /**
     * Adds the results of one way.
     *
     * @param verdicts by the names of the cases; {@link #PASSED} and others
     */
    void add(NettyWay way, SortedMap<String, String> verdicts) {
        results.put(way, verdicts);
    }

    /** What a case is that is as it should be. */
    static final String PASSED = "passed";

    /** Writes the table, what is different on Ringway, and the figure. */
    void write(Report report) {
        SortedMap<String, String> kernel = Objects.requireNonNull(results.get(NettyWay.NIO));
        report.row("server", "cases", "passed", "other", "worse than on the kernel", "better");
        int worseOnAny = 0;
        for (Map.Entry<NettyWay, SortedMap<String, String>> entry : results.entrySet()) {
            SortedMap<String, String> ours = entry.getValue();
            SortedMap<String, String> worse = new TreeMap<>();
            int better = 0;
            for (Map.Entry<String, String> expected : kernel.entrySet()) {
                String found = ours.getOrDefault(expected.getKey(), "not run");
                boolean isPassed = found.equals(PASSED);
                boolean isKernelPassed = expected.getValue().equals(PASSED);
                if (isKernelPassed && !isPassed) {
                    worse.put(expected.getKey(), found);
                } else if (isPassed && !isKernelPassed) {
                    better++;
                }
            }
            long passed = ours.values().stream().filter(PASSED::equals).count();
            report.row(
                    entry.getKey().label(),
                    String.valueOf(ours.size()),
                    String.valueOf(passed),
                    String.valueOf(ours.size() - passed),
                    String.valueOf(worse.size()),
                    String.valueOf(better));
            if (!entry.getKey().isOnKernel()) {
                worse.forEach((name, found) ->
                        report.note(entry.getKey().label() + ": " + name + " " + found));
                worseOnAny += worse.size();
            }
        }
        kernel.forEach((name, found) -> {
            if (!found.equals(PASSED)) {
                report.detail("on the kernel too, " + name, found);
            }
        });
        if (worseOnAny > 0) {
            report.fail(worseOnAny + " cases are worse on Ringway");
        }
        report.figure(worseOnAny + " cases worse than over the kernel (of " + kernel.size() + ")");
    }
}
