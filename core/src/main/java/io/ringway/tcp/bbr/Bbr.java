package io.ringway.tcp.bbr;

import io.ringway.tcp.AckSample;
import io.ringway.tcp.CongestionControl;
import io.ringway.tcp.CongestionState;

/**
 * BBR, version 3 (draft-ietf-ccwg-bbr): measures how fast the path delivers and how long it takes,
 * and sends at that rate with that much in flight, instead of waiting for a queue to overflow.
 * Losses count when they are more than two in a hundred.
 *
 * <p>As in revision 06. What differs, and why, is in {@code docs/congestion-control.md}: all that
 * was found lost since the last ACK is looked at once, by the last of it; what was lost before a
 * probe for more does not count against it, and a single loss does not either; and an echoed
 * congestion mark, of which the draft says nothing, counts as a round with losses.
 *
 * <p>Stateless; one instance serves everybody, and each connection's {@link BbrState} is its
 * memory.
 */
public final class Bbr implements CongestionControl {
    /** How long the model outlives a pause: the path's round trip is good for ten seconds. */
    private static final long KEEPS_NS = 10_000_000_000L;

    @Override
    public String name() {
        return "bbr";
    }

    @Override
    public Object newMemory() {
        return new BbrState();
    }

    @Override
    public long keepsMemoryNs() {
        return KEEPS_NS;
    }

    @Override
    public boolean needsPacing() {
        return true;
    }

    @Override
    public boolean ownsRecovery() {
        return true;
    }

    private static BbrState of(CongestionState state) {
        if (state.memory instanceof BbrState bbr) {
            return bbr;
        }
        throw new IllegalStateException("not a connection of BBR's");
    }

    /** BBROnInit. */
    @Override
    public void onStart(CongestionState state, long nowNs) {
        BbrState bbr = of(state);
        bbr.reset(nowNs);
        bbr.initialCwnd = state.cwnd;
        Phases.enterStartup(bbr);
        Control.initPacingRate(bbr, state);
    }

    /** BBRUpdateOnACK. */
    @Override
    public void onAck(CongestionState state, AckSample sample, long nowNs) {
        BbrState bbr = of(state);
        // What is delivered while we hold back on purpose says nothing of the bandwidth.
        boolean isAppLimited = sample.isAppLimited || bbr.state == BbrState.PROBE_RTT;
        bbr.delivered = sample.delivered;
        if (Model.onLost(bbr, sample)) {
            int inflight = Model.inflightAtLoss(bbr, sample);
            Phases.onInflightTooHigh(bbr, state, inflight, isAppLimited, nowNs);
        }
        Model.updateLatestDeliverySignals(bbr, sample);
        Model.updateCongestionSignals(bbr, state, sample, isAppLimited);
        Model.updateAckAggregation(bbr, state, sample, nowNs);
        Phases.checkFullBwReached(bbr, sample, isAppLimited);
        Phases.checkStartupDone(bbr, state, sample, isAppLimited);
        Model.endLossRound(bbr);
        Phases.checkDrainDone(bbr, state, sample, nowNs);
        Phases.updateCycle(bbr, state, sample, isAppLimited, nowNs);
        Model.updateMinRtt(bbr, sample, nowNs);
        ProbeRtt.check(bbr, state, sample, nowNs);
        Model.advanceLatestDeliverySignals(bbr, sample);
        Model.boundBw(bbr);
        Control.setPacingRate(bbr, state, bbr.pacingGain);
        Control.setCwnd(bbr, state, sample);
    }

    /** BBROnEnterFastRecovery, and BBRSaveStateUponLoss. */
    @Override
    public void onLoss(CongestionState state, int inFlightOctets, long nowNs) {
        BbrState bbr = of(state);
        save(bbr, state);
        bbr.isInRecovery = true;
        state.ssthresh = state.cwnd;
    }

    private static void save(BbrState bbr, CongestionState state) {
        Control.saveCwnd(bbr, state);
        bbr.undoState = BbrState.NONE;
        bbr.undoBwShortTerm = bbr.bwShortTerm;
        bbr.undoInflightShortTerm = bbr.inflightShortTerm;
        bbr.undoInflightLongTerm = bbr.inflightLongTerm;
    }

    /** BBROnExitFastRecovery. */
    @Override
    public void onRecovered(CongestionState state, long nowNs) {
        BbrState bbr = of(state);
        bbr.isInRecovery = false;
        if (bbr.state != BbrState.PROBE_RTT) {
            Control.restoreCwnd(bbr, state);
        }
    }

    /** BBROnEnterRTO: everything is taken as lost, and one segment goes out. */
    @Override
    public void onTimeout(CongestionState state, int inFlightOctets, long nowNs) {
        BbrState bbr = of(state);
        save(bbr, state);
        bbr.isInRecovery = true;
        Model.noteLoss(bbr, bbr.delivered);
        state.ssthresh = state.cwnd;
        state.cwnd = state.mss;
    }

    /** BBRHandleSpuriousLossDetection. */
    @Override
    public void onUndo(CongestionState state, long nowNs) {
        BbrState bbr = of(state);
        bbr.isInRecovery = false;
        bbr.isLossInRound = false;
        bbr.resetFullBw(0);
        bbr.bwShortTerm = Math.max(bbr.bwShortTerm, bbr.undoBwShortTerm);
        bbr.inflightShortTerm = Math.max(bbr.inflightShortTerm, bbr.undoInflightShortTerm);
        bbr.inflightLongTerm = Math.max(bbr.inflightLongTerm, bbr.undoInflightLongTerm);
        if (bbr.undoState == BbrState.STARTUP && bbr.state != BbrState.STARTUP) {
            bbr.isFullBwReached = false;
            if (bbr.state != BbrState.PROBE_RTT) {
                Phases.enterStartup(bbr);
            }
        } else if (bbr.undoState == BbrState.PROBE_BW_UP
                && bbr.state != BbrState.PROBE_BW_UP
                && bbr.state != BbrState.PROBE_RTT) {
            Phases.startRefill(bbr, bbr.delivered);
        }
        bbr.undoState = BbrState.NONE;
        Control.restoreCwnd(bbr, state);
    }

    /** The round has congestion; while we probe for more, it was too much. */
    @Override
    public void onEcn(CongestionState state, int inFlightOctets, long nowNs) {
        BbrState bbr = of(state);
        Model.noteLoss(bbr, bbr.delivered);
        if (bbr.isProbeSample || bbr.state == BbrState.STARTUP) {
            bbr.isProbeSample = false;
            bbr.isFullBwReached = true;
            bbr.isMarkedWhileProbing = true;
            int least = (int) (Control.targetInflight(bbr, state) * Model.BETA);
            bbr.inflightLongTerm = Math.max((int) (inFlightOctets * (1 - Control.HEADROOM)), least);
        }
    }

    /** BBRHandleRestartFromIdle. */
    @Override
    public void onRestart(CongestionState state, long nowNs) {
        BbrState bbr = of(state);
        bbr.isIdleRestart = true;
        bbr.extraAckedStartNs = nowNs;
        bbr.extraAckedDelivered = 0;
        if (bbr.isInProbeBw()) {
            Control.setPacingRate(bbr, state, 1);
        } else if (bbr.state == BbrState.PROBE_RTT) {
            ProbeRtt.checkDone(bbr, state, nowNs);
        }
    }

    @Override
    public long pacingRate(CongestionState state) {
        return of(state).pacingRate;
    }
}
