package io.ringway.tcp;

import io.ringway.wire.Seq;

import org.jspecify.annotations.Nullable;

/**
 * What congestion control remembers of a connection at work; part of its {@code Flight}. At rest
 * only cwnd and ssthresh survive, in the TCB.
 */
public final class CongestionState {
    /** Congestion window in octets (RFC 5681). */
    public int cwnd;

    /** Slow-start threshold in octets; {@link Integer#MAX_VALUE} until the first loss. */
    public int ssthresh;

    /** Octets of payload in a full segment. */
    public int mss;

    /** Smoothed round-trip time in nanoseconds, 0 before the first sample. */
    public long srttNs;

    /**
     * Octets acknowledged that did not yet make a whole segment of growth (byte counting, RFC
     * 3465).
     */
    public int ackedOctets;

    /** CUBIC: the window before the last reduction, in octets (W_max of RFC 9438). */
    public double maxWindow;

    /** CUBIC: when the present epoch of congestion avoidance began; 0 when none has. */
    public long epochStartNs;

    /**
     * CUBIC: the period in seconds after which the window is back at {@link #maxWindow} (K of RFC
     * 9438).
     */
    public double cubicK;

    /** CUBIC: the window at the start of the epoch (cwnd_epoch). */
    public double epochWindow;

    /** CUBIC: what Reno's window would be now (W_est of RFC 9438 §4.3). */
    public double renoWindow;

    /** CUBIC: cwnd before the last reduction, in octets (cwnd_prior of RFC 9438 §4.3). */
    public double priorWindow;

    /** CUBIC: octets of growth that do not make a whole one yet. */
    public double growth;

    /** CUBIC: when the last ACK came, to leave idle time out of the epoch. */
    public long lastAckNs;

    /**
     * Whether slow start follows a time-out, where an ACK covers more than has just arrived (RFC
     * 3465 §2.3).
     */
    public boolean isAfterTimeout;

    /** What {@link #cwnd} was before the last loss or time-out, should that prove to be none. */
    public int savedCwnd;

    /** What {@link #ssthresh} was before it. */
    public int savedSsthresh;

    /** Whether what is sent is paced, so that growth at once does not make bursts. */
    public boolean isPaced;

    /** Segments that one ACK may add in slow start without pacing; the configuration's. */
    int segmentsAnAck = SlowStart.SEGMENTS_AN_ACK;

    /** The most octets that were outstanding in the present window of data. */
    private int largestOutstanding;

    /** Where the present window of data ends. */
    private int usageSeq;

    /** How the first slow start ends. */
    final HyStart hyStart = new HyStart();

    /** What {@link CongestionControl#newMemory} made for the algorithm in use. */
    public @Nullable Object memory;

    /** Makes it new for a connection that begins to send, with what survived in the TCB. */
    public void reset(int cwnd, int ssthresh, int mss, long srttNs) {
        this.cwnd = cwnd;
        this.ssthresh = ssthresh;
        this.mss = mss;
        this.srttNs = srttNs;
        ackedOctets = 0;
        maxWindow = 0;
        epochStartNs = 0;
        cubicK = 0;
        epochWindow = 0;
        renoWindow = 0;
        priorWindow = 0;
        growth = 0;
        lastAckNs = 0;
        isAfterTimeout = false;
        savedCwnd = 0;
        savedSsthresh = 0;
        largestOutstanding = 0;
        hyStart.reset();
    }

    /** Keeps what a reduction changes; called before the first of a recovery. */
    public void save() {
        savedCwnd = cwnd;
        savedSsthresh = ssthresh;
    }

    /**
     * Takes the reduction back (RFC 4015 §3.2): the windows are at least what they were before it.
     */
    public void restore() {
        cwnd = Math.max(cwnd, savedCwnd);
        ssthresh = Math.max(ssthresh, savedSsthresh);
        isAfterTimeout = false;
    }

    /**
     * Takes note of what is outstanding when an ACK comes, and says whether the connection uses its
     * window: whether more than half of it was outstanding at any time in this window of data.
     * Otherwise it is the application that holds it back, and the window says nothing about the
     * path (RFC 7661 §4.3).
     *
     * @param ack what had been acknowledged before
     * @param next the next number to be sent
     */
    boolean isUsed(int ack, int next) {
        int outstanding = next - ack;
        if (outstanding > largestOutstanding || !Seq.before(ack, usageSeq)) {
            largestOutstanding = outstanding;
            usageSeq = next;
        }
        return largestOutstanding > cwnd - largestOutstanding;
    }

    /** Octets of cwnd in whole segments, one at least: what is sent of it when it is full. */
    public int wholeWindow() {
        return Math.max(mss, cwnd - cwnd % mss);
    }

    public boolean isInSlowStart() {
        return cwnd < ssthresh;
    }
}
