package io.ringway.tcp;

import java.util.Arrays;

/**
 * What came twice, to be reported by the next segment of its connection (D-SACK, RFC 2883): the
 * peer learns that it sent something again for nothing. A lane remembers the latest few, so that a
 * connection at rest needs no room for it; what is overwritten before it is reported is forgotten,
 * as if the ACK had been lost.
 */
final class DuplicateReports {
    private static final int SLOTS = 16;

    private final int[] tcbs = new int[SLOTS];
    private final int[] starts = new int[SLOTS];
    private final int[] ends = new int[SLOTS];
    private int pending;

    DuplicateReports() {
        Arrays.fill(tcbs, -1);
    }

    /** Octets {@code [start, end)} came though they were here already. */
    void note(Tcb tcb, int start, int end) {
        if (tcb.has(Flag.SACK)) {
            int slot = slot(tcb.index());
            if (tcbs[slot] < 0) {
                pending++;
            }
            tcbs[slot] = tcb.index();
            starts[slot] = start;
            ends[slot] = end;
        }
    }

    boolean isEmpty() {
        return pending == 0;
    }

    /** Whether there is a report of the connection with this index. */
    boolean has(int tcb) {
        return tcbs[slot(tcb)] == tcb;
    }

    int start(int tcb) {
        return starts[slot(tcb)];
    }

    int end(int tcb) {
        return ends[slot(tcb)];
    }

    /** The report was sent, or the connection is over. */
    void clear(int tcb) {
        if (has(tcb)) {
            tcbs[slot(tcb)] = -1;
            pending--;
        }
    }

    private static int slot(int tcb) {
        return tcb & SLOTS - 1;
    }
}
