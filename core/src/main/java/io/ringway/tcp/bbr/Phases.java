package io.ringway.tcp.bbr;

import io.ringway.tcp.AckSample;
import io.ringway.tcp.CongestionState;

/**
 * Startup, Drain, and the cycle of ProbeBW (draft-ietf-ccwg-bbr §5.3.1 to §5.3.3): fill the pipe,
 * empty the queue that this made, and then from time to time try whether there is more. Between two
 * tries lie 2 to 3 seconds, but never more rounds than Reno would need to grow by what is in
 * flight, so that it is neither starved nor starves.
 */
final class Phases {
    static final double STARTUP_PACING_GAIN = 2.773;
    static final double DRAIN_PACING_GAIN = 0.5;
    static final double DEFAULT_CWND_GAIN = 2;
    static final double UP_CWND_GAIN = 2.25;
    static final double DOWN_PACING_GAIN = 0.9;
    static final double UP_PACING_GAIN = 1.25;

    private static final double FULL_BW_GROWTH = 1.25;
    private static final int FULL_BW_COUNT = 3;

    /** Losses in a round that end Startup (BBR.StartupFullLossCnt). */
    private static final int FULL_LOSS_COUNT = 6;

    /**
     * Rounds after which we probe in any case, as Reno would have on a path of so many segments.
     */
    private static final int MOST_RENO_ROUNDS = 63;

    /** Rounds after which Drain ends in any case: the bandwidth was overestimated then. */
    private static final int MOST_DRAIN_ROUNDS = 3;

    private static final long SECOND_NS = 1_000_000_000;
    private static final int MOST_UP_ROUNDS = 30;

    private Phases() {}

    // --- Startup, §5.3.1 ---

    static void enterStartup(BbrState bbr) {
        bbr.state = BbrState.STARTUP;
        bbr.pacingGain = STARTUP_PACING_GAIN;
        bbr.cwndGain = DEFAULT_CWND_GAIN;
    }

    /** BBRCheckFullBWReached: three rounds without a quarter more bandwidth are a plateau. */
    static void checkFullBwReached(BbrState bbr, AckSample sample, boolean isAppLimited) {
        if (bbr.isFullBwNow || !bbr.isRoundStart || isAppLimited || sample.deliveryRate == 0) {
            return;
        }
        if (sample.deliveryRate >= bbr.fullBw * FULL_BW_GROWTH) {
            bbr.resetFullBw(sample.deliveryRate);
            return;
        }
        bbr.fullBwCount++;
        bbr.isFullBwNow = bbr.fullBwCount >= FULL_BW_COUNT;
        bbr.isFullBwReached |= bbr.isFullBwNow;
    }

    /** BBRCheckStartupDone. */
    static void checkStartupDone(
            BbrState bbr, CongestionState state, AckSample sample, boolean isAppLimited) {
        if (bbr.state != BbrState.STARTUP) {
            return;
        }
        if (bbr.isLossRoundStart && !isAppLimited) {
            checkStartupHighLoss(bbr, state, sample);
        }
        if (bbr.isFullBwReached) {
            bbr.state = BbrState.DRAIN;
            bbr.drainStartRound = bbr.roundCount;
            bbr.pacingGain = DRAIN_PACING_GAIN;
            bbr.cwndGain = DEFAULT_CWND_GAIN;
        }
    }

    /** BBRCheckStartupHighLoss: a round of recovery with many losses ends Startup as well. */
    private static void checkStartupHighLoss(
            BbrState bbr, CongestionState state, AckSample sample) {
        if (bbr.isInRecovery
                && bbr.lossEventsInRound >= FULL_LOSS_COUNT
                && bbr.lostInRound > Model.LOSS_THRESHOLD * sample.txInFlight) {
            bbr.undoState = BbrState.STARTUP;
            bbr.isFullBwReached = true;
            long latest = Math.min(bbr.inflightLatest, Control.MOST_IN_FLIGHT);
            bbr.inflightLongTerm = (int) Math.max(Control.bdp(bbr, state, bbr.maxBw(), 1), latest);
        }
    }

    // --- Drain, §5.3.2 ---

    /** BBRCheckDrainDone. */
    static void checkDrainDone(BbrState bbr, CongestionState state, AckSample sample, long nowNs) {
        if (bbr.state == BbrState.DRAIN
                && (sample.inFlight <= Control.inflight(bbr, state, bbr.bw, 1)
                        || bbr.roundCount > bbr.drainStartRound + MOST_DRAIN_ROUNDS)) {
            startDown(bbr, sample.delivered, nowNs);
        }
    }

    // --- ProbeBW, §5.3.3 ---

    /** BBRStartProbeBW_DOWN. */
    static void startDown(BbrState bbr, long delivered, long nowNs) {
        Model.resetCongestionSignals(bbr);
        bbr.probeUpAckedPerIncrement = BbrState.INFINITE;
        bbr.isMarkedWhileProbing = false;
        bbr.roundsSinceBwProbe = bbr.random(2);
        bbr.bwProbeWaitNs = 2 * SECOND_NS + bbr.random((int) SECOND_NS);
        bbr.cycleStampNs = nowNs;
        bbr.ackPhase = BbrState.ACKS_PROBE_STOPPING;
        Model.startRound(bbr, delivered);
        enter(bbr, BbrState.PROBE_BW_DOWN, DOWN_PACING_GAIN, DEFAULT_CWND_GAIN);
    }

    /** BBRStartProbeBW_CRUISE. */
    static void startCruise(BbrState bbr) {
        enter(bbr, BbrState.PROBE_BW_CRUISE, 1, DEFAULT_CWND_GAIN);
    }

    /** BBRStartProbeBW_REFILL: fills the pipe without a queue first, for a round. */
    static void startRefill(BbrState bbr, long delivered) {
        Model.resetShortTermModel(bbr);
        bbr.bwProbeUpRounds = 0;
        bbr.bwProbeUpAcks = 0;
        bbr.wasProbePrecautionary = false;
        bbr.ackPhase = BbrState.ACKS_REFILLING;
        Model.startRound(bbr, delivered);
        enter(bbr, BbrState.PROBE_BW_REFILL, 1, DEFAULT_CWND_GAIN);
    }

    /** BBRStartProbeBW_UP. */
    static void startUp(BbrState bbr, CongestionState state, AckSample sample) {
        bbr.ackPhase = BbrState.ACKS_PROBE_STARTING;
        bbr.lostBeforeProbe = sample.lost;
        bbr.lossEventsInRound = 0;
        Model.startRound(bbr, sample.delivered);
        bbr.resetFullBw(sample.deliveryRate);
        enter(bbr, BbrState.PROBE_BW_UP, UP_PACING_GAIN, UP_CWND_GAIN);
        raiseInflightSlope(bbr, state);
    }

    private static void enter(BbrState bbr, int state, double pacingGain, double cwndGain) {
        bbr.state = state;
        bbr.pacingGain = pacingGain;
        bbr.cwndGain = cwndGain;
    }

    /** BBRUpdateProbeBWCyclePhase. */
    static void updateCycle(
            BbrState bbr,
            CongestionState state,
            AckSample sample,
            boolean isAppLimited,
            long nowNs) {
        if (!bbr.isFullBwReached) {
            return;
        }
        if (adaptLongTermModel(bbr, state, sample, isAppLimited)) {
            return;
        }
        switch (bbr.state) {
            case BbrState.PROBE_BW_DOWN -> {
                if (isTimeToProbe(bbr, state, nowNs)) {
                    startRefill(bbr, sample.delivered);
                } else if (isTimeToCruise(bbr, state, sample)) {
                    startCruise(bbr);
                }
            }
            case BbrState.PROBE_BW_CRUISE -> {
                if (isTimeToProbe(bbr, state, nowNs)) {
                    startRefill(bbr, sample.delivered);
                }
            }
            case BbrState.PROBE_BW_REFILL -> {
                if (bbr.isRoundStart) {
                    bbr.isProbeSample = true;
                    startUp(bbr, state, sample);
                }
            }
            case BbrState.PROBE_BW_UP -> {
                if (isTimeToGoDown(bbr, state, sample)) {
                    bbr.wasProbeTooHigh = false;
                    startDown(bbr, sample.delivered, nowNs);
                }
            }
            default -> {}
        }
    }

    private static boolean isTimeToCruise(BbrState bbr, CongestionState state, AckSample sample) {
        return sample.inFlight <= Control.inflightWithHeadroom(bbr, state)
                && sample.inFlight <= Control.inflight(bbr, state, bbr.maxBw(), 1);
    }

    /** BBRIsTimeToProbeBW: by the clock, or as often as Reno would. */
    private static boolean isTimeToProbe(BbrState bbr, CongestionState state, long nowNs) {
        int renoRounds = Control.targetInflight(bbr, state) / Math.max(1, state.mss);
        return nowNs > bbr.cycleStampNs + bbr.bwProbeWaitNs
                || bbr.roundsSinceBwProbe >= Math.min(renoRounds, MOST_RENO_ROUNDS);
    }

    /** BBRIsTimeToGoDown. */
    private static boolean isTimeToGoDown(BbrState bbr, CongestionState state, AckSample sample) {
        if (bbr.isMarkedWhileProbing) {
            return true;
        }
        if (bbr.wasProbeTooHigh && sample.priorInFlight >= bbr.inflightLongTerm) {
            // As much as the last time, which was too much: one look at it, not a whole round.
            bbr.wasProbePrecautionary = true;
            return true;
        }
        if (isCwndLimited(state, sample) && state.cwnd >= bbr.inflightLongTerm) {
            // The bound is what holds us back, so there is no plateau to be seen.
            bbr.resetFullBw(sample.deliveryRate);
            return false;
        }
        return bbr.isFullBwNow;
    }

    private static boolean isCwndLimited(CongestionState state, AckSample sample) {
        return sample.priorInFlight + state.mss >= state.cwnd;
    }

    /** BBRAdaptLongTermModel; true when the state has changed. */
    private static boolean adaptLongTermModel(
            BbrState bbr, CongestionState state, AckSample sample, boolean isAppLimited) {
        if (bbr.ackPhase == BbrState.ACKS_PROBE_STARTING && bbr.isRoundStart) {
            bbr.ackPhase = BbrState.ACKS_PROBE_FEEDBACK;
        }
        if (bbr.ackPhase == BbrState.ACKS_PROBE_STOPPING && bbr.isRoundStart) {
            bbr.isProbeSample = false;
            bbr.ackPhase = BbrState.ACKS_INIT;
            if (bbr.isInProbeBw() && !isAppLimited) {
                Model.advanceMaxBwFilter(bbr);
            }
            if (bbr.isInProbeBw() && bbr.wasProbePrecautionary && !bbr.wasProbeTooHigh) {
                // It was not too much after all: the whole of it now.
                startRefill(bbr, sample.delivered);
                return true;
            }
        }
        if (Model.isInflightTooHigh(sample) || bbr.inflightLongTerm == BbrState.UNBOUNDED) {
            return false;
        }
        bbr.inflightLongTerm = Math.max(bbr.inflightLongTerm, sample.txInFlight);
        if (bbr.state == BbrState.PROBE_BW_UP) {
            probeInflightUpward(bbr, state, sample);
        }
        return false;
    }

    /** BBRHandleInflightTooHigh. */
    static void onInflightTooHigh(
            BbrState bbr, CongestionState state, int inflight, boolean isAppLimited, long nowNs) {
        bbr.wasProbeTooHigh = true;
        bbr.isProbeSample = false;
        if (!isAppLimited) {
            int least = (int) (Control.targetInflight(bbr, state) * Model.BETA);
            bbr.inflightLongTerm = Math.max(inflight, least);
        }
        if (bbr.state == BbrState.PROBE_BW_UP) {
            bbr.undoState = BbrState.PROBE_BW_UP;
            startDown(bbr, bbr.delivered, nowNs);
        }
    }

    /** BBRRaiseInflightLongtermSlope: a segment in the first round, two in the next, and so on. */
    private static void raiseInflightSlope(BbrState bbr, CongestionState state) {
        bbr.probeUpAckedPerIncrement = Math.max(state.cwnd >> bbr.bwProbeUpRounds, state.mss);
        bbr.bwProbeUpRounds = Math.min(bbr.bwProbeUpRounds + 1, MOST_UP_ROUNDS);
    }

    /** BBRProbeInflightLongtermUpward. */
    private static void probeInflightUpward(BbrState bbr, CongestionState state, AckSample sample) {
        if (!isCwndLimited(state, sample) || state.cwnd < bbr.inflightLongTerm) {
            return;
        }
        bbr.bwProbeUpAcks += sample.deliveredOctets;
        long increments = bbr.bwProbeUpAcks / bbr.probeUpAckedPerIncrement;
        bbr.bwProbeUpAcks -= increments * bbr.probeUpAckedPerIncrement;
        bbr.inflightLongTerm =
                (int)
                        Math.min(
                                bbr.inflightLongTerm + increments * state.mss,
                                Control.MOST_IN_FLIGHT);
        if (bbr.isRoundStart) {
            raiseInflightSlope(bbr, state);
        }
    }
}
