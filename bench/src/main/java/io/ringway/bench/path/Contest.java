package io.ringway.bench.path;

import io.ringway.Stack;
import io.ringway.wire.Endpoint;
import io.ringway.wire.IpAddress;
import io.ringway.wire.IpPrefix;

import java.util.ArrayList;
import java.util.List;

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
    record Shares(double[] one, double[] other) {
        double meanOne() {
            return sum(one) / one.length;
        }

        double meanOther() {
            return sum(other) / other.length;
        }

        double total() {
            return sum(one) + sum(other);
        }

        /** Jain's index over all flows: 1 when all are equal, 1/n when one has everything. */
        double jain() {
            double squares = 0;
            for (double[] side : new double[][] {one, other}) {
                for (double share : side) {
                    squares += share * share;
                }
            }
            return total() * total() / ((one.length + other.length) * squares);
        }

        /** The smallest share over the mean of all. */
        double least() {
            double least = Double.MAX_VALUE;
            for (double[] side : new double[][] {one, other}) {
                for (double share : side) {
                    least = Math.min(least, share);
                }
            }
            return least * (one.length + other.length) / total();
        }

        private static double sum(double[] values) {
            double sum = 0;
            for (double value : values) {
                sum += value;
            }
            return sum;
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
            Stack stack = path.stack("cubic", List.of(ours()));
            for (Contender contender : new Contender[] {one, other}) {
                if (contender.isOurs() && (contender == one || one != other)) {
                    stack.listen(
                            new Endpoint(IpAddress.parse(contender.address()), STREAM_PORT),
                            new FlowSource(contender.algorithm()));
                }
            }
            stack.start();
        }
        for (Contender contender : new Contender[] {one, other}) {
            if (!contender.isOurs() && (contender == one || one != other)) {
                if (!contender.address().equals(BadPath.NEAR_KERNEL)) {
                    path.near().address(NEAR_TAP, IpPrefix.parse(contender.address() + "/24"));
                }
                path.nearServer(contender.algorithm(), contender.address());
            }
        }
    }

    private static String[] ours() {
        return new String[] {
            Contender.RINGWAY_CUBIC.address(),
            Contender.RINGWAY_NEWRENO.address(),
            Contender.RINGWAY_BBR.address()
        };
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

    private static double[] megabits(BadPath path, List<Process> clients, int seconds) {
        double[] shares = new double[clients.size()];
        for (int i = 0; i < shares.length; i++) {
            shares[i] = path.outcome(clients.get(i), seconds).gigabits() * 1e3;
        }
        return shares;
    }
}
