package io.ringway.tcp;

import io.ringway.wire.Seq;

import java.util.Arrays;

/**
 * Lets the receive window of a connection grow with what its application reads in a round trip
 * (dynamic right-sizing; Feng, Fisk, Gardner and Weigle, 2002): to twice as much, so that it never
 * is what holds the sender back, and to four times while that still grows, because a sender in slow
 * start doubles.
 *
 * <p>What a connection keeps for good is its limit, in the TCB. What is measured meanwhile lies in
 * a small table, a place for each TCB by its number; when two meet there, the one at work has it,
 * and nothing is lost but a little time.
 */
final class WindowTuning {
    private static final int PLACES = 4096;
    private static final int NONE = -1;

    /** Segments that a window is larger than twice what was read, for what a burst takes. */
    private static final int SPARE_SEGMENTS = 16;

    /** Who has measured nothing for so long is not at work. */
    private static final long IDLE_NS = 200_000_000;

    /** After such a pause, or some round trips, a sender starts slowly again. */
    private static final long RESTART_NS = 1_000_000_000;

    /** Round trips for which who is at work keeps its place. */
    private static final int IDLE_ROUNDS = 4;

    private final Connections connections;
    private final int most;
    private final int[] owner = new int[PLACES];
    private final int[] generation = new int[PLACES];
    private final long[] startNs = new long[PLACES];
    private final int[] startSeq = new int[PLACES];
    private final int[] edge = new int[PLACES];
    private final int[] largest = new int[PLACES];
    private final int[] roundUs = new int[PLACES];
    private final int[] leastTicks = new int[PLACES];

    WindowTuning(Connections connections, TcpConfig config) {
        this.connections = connections;
        this.most = config.buffers().maxReceiveBytes();
        Arrays.fill(owner, NONE);
    }

    /** A large segment came in order, and is not queued yet. */
    void onData(Tcb tcb, Segment segment, long nowNs) {
        int at = tcb.index() & (PLACES - 1);
        if (owner[at] != tcb.index() || generation[at] != connections.generation(tcb.index())) {
            if (isFree(at, nowNs)) {
                take(at, tcb, nowNs);
            }
            return;
        }
        if (nowNs - startNs[at] > Math.max(RESTART_NS, IDLE_ROUNDS * 1000L * roundUs[at])) {
            AckPolicy.onRestart(tcb);
            begin(at, tcb, nowNs);
            return;
        }
        if (segment.hasTimestamps) {
            int ticks = Ticks.of(nowNs) - (segment.timestampEcho - tcb.tsOffset());
            leastTicks[at] = ticks < 0 ? leastTicks[at] : Math.min(leastTicks[at], ticks);
        }
        if (isRoundOver(at, tcb, nowNs)) {
            measure(at, tcb, nowNs);
        }
    }

    private boolean isFree(int at, long nowNs) {
        return owner[at] == NONE
                || nowNs - startNs[at] > Math.max(IDLE_NS, IDLE_ROUNDS * 1000L * roundUs[at]);
    }

    private void take(int at, Tcb tcb, long nowNs) {
        owner[at] = tcb.index();
        generation[at] = connections.generation(tcb.index());
        largest[at] = connections.initialWindow(tcb.mss());
        // The handshake has measured the path, unless a SYN was lost.
        roundUs[at] = tcb.srttUs();
        begin(at, tcb, nowNs);
    }

    private void begin(int at, Tcb tcb, long nowNs) {
        startNs[at] = nowNs;
        startSeq[at] = read(tcb);
        edge[at] = tcb.rcvAdv();
        leastTicks[at] = Integer.MAX_VALUE;
    }

    /** The number up to which the application has read. */
    private static int read(Tcb tcb) {
        return tcb.rcvNxt() - tcb.receiveQueued();
    }

    /**
     * Whether a round trip has passed since {@link #begin}; where none is known, a whole window,
     * which no sender gets through in less.
     */
    private boolean isRoundOver(int at, Tcb tcb, long nowNs) {
        if (roundUs[at] != 0) {
            return nowNs - startNs[at] >= 1000L * roundUs[at];
        }
        if (Seq.before(tcb.rcvNxt(), edge[at])) {
            return false;
        }
        roundUs[at] = Math.clamp((nowNs - startNs[at]) / 1000, 1, 1 << 30);
        return true;
    }

    private void measure(int at, Tcb tcb, long nowNs) {
        int octets = read(tcb) - startSeq[at];
        if (leastTicks[at] > 1 && leastTicks[at] != Integer.MAX_VALUE) {
            // Echoes count milliseconds; a shorter way is known better from the handshake.
            roundUs[at] = Math.min(1 << 20, leastTicks[at]) * 1000;
        }
        int before = largest[at];
        if (octets > before) {
            largest[at] = octets;
            long limit = wanted(octets, before, tcb.mss());
            if (limit > tcb.receiveLimit() && !tcb.has(Flag.FIXED_WINDOW)) {
                tcb.receiveLimit((int) Math.min(limit, most));
            }
        }
        begin(at, tcb, nowNs);
    }

    /**
     * The window for a reader who took {@code octets} in the last round trip.
     *
     * @param before the most that it took in one before
     */
    static long wanted(int octets, int before, int mss) {
        double growth = Math.min(1, (octets - before) / (double) before);
        return 2L * octets + (long) (2.0 * octets * growth) + (long) SPARE_SEGMENTS * mss;
    }
}
