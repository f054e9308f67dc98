package io.ringway.tcp;

import io.ringway.memory.FramePool;

/**
 * What we let the peer send (RFC 9293 §3.8.6): never shrinks, moves in worthwhile steps only, so
 * that no silly window is offered (§3.8.6.2.2), and grows only as far as the pool has frames.
 */
final class ReceiveWindow {
    private static final int MAX_FIELD = 0xffff;

    /** Octets that a free frame of either size may come to hold: peers do not fill them up. */
    private static final int SMALL_OCTETS = FramePool.SMALL_SLOT / 2;

    private static final int LARGE_OCTETS = FramePool.LARGE_SLOT / 2;

    private final FramePool frames;

    ReceiveWindow(FramePool frames) {
        this.frames = frames;
    }

    /** Octets that the peer may still send, as it was told. */
    static int advertised(Tcb tcb) {
        return tcb.rcvAdv() - tcb.rcvNxt();
    }

    /**
     * Decides the window of the segment that is being written, and holds the right edge that it
     * gives.
     *
     * @param rcvNxt the connection's RCV.NXT
     * @param mss and its MSS, which the caller has read
     * @return the window field, scaled
     */
    int next(Tcb tcb, int rcvNxt, int mss) {
        int scale = tcb.receiveScale();
        int limit = tcb.receiveLimit();
        int current = Math.max(0, tcb.rcvAdv() - rcvNxt);
        int wanted = free(limit, tcb.receiveQueued(), scale);
        int step = step(limit, mss);
        int window = current;
        if (wanted - current >= step) {
            wanted = Math.min(wanted, share(mss));
            if (wanted - current >= step) {
                window = wanted;
            }
        }
        int granted = window >>> scale << scale;
        int unit = 1 << scale;
        if (granted < current && granted + unit <= wanted) {
            // The field has no smaller unit. Where there is room the edge moves right by a part of
            // it; where there is none it seems to move left (RFC 7323 §2.4), though what was told
            // before still holds.
            granted += unit;
        }
        int field = Math.min(MAX_FIELD, granted >>> scale);
        if (field << scale > current) {
            tcb.rcvAdv(rcvNxt + (field << scale));
        }
        return field;
    }

    /**
     * Whether the application took enough that the peer should hear of it though no ACK is owed.
     */
    boolean isUpdateDue(Tcb tcb) {
        int limit = tcb.receiveLimit();
        int mss = tcb.mss();
        int current = Math.max(0, advertised(tcb));
        int gain = free(limit, tcb.receiveQueued(), tcb.receiveScale()) - current;
        int step = step(limit, mss);
        boolean isDue = gain >= Math.max(step, limit / 4) || (current < mss && gain >= step);
        return isDue && share(mss) - current >= step;
    }

    private static int step(int limit, int mss) {
        return Math.min(limit / 2, mss);
    }

    /** What is out of order lies within the window, so it takes nothing from it. */
    private static int free(int limit, int queued, int scale) {
        // Without scaling the field says 65,535 at most, however much room there is.
        int most = Math.min(limit, MAX_FIELD << scale);
        return Math.clamp(limit - queued, 0, most);
    }

    /**
     * What the pool allows one connection to ask for: as much as is free now. A lone one may fill
     * it; the more hold something, the less each is offered (dynamic thresholds; Choudhury and
     * Hahne, 1998).
     */
    private int share(int mss) {
        long free =
                (long) SMALL_OCTETS * frames.freeSmallCount()
                        + (long) LARGE_OCTETS * frames.freeLargeCount();
        return (int) Math.clamp(free, 2L * mss, Integer.MAX_VALUE);
    }
}
