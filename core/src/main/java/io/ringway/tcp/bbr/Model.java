package io.ringway.tcp.bbr;

import io.ringway.tcp.AckSample;
import io.ringway.tcp.CongestionState;

/**
 * What BBR knows of the path (draft-ietf-ccwg-bbr §5.5): its bandwidth, its round trip, and how
 * much it carries before it loses. Pure but for the state that it is given.
 */
final class Model {
    /**
     * A part of lost octets beyond which more is in flight than the path takes (BBR.LossThresh).
     */
    static final double LOSS_THRESHOLD = 0.02;

    /** What a short-term bound leaves after a round with losses (BBR.Beta). */
    static final double BETA = 0.7;

    /** BBR.MinRTTFilterLen. */
    static final long MIN_RTT_FILTER_NS = 10_000_000_000L;

    /** BBR.ProbeRTTInterval. */
    static final long PROBE_RTT_INTERVAL_NS = 5_000_000_000L;

    /** Half of BBR.ExtraAckedFilterLen: the maximum is that of two such windows, in rounds. */
    private static final int EXTRA_ACKED_WINDOW = 5;

    private static final double SECOND_NS = 1e9;

    private Model() {}

    // --- rounds, §5.5.1 ---

    /** BBRStartRound. */
    static void startRound(BbrState bbr, long delivered) {
        bbr.nextRoundDelivered = delivered;
    }

    private static void updateRound(BbrState bbr, AckSample sample) {
        bbr.isRoundStart = sample.priorDelivered >= bbr.nextRoundDelivered;
        if (bbr.isRoundStart) {
            startRound(bbr, sample.delivered);
            bbr.roundCount++;
            bbr.roundsSinceBwProbe++;
        }
    }

    // --- §5.5.10: what the latest round delivered ---

    /** BBRUpdateLatestDeliverySignals. */
    static void updateLatestDeliverySignals(BbrState bbr, AckSample sample) {
        bbr.isLossRoundStart = false;
        bbr.bwLatest = Math.max(bbr.bwLatest, sample.deliveryRate);
        bbr.inflightLatest = Math.max(bbr.inflightLatest, delivered(sample));
        if (sample.priorDelivered >= bbr.lossRoundDelivered) {
            bbr.lossRoundDelivered = sample.delivered;
            bbr.isLossRoundStart = true;
        }
    }

    /** RS.delivered: what was delivered while the newest acknowledged segment was on its way. */
    private static long delivered(AckSample sample) {
        return sample.delivered - sample.priorDelivered;
    }

    /** BBRAdvanceLatestDeliverySignals. */
    static void advanceLatestDeliverySignals(BbrState bbr, AckSample sample) {
        if (bbr.isLossRoundStart) {
            bbr.bwLatest = sample.deliveryRate;
            bbr.inflightLatest = delivered(sample);
        }
    }

    /** BBRResetCongestionSignals. */
    static void resetCongestionSignals(BbrState bbr) {
        bbr.isLossInRound = false;
        bbr.bwLatest = 0;
        bbr.inflightLatest = 0;
    }

    /** BBRUpdateCongestionSignals. */
    static void updateCongestionSignals(
            BbrState bbr, CongestionState state, AckSample sample, boolean isAppLimited) {
        updateMaxBw(bbr, sample, isAppLimited);
        if (bbr.isLossRoundStart) {
            adaptLowerBounds(bbr, state);
        }
    }

    /** BBRHandleLostPacket: what this ACK shows lost, before anything else of it. */
    static void onLost(BbrState bbr, AckSample sample) {
        if (sample.lostOctets > 0) {
            noteLoss(bbr, sample.delivered);
            bbr.lossEventsInRound++;
            bbr.lostInRound += sample.lostOctets;
        }
    }

    /** The round's losses have been looked at by everybody. */
    static void endLossRound(BbrState bbr) {
        if (bbr.isLossRoundStart) {
            bbr.isLossInRound = false;
            bbr.lossEventsInRound = 0;
            bbr.lostInRound = 0;
        }
    }

    /** BBRNoteLoss: congestion in this round, which ends when what is sent now is delivered. */
    static void noteLoss(BbrState bbr, long delivered) {
        if (!bbr.isLossInRound) {
            bbr.isLossInRound = true;
            bbr.lossRoundDelivered = Math.max(bbr.lossRoundDelivered, delivered);
        }
    }

    /** BBRAdaptLowerBoundsFromCongestion: a round with losses shortens the short-term bounds. */
    private static void adaptLowerBounds(BbrState bbr, CongestionState state) {
        if (!bbr.isLossInRound || bbr.isProbingBw()) {
            return;
        }
        if (bbr.bwShortTerm == BbrState.INFINITE) {
            bbr.bwShortTerm = bbr.maxBw();
        }
        if (bbr.inflightShortTerm == BbrState.UNBOUNDED) {
            bbr.inflightShortTerm = state.cwnd;
        }
        bbr.bwShortTerm = Math.max(bbr.bwLatest, (long) (BETA * bbr.bwShortTerm));
        bbr.inflightShortTerm =
                (int)
                        Math.min(
                                Control.MOST_IN_FLIGHT,
                                Math.max(
                                        bbr.inflightLatest, (long) (BETA * bbr.inflightShortTerm)));
    }

    /** BBRResetShortTermModel. */
    static void resetShortTermModel(BbrState bbr) {
        bbr.bwShortTerm = BbrState.INFINITE;
        bbr.inflightShortTerm = BbrState.UNBOUNDED;
    }

    // --- bandwidth, §5.5.5 ---

    private static void updateMaxBw(BbrState bbr, AckSample sample, boolean isAppLimited) {
        updateRound(bbr, sample);
        long rate = sample.deliveryRate;
        if (rate > 0 && (rate >= bbr.maxBw() || !isAppLimited)) {
            bbr.maxBwOfCycle = Math.max(bbr.maxBwOfCycle, rate);
        }
    }

    /** BBRAdvanceMaxBwFilter: a cycle of probing is over. */
    static void advanceMaxBwFilter(BbrState bbr) {
        if (bbr.maxBwOfCycle > 0) {
            bbr.maxBwOfLastCycle = bbr.maxBwOfCycle;
            bbr.maxBwOfCycle = 0;
        }
    }

    /** BBRBoundBWForModel. */
    static void boundBw(BbrState bbr) {
        bbr.bw = Math.min(bbr.maxBw(), bbr.bwShortTerm);
    }

    // --- ACK aggregation, §5.5.9 ---

    /** BBRUpdateACKAggregation: how much more is acknowledged at once than the rate explains. */
    static void updateAckAggregation(
            BbrState bbr, CongestionState state, AckSample sample, long nowNs) {
        double expected = (double) bbr.bw * (nowNs - bbr.extraAckedStartNs) / SECOND_NS;
        if (bbr.extraAckedDelivered <= expected) {
            bbr.extraAckedDelivered = 0;
            bbr.extraAckedStartNs = nowNs;
            expected = 0;
        }
        bbr.extraAckedDelivered += sample.deliveredOctets;
        int extra = (int) Math.min(bbr.extraAckedDelivered - expected, state.cwnd);
        int window = bbr.isFullBwReached ? EXTRA_ACKED_WINDOW : 1;
        if (bbr.isRoundStart && ++bbr.extraAckedRound >= window) {
            bbr.extraAckedRound = 0;
            bbr.extraAckedOfLastWindow = bbr.extraAckedOfWindow;
            bbr.extraAckedOfWindow = 0;
        }
        bbr.extraAckedOfWindow = Math.max(bbr.extraAckedOfWindow, extra);
    }

    /** BBR.extra_acked. */
    static int extraAcked(BbrState bbr) {
        return Math.max(bbr.extraAckedOfWindow, bbr.extraAckedOfLastWindow);
    }

    // --- the round trip, §5.5.8 ---

    /** BBRUpdateMinRTT. */
    static void updateMinRtt(BbrState bbr, AckSample sample, long nowNs) {
        bbr.isProbeRttExpired = nowNs > bbr.probeRttMinStampNs + PROBE_RTT_INTERVAL_NS;
        if (sample.rttNs >= 0 && (sample.rttNs < bbr.probeRttMinDelayNs || bbr.isProbeRttExpired)) {
            bbr.probeRttMinDelayNs = Math.max(1, sample.rttNs);
            bbr.probeRttMinStampNs = nowNs;
        }
        boolean isExpired = nowNs > bbr.minRttStampNs + MIN_RTT_FILTER_NS;
        if (bbr.probeRttMinDelayNs < bbr.minRttNs || isExpired) {
            bbr.minRttNs = bbr.probeRttMinDelayNs;
            bbr.minRttStampNs = bbr.probeRttMinStampNs;
        }
    }

    // --- losses, §5.5.10.2 ---

    /** IsInflightTooHigh. */
    static boolean isInflightTooHigh(AckSample sample) {
        return sample.lostSince > sample.txInFlight * LOSS_THRESHOLD;
    }
}
