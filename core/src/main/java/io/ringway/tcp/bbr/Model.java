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

    /** Losses in a round from which on a probe can have been too much. */
    private static final int PROBE_LOSS_COUNT = 2;

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

    /**
     * HandleLostPacket, for all that was found lost since the last ACK, by this one or by a timer,
     * before anything else of it.
     *
     * @return whether it shows that the probe for more was too much
     */
    static boolean onLost(BbrState bbr, AckSample sample) {
        long lost = bbr.lost < 0 ? 0 : sample.lost - bbr.lost;
        bbr.lost = sample.lost;
        if (lost <= 0) {
            return false;
        }
        noteLoss(bbr, sample.delivered);
        bbr.lossEventsInRound++;
        bbr.lostInRound += lost;
        return bbr.isProbeSample && isProbeTooHigh(bbr, sample);
    }

    /**
     * IsInflightTooHigh for a lost packet, with two bounds to what the draft counts. Only what was
     * lost of the probe itself counts: when its first ACKs come, C.lost - P.lost still has what was
     * lost of the flight before it, which the short-term bounds have answered, and P.tx_in_flight
     * is as small as they made it. And one loss in a round is never too much, as in Google's BBR of
     * QUIC, which the draft lists (§6): of fewer than fifty segments each one is two in a hundred.
     */
    private static boolean isProbeTooHigh(BbrState bbr, AckSample sample) {
        if (bbr.lossEventsInRound < PROBE_LOSS_COUNT) {
            return false;
        }
        return lostOfProbe(bbr, sample) > txInFlightOfLost(sample) * LOSS_THRESHOLD;
    }

    private static long lostOfProbe(BbrState bbr, AckSample sample) {
        boolean isKnown = sample.lostTxInFlight != 0;
        long prior = isKnown ? sample.lostPriorLost : sample.lost - sample.lostSince;
        return sample.lost - Math.max(prior, bbr.lostBeforeProbe);
    }

    /** Without SACK nothing is known of the lost one, and the acknowledged one stands for it. */
    private static int txInFlightOfLost(AckSample sample) {
        return sample.lostTxInFlight != 0 ? sample.lostTxInFlight : sample.txInFlight;
    }

    /**
     * InflightAtLoss: how much was in flight when losses became too many, which may be within the
     * burst that the lost packet stands for.
     */
    static int inflightAtLoss(BbrState bbr, AckSample sample) {
        int size = sample.lostTxInFlight != 0 ? sample.lostRangeOctets : 0;
        long inflightBefore = Math.max(0, txInFlightOfLost(sample) - size);
        long lostBefore = lostOfProbe(bbr, sample) - size;
        double within = (LOSS_THRESHOLD * inflightBefore - lostBefore) / (1 - LOSS_THRESHOLD);
        return (int) Math.min(inflightBefore + Math.max(0, within), Control.MOST_IN_FLIGHT);
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

    /** IsInflightTooHigh, for what was acknowledged. */
    static boolean isInflightTooHigh(AckSample sample) {
        return sample.lostSince > sample.txInFlight * LOSS_THRESHOLD;
    }
}
