package io.ringway.tcp.bbr;

/**
 * What BBR remembers of a connection: the variables of draft-ietf-ccwg-bbr §2, with its names.
 * Plain fields for the parts that work on them. Amounts are octets, rates octets a second.
 */
final class BbrState {
    // --- the states (§5.2) ---
    static final int STARTUP = 0;
    static final int DRAIN = 1;
    static final int PROBE_BW_DOWN = 2;
    static final int PROBE_BW_CRUISE = 3;
    static final int PROBE_BW_REFILL = 4;
    static final int PROBE_BW_UP = 5;
    static final int PROBE_RTT = 6;

    /** For {@link #undoState}: the loss has ended no state. */
    static final int NONE = -1;

    // --- what the ACKs that arrive now tell about (§5.3.3.6) ---
    static final int ACKS_INIT = 0;
    static final int ACKS_REFILLING = 1;
    static final int ACKS_PROBE_STARTING = 2;
    static final int ACKS_PROBE_FEEDBACK = 3;
    static final int ACKS_PROBE_STOPPING = 4;

    /** No bound on a rate, or no round trip known. */
    static final long INFINITE = Long.MAX_VALUE;

    /** No bound on what is in flight. */
    static final int UNBOUNDED = Integer.MAX_VALUE;

    int state;
    double pacingGain;
    double cwndGain;
    long pacingRate;

    /** Octets that are sent in one go. */
    int sendQuantum;

    // --- rounds (§5.5.1) ---
    /** C.delivered as of the last ACK. */
    long delivered;

    long nextRoundDelivered;
    boolean isRoundStart;
    int roundCount;
    int drainStartRound;

    // --- bandwidth: the greatest of this cycle and the last (§5.5.5) ---
    long maxBwOfCycle;
    long maxBwOfLastCycle;
    long bw;
    long bwShortTerm;
    long bwLatest;

    // --- in flight ---
    /** cwnd when the connection began to send (C.InitialCwnd). */
    int initialCwnd;

    int inflightLongTerm;
    int inflightShortTerm;
    long inflightLatest;

    // --- the least round trip (§5.5.8) ---
    long minRttNs;
    long minRttStampNs;
    long probeRttMinDelayNs;
    long probeRttMinStampNs;
    boolean isProbeRttExpired;
    long probeRttDoneStampNs;
    boolean isProbeRttRoundDone;
    boolean isIdleRestart;

    // --- ACK aggregation (§5.5.9): the greatest of two halves of a window of rounds ---
    long extraAckedStartNs;
    long extraAckedDelivered;
    int extraAckedOfWindow;
    int extraAckedOfLastWindow;
    int extraAckedRound;

    // --- whether the pipe is full (§5.3.1.2) ---
    boolean isFullBwReached;
    boolean isFullBwNow;
    long fullBw;
    int fullBwCount;

    // --- congestion (§5.5.10) ---
    /** C.lost as of the last ACK; negative before the first. */
    long lost;

    boolean isLossInRound;
    int lossEventsInRound;
    long lostInRound;
    boolean isLossRoundStart;
    long lossRoundDelivered;

    // --- the cycle of ProbeBW (§5.3.3) ---
    int ackPhase;
    boolean isProbeSample;

    /** C.lost when the ACKs of what the probe sent began to come. */
    long lostBeforeProbe;

    boolean isMarkedWhileProbing;

    /** Whether the last ProbeBW_UP was too much (BBR.prev_probe_too_high). */
    boolean wasProbeTooHigh;

    /** Whether it was ended early, to be careful (BBR.prev_probe_precautionary). */
    boolean wasProbePrecautionary;

    long cycleStampNs;
    long bwProbeWaitNs;
    int roundsSinceBwProbe;
    int bwProbeUpRounds;
    long bwProbeUpAcks;
    long probeUpAckedPerIncrement;

    // --- recovery ---
    boolean isInRecovery;
    int priorCwnd;
    int undoState;
    long undoBwShortTerm;
    int undoInflightShortTerm;
    int undoInflightLongTerm;

    private long random;

    /** Makes it that of a connection which begins to send (BBROnInit). */
    void reset(long nowNs) {
        random = (random ^ nowNs) * 0x9e3779b97f4a7c15L | 1;
        pacingRate = 0;
        sendQuantum = 0;
        delivered = 0;
        nextRoundDelivered = 0;
        isRoundStart = false;
        roundCount = 0;
        drainStartRound = 0;
        maxBwOfCycle = 0;
        maxBwOfLastCycle = 0;
        bw = 0;
        bwShortTerm = INFINITE;
        bwLatest = 0;
        inflightLongTerm = UNBOUNDED;
        inflightShortTerm = UNBOUNDED;
        inflightLatest = 0;
        minRttNs = INFINITE;
        minRttStampNs = nowNs;
        probeRttMinDelayNs = INFINITE;
        probeRttMinStampNs = nowNs;
        isProbeRttExpired = false;
        probeRttDoneStampNs = 0;
        isProbeRttRoundDone = false;
        isIdleRestart = false;
        extraAckedStartNs = nowNs;
        extraAckedDelivered = 0;
        extraAckedOfWindow = 0;
        extraAckedOfLastWindow = 0;
        extraAckedRound = 0;
        isFullBwReached = false;
        lost = -1;
        lostBeforeProbe = 0;
        isLossInRound = false;
        lossEventsInRound = 0;
        lostInRound = 0;
        isLossRoundStart = false;
        lossRoundDelivered = 0;
        ackPhase = ACKS_INIT;
        isProbeSample = false;
        isMarkedWhileProbing = false;
        wasProbeTooHigh = false;
        wasProbePrecautionary = false;
        cycleStampNs = nowNs;
        bwProbeWaitNs = 0;
        roundsSinceBwProbe = 0;
        bwProbeUpRounds = 0;
        bwProbeUpAcks = 0;
        probeUpAckedPerIncrement = INFINITE;
        isInRecovery = false;
        priorCwnd = 0;
        undoState = NONE;
        undoBwShortTerm = INFINITE;
        undoInflightShortTerm = UNBOUNDED;
        undoInflightLongTerm = UNBOUNDED;
        resetFullBw(0);
    }

    /** BBRResetFullBW: looks anew for a plateau of the bandwidth, from {@code from} on. */
    void resetFullBw(long from) {
        fullBw = from;
        fullBwCount = 0;
        isFullBwNow = false;
    }

    /** BBR.max_bw: the greatest of the last two cycles. */
    long maxBw() {
        return Math.max(maxBwOfCycle, maxBwOfLastCycle);
    }

    boolean isInProbeBw() {
        return state >= PROBE_BW_DOWN && state <= PROBE_BW_UP;
    }

    /** BBRIsProbingBW: when more is sent than the path is known to take. */
    boolean isProbingBw() {
        return state == STARTUP || state == PROBE_BW_REFILL || state == PROBE_BW_UP;
    }

    /** A number from 0 to {@code bound} - 1, so that flows do not probe in step. */
    int random(int bound) {
        random ^= random << 13;
        random ^= random >>> 7;
        random ^= random << 17;
        return (int) Long.remainderUnsigned(random, bound);
    }
}
