package io.ringway.bench.path;

import io.ringway.Stack;
import io.ringway.bench.bulk.BulkSource;
import io.ringway.bench.bulk.Pattern;
import io.ringway.bench.kernel.DiscardHandler;
import io.ringway.bench.kernel.Outcome;
import io.ringway.memory.Counter;

/**
 * One run of the matrix: one flow over one cell's path.
 *
 * @param isSending whether the near side sends to the far kernel, or receives from it
 * @param isOurs whether the near side is Ringway, or the kernel
 * @param algorithm of the sender
 * @param round decides the seed of the path
 */
record MatrixRun(Cell cell, boolean isSending, boolean isOurs, Algorithm algorithm, int round) {
    private static final int DISCARD_PORT = 9;
    private static final int STREAM_PORT = 19;
    // Of both directions together: the data's frames meet the same fate whichever way they go.
    private static final long DATA_SEED = 1_000;
    private static final long ACK_SEED = 2_000;

    /**
     * What came of it.
     *
     * @param megabits payload that arrived a second, from the connection's beginning on
     * @param resent segments that the sender sent again
     * @param timeouts of the sender's retransmission timer
     */
    record Result(double megabits, long resent, long timeouts) {}

    String key() {
        return cell.key()
                + ","
                + (isSending ? "send" : "receive")
                + ","
                + (isOurs ? "ringway" : "kernel")
                + ","
                + algorithm.ours()
                + ","
                + round;
    }

    Result measure(long bitsPerSecond, double seconds) {
        var data = cell.impairment(bitsPerSecond, DATA_SEED + round);
        var acks = cell.impairment(bitsPerSecond, ACK_SEED + round);
        try (BadPath path = isSending ? new BadPath(data, acks) : new BadPath(acks, data)) {
            return isOurs ? withRingway(path, seconds) : withKernel(path, seconds);
        }
    }

    private Result withRingway(BadPath path, double seconds) {
        Stack stack = path.stack(isSending ? algorithm.ours() : "cubic");
        stack.listen(DISCARD_PORT, new DiscardHandler());
        stack.listen(STREAM_PORT, new BulkSource(new Pattern()));
        stack.start();
        Process client = client(path, BadPath.RINGWAY, seconds);
        Outcome outcome = path.outcome(client, seconds);
        if (!isSending) {
            return new Result(outcome.gigabits() * 1e3, (long) outcome.get("retransmitted"), -1);
        }
        return new Result(
                outcome.gigabits() * 1e3,
                stack.counter(Counter.TCP_RETRANSMITTED),
                stack.counter(Counter.TCP_TIMEOUTS));
    }

    private Result withKernel(BadPath path, double seconds) {
        Process server = path.nearServer(algorithm.kernels());
        Process client = client(path, BadPath.NEAR_KERNEL, seconds);
        Outcome outcome = path.outcome(client, seconds);
        if (!isSending) {
            return new Result(outcome.gigabits() * 1e3, (long) outcome.get("retransmitted"), -1);
        }
        return new Result(
                outcome.gigabits() * 1e3,
                KernelTcp.retransmitted(server),
                KernelTcp.timeouts(server));
    }

    /** The far kernel takes what the near side sends, or sends to it. */
    private Process client(BadPath path, String address, double seconds) {
        return path.farClient(
                algorithm.kernels(), isSending ? "receive" : "send", address, seconds);
    }
}
