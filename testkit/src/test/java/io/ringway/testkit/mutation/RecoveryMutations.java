package io.ringway.testkit.mutation;

import java.util.List;

/** Finding losses, repairing them, the timers, and what congestion control hears of it. */
final class RecoveryMutations {
    static final List<Mutation> ALL =
            List.of(
                    new Mutation(
                            "two-duplicates",
                            "the third duplicate ACK shows a loss",
                            "Rack",
                            "static final int DUPLICATE_THRESHOLD = 3;",
                            "static final int DUPLICATE_THRESHOLD = 2;"),
                    new Mutation(
                            "no-limited-transmit",
                            "the first two duplicate ACKs let new segments out (RFC 3042)",
                            "Recovery",
                            "private static final int LIMITED_TRANSMIT = 2;",
                            "private static final int LIMITED_TRANSMIT = 0;"),
                    new Mutation(
                            "two-reductions",
                            "one reduction a window (RFC 6582)",
                            "Recovery",
                            "&& Seq.after(tcb.sndUna(), flight.recoverPoint)) {",
                            ") {"),
                    new Mutation(
                            "partial-ack-ignored",
                            "a partial ACK shows the next hole (RFC 6582)",
                            "Recovery",
                            "flight.rate.onLost(flight.segments.markFirstLost(tcb.mss()));"
                                    + " flight.forceRetransmit = true;",
                            ""),
                    new Mutation(
                            "no-reordering-window",
                            "RACK waits for what may be reordered (RFC 8985 §6.2)",
                            "Rack",
                            "return Math.min(multiple * (minRttNs >> 2), srttNs);",
                            "return 0;"),
                    new Mutation(
                            "window-without-reordering",
                            "but not where nothing is",
                            "Rack",
                            "if (!isReordering && (isInRecovery || sackedSegments >="
                                    + " DUPLICATE_THRESHOLD)) {",
                            "if (multiple == 0) {"),
                    new Mutation(
                            "later-ones-lost",
                            "RACK holds for lost only what was sent before",
                            "Rack",
                            "at < sentNs || (at == sentNs && Seq.before(segments.end(position),"
                                    + " endSeq));",
                            "true;"),
                    new Mutation(
                            "reordering-unseen",
                            "reordering is noticed",
                            "Rack",
                            "isReordering = true;",
                            ""),
                    new Mutation(
                            "dsack-unheard",
                            "a DSACK widens the window",
                            "Rack",
                            "multiple = Math.min(MAX_MULTIPLE, multiple + 1);",
                            ""),
                    new Mutation(
                            "no-probe",
                            "a tail is probed before the RTO (RFC 8985 §7)",
                            "TimerActions",
                            "flight.probe.isDue = true;",
                            ""),
                    new Mutation(
                            "probe-repairs-in-secret",
                            "congestion control hears of a loss that a probe repaired",
                            "TailLossProbe",
                            "return Verdict.REPAIRED;",
                            "return Verdict.OVER;"),
                    new Mutation(
                            "prr-without-proportion",
                            "PRR sends in proportion (RFC 9937)",
                            "Prr",
                            "more = (delivered * ssthresh + recoverFlight - 1) / recoverFlight -"
                                    + " out;",
                            "more = delivered - out;"),
                    new Mutation(
                            "prr-starves",
                            "the first retransmission always goes out",
                            "Prr",
                            "if (out == 0 && more <= 0) {",
                            "if (out < 0) {"),
                    new Mutation(
                            "what-was-reported-sent-again",
                            "what the peer reported is not lost",
                            "SentSegments",
                            "if (!has(position, SACKED | LOST)) {",
                            "if (!has(position, LOST)) {"),
                    new Mutation(
                            "sack-ignored",
                            "what SACK reported has left the network",
                            "SentSegments",
                            "return sackedOctets + lostOctets;",
                            "return lostOctets;"),
                    new Mutation(
                            "lost-in-the-network",
                            "what is lost has left the network",
                            "SentSegments",
                            "return sackedOctets + lostOctets;",
                            "return sackedOctets;"),
                    new Mutation(
                            "reneging-unnoticed",
                            "a peer may take back what it reported (RFC 2018 §8)",
                            "Recovery",
                            "segments.forgetSacked();",
                            ""),
                    new Mutation(
                            "blocks-beyond",
                            "a block of what was not sent is not believed",
                            "ReportedBlocks",
                            "&& Seq.beforeOrEqual(end, sndNxt) && (lowest",
                            "&& (lowest"),
                    new Mutation(
                            "undo-by-halves",
                            "undo restores the window (RFC 4015)",
                            "Recovery",
                            "flight.algorithm.onUndo(flight.congestion, nowNs);",
                            ""),
                    new Mutation(
                            "no-frto",
                            "F-RTO finds a time-out that was needless (RFC 5682)",
                            "Recovery",
                            "if (isOriginal) {",
                            "if (isOriginal && flight.hasFin) {"),
                    new Mutation(
                            "no-eifel",
                            "so do time stamps (RFC 3522)",
                            "SpuriousLoss",
                            "&& news.echoTick() - firstTick < 0;",
                            "&& false;"),
                    new Mutation(
                            "no-dsack-undo",
                            "so do DSACKs",
                            "SpuriousLoss",
                            "return unreported == 0;",
                            "return false;"),
                    new Mutation(
                            "no-backoff",
                            "each time-out doubles the next (RFC 6298 §5.5)",
                            "TimerActions",
                            "// RFC 6298 §5.5. flight.backoff++;",
                            ""),
                    new Mutation(
                            "rto-without-variation",
                            "RTO = SRTT + 4 RTTVAR (RFC 6298 §2.3)",
                            "RttEstimator",
                            "return clamp(srttUs + Math.max(GRANULARITY_US, 4L * rttvarUs),"
                                    + " minimumUs, maximumUs);",
                            "return clamp(srttUs + Math.max(GRANULARITY_US, rttvarUs), minimumUs,"
                                    + " maximumUs);"),
                    new Mutation(
                            "karn-ignored",
                            "what was sent twice measures nothing (Karn, MUST-19)",
                            "AckNews",
                            "boolean isOriginal = (flags & SentSegments.RETRANSMITTED) == 0;",
                            "boolean isOriginal = true;"),
                    new Mutation(
                            "late-ack-measured",
                            "nor does what waited at the peer for a repair",
                            "AckNews",
                            "isLate |= isCumulative;",
                            ""),
                    new Mutation(
                            "old-echo-measured",
                            "an echo from before the last repair measures nothing (RFC 7323 §4)",
                            "RoundTrips",
                            "if (news.echoTick() - flight.retransmitTick < 0) {",
                            "if (flight.backoff < 0) {"),
                    new Mutation(
                            "timer-not-restarted",
                            "an ACK of new data starts the timer anew (RFC 6298 §5.3)",
                            "LossTimer",
                            "flight.timeoutAtNs = nowNs + timeoutNs; arm(tcb, flight, nowNs);",
                            "arm(tcb, flight, nowNs);"),
                    new Mutation(
                            "timer-not-stopped",
                            "and stops it when nothing is out (§5.2)",
                            "LossTimer",
                            "flight.retransmitAtNs = Flight.NEVER; flight.reorderAtNs ="
                                    + " Flight.NEVER; flight.isPersisting = false;",
                            "flight.reorderAtNs = Flight.NEVER;"),
                    new Mutation(
                            "no-give-up",
                            "R2 ends the connection (RFC 9293 §3.8.3)",
                            "TimerActions",
                            "nowNs - flight.progressNs >= settings.userTimeoutNs(tcb)",
                            "nowNs < flight.progressNs"),
                    new Mutation(
                            "black-hole-unnoticed",
                            "what is lost three times is sent in smaller segments (RFC 4821 §7.7)",
                            "PathMtu",
                            "if (flight.lostAgain + 1 < most) {",
                            "if (flight.lostAgain + 1 < 100) {"),
                    new Mutation(
                            "last-segment-uncut",
                            "also when it is the last, and smaller than others",
                            "PathMtu",
                            "int size = Math.min(tcb.mss(), tcb.sndNxt() - una);",
                            "int size = tcb.mss();"),
                    new Mutation(
                            "larger-segments-stuck",
                            "larger segments raise cwnd to one of them at least",
                            "PathMtu",
                            "flight.congestion.cwnd = Math.max(flight.congestion.cwnd, size);",
                            ""),
                    new Mutation(
                            "time-out-keeps-window",
                            "after a time-out cwnd is one segment (RFC 5681 §3.1)",
                            "NewReno",
                            "state.cwnd = state.mss;",
                            ""),
                    new Mutation(
                            "loss-keeps-window",
                            "a loss halves the window (RFC 5681 §3.1)",
                            "NewReno",
                            "state.cwnd = state.ssthresh; state.ackedOctets = 0;",
                            "state.ssthresh = state.cwnd;"),
                    new Mutation(
                            "slow-start-by-the-octet-unbounded",
                            "after a time-out an ACK adds one segment (RFC 3465 §2.3)",
                            "SlowStart",
                            "growth = Math.min(growth, state.mss);",
                            ""),
                    new Mutation(
                            "growth-in-recovery",
                            "no growth in recovery",
                            "NewReno",
                            "if (!sample.isLimited || sample.isInRecovery || sample.hasEce) {",
                            "if (!sample.isLimited || sample.hasEce) {"),
                    new Mutation(
                            "cubic-loss-keeps-window",
                            "with CUBIC 0.7 of it are left (RFC 9438 §4.6)",
                            "Cubic",
                            "state.ssthresh = Math.max((int) (inFlight * BETA), 2 * state.mss);",
                            "state.ssthresh = Math.max(inFlight, 2 * state.mss);"));

    private RecoveryMutations() {}
}
