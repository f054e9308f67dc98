package io.ringway.tcp.bbr;

import io.ringway.tcp.AckSample;
import io.ringway.tcp.CongestionState;

/**
 * What follows from the model for the sender (draft-ietf-ccwg-bbr §5.6): the pacing rate, what is
 * sent in one go, and cwnd. Products of rates and times are doubles: in 64 bits they overflow.
 */
final class Control {
    /** No window is larger (RFC 7323 §2.3). */
    static final int MOST_IN_FLIGHT = 1 << 30;

    /** Segments that are always allowed: less, and delayed ACKs would stall us (BBRMinPipeCwnd). */
    static final int MIN_PIPE_SEGMENTS = 4;

    /** Room for others below the long-term bound (BBR.Headroom). */
    static final double HEADROOM = 0.15;

    /** The pace is a hundredth below the bandwidth, so that no queue builds up. */
    static final double PACING_MARGIN = 0.99;

    private static final double SECOND_NS = 1e9;
    private static final double MOST_RATE = 1e15;
    private static final int MOST_QUANTUM = 64 * 1024;
    private static final int QUANTA_A_SECOND = 1000;
    private static final long NOMINAL_RTT_NS = 1_000_000;

    private Control() {}

    static int minPipe(CongestionState state) {
        return MIN_PIPE_SEGMENTS * state.mss;
    }

    private static int limit(double octets) {
        return (int) Math.min(octets, MOST_IN_FLIGHT);
    }

    // --- what the path holds, §5.6.4.2 ---

    /**
     * BBRBDPMultiple: {@code gain} times the bandwidth-delay product; the first window while it is
     * unknown.
     */
    static int bdp(BbrState bbr, CongestionState state, long bw, double gain) {
        if (bbr.minRttNs == BbrState.INFINITE || bw == 0) {
            return bbr.initialCwnd;
        }
        return limit(gain * bw * (bbr.minRttNs / SECOND_NS));
    }

    /** BBRQuantizationBudget: what aggregation on both ends needs on top. */
    private static int withQuanta(BbrState bbr, CongestionState state, long inflight) {
        long most = Math.max(inflight, Math.max(3L * bbr.sendQuantum, minPipe(state)));
        return limit((double) (bbr.state == BbrState.PROBE_BW_UP ? most + 2L * state.mss : most));
    }

    /** BBRInflight. */
    static int inflight(BbrState bbr, CongestionState state, long bw, double gain) {
        return withQuanta(bbr, state, bdp(bbr, state, bw, gain));
    }

    /** BBRTargetInflight. */
    static int targetInflight(BbrState bbr, CongestionState state) {
        return Math.min(bdp(bbr, state, bbr.bw, 1), state.cwnd);
    }

    /** BBRInflightWithHeadroom. */
    static int inflightWithHeadroom(BbrState bbr, CongestionState state) {
        if (bbr.inflightLongTerm == BbrState.UNBOUNDED) {
            return BbrState.UNBOUNDED;
        }
        int headroom = Math.max(state.mss, (int) (HEADROOM * bbr.inflightLongTerm));
        return Math.max(bbr.inflightLongTerm - headroom, minPipe(state));
    }

    /** BBRProbeRTTCwnd. */
    static int probeRttCwnd(BbrState bbr, CongestionState state) {
        return Math.max(bdp(bbr, state, bbr.bw, ProbeRtt.CWND_GAIN), minPipe(state));
    }

    // --- the pace, §5.6.2 and §5.6.3 ---

    /** BBRInitPacingRate: as if the initial window were what a round trip carries. */
    static void initPacingRate(BbrState bbr, CongestionState state) {
        long rttNs = state.srttNs > 0 ? state.srttNs : NOMINAL_RTT_NS;
        double nominal = state.cwnd * (SECOND_NS / rttNs);
        bbr.pacingRate = rate(Phases.STARTUP_PACING_GAIN * nominal);
        setSendQuantum(bbr, state);
    }

    private static long rate(double octetsASecond) {
        return (long) Math.max(1, Math.min(octetsASecond, MOST_RATE));
    }

    /** BBRSetPacingRateWithGain. */
    static void setPacingRate(BbrState bbr, CongestionState state, double gain) {
        if (bbr.bw > 0) {
            long rate = rate(gain * PACING_MARGIN * bbr.bw);
            if (bbr.isFullBwReached || rate > bbr.pacingRate) {
                bbr.pacingRate = rate;
            }
        }
        setSendQuantum(bbr, state);
    }

    /** BBRSetSendQuantum: a millisecond's worth; {@code Pacer} cuts by the same rule. */
    private static void setSendQuantum(BbrState bbr, CongestionState state) {
        long quantum = Math.min(bbr.pacingRate / QUANTA_A_SECOND, MOST_QUANTUM);
        bbr.sendQuantum = (int) Math.max(quantum, 2L * state.mss);
    }

    // --- cwnd, §5.6.4 ---

    /** BBRSaveCwnd. */
    static void saveCwnd(BbrState bbr, CongestionState state) {
        bbr.priorCwnd =
                bbr.isInRecovery || bbr.state == BbrState.PROBE_RTT
                        ? Math.max(bbr.priorCwnd, state.cwnd)
                        : state.cwnd;
    }

    /** BBRRestoreCwnd. */
    static void restoreCwnd(BbrState bbr, CongestionState state) {
        state.cwnd = Math.max(state.cwnd, bbr.priorCwnd);
    }

    /** BBRSetCwnd. */
    static void setCwnd(BbrState bbr, CongestionState state, AckSample sample) {
        long wanted = (long) bdp(bbr, state, bbr.bw, bbr.cwndGain) + Model.extraAcked(bbr);
        int maxInflight = withQuanta(bbr, state, wanted);
        long cwnd = state.cwnd;
        if (bbr.isFullBwReached) {
            cwnd = Math.min(cwnd + sample.deliveredOctets, maxInflight);
        } else if (cwnd < maxInflight || sample.delivered < bbr.initialCwnd) {
            cwnd += sample.deliveredOctets;
        }
        cwnd = Math.max(cwnd, minPipe(state));
        if (bbr.state == BbrState.PROBE_RTT) {
            cwnd = Math.min(cwnd, probeRttCwnd(bbr, state));
        }
        state.cwnd = limit((double) Math.min(cwnd, modelBound(bbr, state)));
    }

    /** BBRBoundCwndForModel. */
    private static int modelBound(BbrState bbr, CongestionState state) {
        int bound = BbrState.UNBOUNDED;
        if (bbr.state == BbrState.PROBE_RTT || bbr.state == BbrState.PROBE_BW_CRUISE) {
            bound = inflightWithHeadroom(bbr, state);
        } else if (bbr.isInProbeBw()) {
            bound = bbr.inflightLongTerm;
        }
        return Math.max(Math.min(bound, bbr.inflightShortTerm), minPipe(state));
    }
}
