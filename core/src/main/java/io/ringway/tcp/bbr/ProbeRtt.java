package io.ringway.tcp.bbr;

import io.ringway.tcp.AckSample;
import io.ringway.tcp.CongestionState;

/**
 * ProbeRTT (draft-ietf-ccwg-bbr §5.3.4): when no round trip as short as the least has been seen for
 * five seconds, half of what the path holds is sent for 200 ms, so that queues empty and the true
 * round trip shows.
 */
final class ProbeRtt {
    static final double CWND_GAIN = 0.5;
    static final long DURATION_NS = 200_000_000;

    private ProbeRtt() {}

    /** BBRCheckProbeRTT. */
    static void check(BbrState bbr, CongestionState state, AckSample sample, long nowNs) {
        if (bbr.state != BbrState.PROBE_RTT && bbr.isProbeRttExpired && !bbr.isIdleRestart) {
            bbr.state = BbrState.PROBE_RTT;
            bbr.pacingGain = 1;
            bbr.cwndGain = CWND_GAIN;
            Control.saveCwnd(bbr, state);
            bbr.probeRttDoneStampNs = 0;
            bbr.ackPhase = BbrState.ACKS_PROBE_STOPPING;
            Model.startRound(bbr, sample.delivered);
        }
        if (bbr.state == BbrState.PROBE_RTT) {
            handle(bbr, state, sample, nowNs);
        }
        if (sample.deliveredOctets > 0) {
            bbr.isIdleRestart = false;
        }
    }

    private static void handle(BbrState bbr, CongestionState state, AckSample sample, long nowNs) {
        if (bbr.probeRttDoneStampNs == 0) {
            if (sample.inFlight <= Control.probeRttCwnd(bbr, state)) {
                bbr.probeRttDoneStampNs = nowNs + DURATION_NS;
                bbr.isProbeRttRoundDone = false;
                Model.startRound(bbr, sample.delivered);
            }
            return;
        }
        if (bbr.isRoundStart) {
            bbr.isProbeRttRoundDone = true;
        }
        if (bbr.isProbeRttRoundDone) {
            checkDone(bbr, state, nowNs);
        }
    }

    /** BBRCheckProbeRTTDone. */
    static void checkDone(BbrState bbr, CongestionState state, long nowNs) {
        if (bbr.probeRttDoneStampNs == 0 || nowNs <= bbr.probeRttDoneStampNs) {
            return;
        }
        // The next one is not due for a whole interval.
        bbr.probeRttMinStampNs = nowNs;
        Control.restoreCwnd(bbr, state);
        Model.resetShortTermModel(bbr);
        if (bbr.isFullBwReached) {
            Phases.startDown(bbr, bbr.delivered, nowNs);
            Phases.startCruise(bbr);
        } else {
            Phases.enterStartup(bbr);
        }
    }
}
