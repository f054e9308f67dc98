package io.ringway.tcp;

import io.ringway.memory.FramePool;

import org.jspecify.annotations.Nullable;

/**
 * Which blocks an ACK reports (RFC 2018 §4): first the one with the latest segment, then those of
 * the last report in its order, so that each is told of several times, then the others from the
 * left. What came twice is reported before all of them (RFC 2883 §4).
 */
final class SackBlocks {
    /** Blocks that fit into 40 octets of options; beside time stamps it is one less (§3). */
    static final int MAX = 4;

    private final Reassembly reassembly;
    private final int[] runs = new int[MAX];
    private final int[] starts = new int[MAX];
    private final int[] ends = new int[MAX];
    private int count;

    SackBlocks(Reassembly reassembly) {
        this.reassembly = reassembly;
    }

    /**
     * Chooses at most {@code limit} blocks.
     *
     * @return how many, to be read with {@link #start} and {@link #end}
     */
    int choose(Flight flight, int limit) {
        count = 0;
        return fill(flight, limit);
    }

    /** The same, with the octets {@code [start, end)} that came twice in the first block. */
    int choose(int start, int end, @Nullable Flight flight, int limit) {
        runs[0] = FramePool.NONE;
        starts[0] = start;
        ends[0] = end;
        count = 1;
        return flight == null ? count : fill(flight, limit);
    }

    private int fill(Flight flight, int limit) {
        if (flight.outOfOrderFrames == 0) {
            return count;
        }
        int first = count;
        add(reassembly.runWith(flight, flight.latestOutOfOrder), limit);
        for (int i = 0; i < flight.reportedCount; i++) {
            add(reassembly.runWith(flight, flight.reportedBlocks[i]), limit);
        }
        int run = reassembly.next(flight, FramePool.NONE, 0);
        while (run != FramePool.NONE && count < limit) {
            add(run, limit);
            run = reassembly.next(flight, run, 0);
        }
        System.arraycopy(starts, first, flight.reportedBlocks, 0, count - first);
        flight.reportedCount = count - first;
        return count;
    }

    private void add(int run, int limit) {
        if (run == FramePool.NONE || count == limit) {
            return;
        }
        for (int i = 0; i < count; i++) {
            if (runs[i] == run) {
                return;
            }
        }
        runs[count] = run;
        starts[count] = reassembly.seqOf(run);
        ends[count] = reassembly.endOf(run);
        count++;
    }

    /** Where a block begins. */
    int start(int index) {
        return starts[index];
    }

    /** The number behind its last octet. */
    int end(int index) {
        return ends[index];
    }
}
