package io.ringway.bench.path;

import io.ringway.bench.BenchmarkException;
import io.ringway.port.ImpairmentConfig;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What the path of one comparison is like: loss and reordering of each direction, and the delay of
 * a whole round trip, half of it each way.
 *
 * @param lossPercent frames lost
 * @param delayMs of a round trip
 * @param reorderPercent frames that arrive behind one to three followers
 */
record Cell(double lossPercent, double delayMs, double reorderPercent) {
    private static final int FRAME = 1514;
    private static final int LEAST_QUEUE = 100;

    /** All combinations, in the order of delay, reordering, loss. */
    static List<Cell> all(double[] losses, double[] delays, double[] reorders) {
        List<Cell> cells = new ArrayList<>();
        for (double delay : delays) {
            for (double reorder : reorders) {
                for (double loss : losses) {
                    cells.add(new Cell(loss, delay, reorder));
                }
            }
        }
        return cells;
    }

    /** Reads {@code 1:20:2}: 1 % loss, 20 ms, 2 % reordered. */
    static Cell parse(String text) {
        String[] parts = text.strip().split(":", -1);
        try {
            if (parts.length == 3) {
                return new Cell(
                        Double.parseDouble(parts[0]),
                        Double.parseDouble(parts[1]),
                        Double.parseDouble(parts[2]));
            }
        } catch (NumberFormatException notNumbers) {
            // Said below.
        }
        throw new BenchmarkException(
                "a cell is LOSS:DELAY:REORDER in %, ms and %, such as 1:20:2; given \""
                        + text
                        + "\"");
    }

    /**
     * One direction of the path. In front of the rate is a queue of one BDP, and of 100 frames at
     * least.
     */
    ImpairmentConfig impairment(long bitsPerSecond, long seed) {
        double bdp = bitsPerSecond / 8.0 * delayMs / 1e3 / FRAME;
        return ImpairmentConfig.builder()
                .loss(lossPercent / 100)
                .reorder(reorderPercent / 100)
                .delayNs(Math.round(delayMs * 1e6 / 2))
                .rateBitsPerSecond(bitsPerSecond)
                .queueFrames(Math.max(LEAST_QUEUE, (int) Math.ceil(bdp)))
                .seed(seed)
                .build();
    }

    /** For people and for the file. */
    String key() {
        return String.format(Locale.ROOT, "%s,%s,%s", lossPercent, delayMs, reorderPercent);
    }
}
