package io.ringway.bench.path;

import io.ringway.Stack;
import io.ringway.wire.Endpoint;
import io.ringway.wire.IpAddress;
import io.ringway.wire.IpPrefix;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/**
 * So many flows of one contender and so many of another, at the same time from the near side to the
 * far kernel, over one bottleneck.
 */
record Contest(Contender one, Contender other, int flowsEach) {
    private static final int STREAM_PORT = 19;
    private static final String NEAR_TAP = "near";

    /**
     * Mbit/s of each flow.
     *
     * @param one of the first contender's
     * @param other of the second's
     */
    record Shares(List<Double> one, List<Double> other) {
        double meanOne() {
            return sum(one) / one.size();
        }

        double meanOther() {
            return sum(other) / other.size();
        }

        double total() {
            return sum(one) + sum(other);
        }

        /** Jain's index over all flows: 1 when all are equal, 1/n when one has everything. */
        double jain() {
            List<Double> all = all();
            double squares = all.stream().mapToDouble(share -> share * share).sum();
            return total() * total() / (all.size() * squares);
        }

        /** The smallest share over the mean of all. */
        double least() {
            List<Double> all = all();
            return Collections.min(all) * all.size() / total();
        }

        private List<Double> all() {
            return Stream.concat(one.stream(), other.stream()).toList();
        }

        private static double sum(List<Double> values) {
            return values.stream().mapToDouble(Double::doubleValue).sum();
        }
    }

    /**
     * Runs it.
     *
     * @param seconds how long, of which the first {@code skip} do not count
     */
    Shares measure(Cell cell, long bitsPerSecond, int seconds, int skip, int round) {
        try (BadPath path =
                new BadPath(
                        cell.impairment(bitsPerSecond, round),
                        cell.impairment(bitsPerSecond, round + 100))) {
            start(path);
            List<Process> ones = new ArrayList<>();
            List<Process> others = new ArrayList<>();
            for (int i = 0; i < flowsEach; i++) {
                // By turns, so that nobody is always the first.
                boolean isOneFirst = (i + round) % 2 == 0;
                (isOneFirst ? ones : others)
                        .add(client(path, isOneFirst ? one : other, seconds, skip));
                (isOneFirst ? others : ones)
                        .add(client(path, isOneFirst ? other : one, seconds, skip));
            }
            return new Shares(megabits(path, ones, seconds), megabits(path, others, seconds));
        }
    }

    private void start(BadPath path) {
        if (one.isOurs() || other.isOurs()) {
            Stack stack = path.stack("cubic", ours());
            for (Contender contender : contenders()) {
                if (contender.isOurs()) {
                    stack.listen(
                            new Endpoint(IpAddress.parse(contender.address()), STREAM_PORT),
                            new FlowSource(contender.algorithm()));
                }
            }
            stack.start();
        }
        for (Contender contender : contenders()) {
            if (!contender.isOurs()) {
                if (!contender.address().equals(BadPath.NEAR_KERNEL)) {
                    path.near().address(NEAR_TAP, IpPrefix.parse(contender.address() + "/24"));
                }
                path.nearServer(contender.algorithm(), contender.address());
            }
        }
    }

    private List<Contender> contenders() {
        return Stream.of(one, other).distinct().toList();
    }

    private static List<String> ours() {
        return List.of(
                Contender.RINGWAY_CUBIC.address(),
                Contender.RINGWAY_NEWRENO.address(),
                Contender.RINGWAY_BBR.address());
    }

    private static Process client(BadPath path, Contender to, int seconds, int skip) {
        return path.far()
                .start(
                        new ProcessBuilder(
                                        path.program(),
                                        "receive",
                                        to.address(),
                                        String.valueOf(seconds),
                                        String.valueOf(skip))
                                .redirectError(ProcessBuilder.Redirect.INHERIT));
    }

    private static List<Double> megabits(BadPath path, List<Process> clients, int seconds) {
        return clients.stream()
                .map(client -> path.outcome(client, seconds).gigabits() * 1e3)
                .toList();
    }
}
