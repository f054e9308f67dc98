package io.ringway.tcp;

import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.wire.Seq;
import io.ringway.wire.TcpHeader;

/**
 * Explicit congestion notification (RFC 3168 §6.1): who asks for it in the SYNs, the echo of marks
 * that arrive, and the answer to an echo, once a window. For an algorithm that wants to know of
 * every mark, the echo is that of RFC 8257 §3.2.
 *
 * <p>What is marked as capable is new data only: not ACKs (§6.1.4), not what is sent again
 * (§6.1.5), not window probes (§6.1.6).
 */
final class EcnState {
    /** Both bits of an ECN-setup SYN (§6.1.1). */
    static final int SETUP_SYN = TcpHeader.ECE | TcpHeader.CWR;

    /** In a segment's flags, beyond those of the header: new data, which may be marked. */
    static final int CAPABLE = 1 << 8;

    /** The code points of the traffic class (§5). */
    static final int ECT_0 = 2;

    static final int CE = 3;

    private final Counters counters;
    private final Connections connections;
    private final AckPolicy ackPolicy;
    private final Replies replies;

    EcnState(Counters counters, Connections connections, AckPolicy ackPolicy, Replies replies) {
        this.counters = counters;
        this.connections = connections;
        this.ackPolicy = ackPolicy;
        this.replies = replies;
    }

    // --- the SYNs ---

    /** Whether a SYN without ACK asks for marks. */
    static boolean isSetupSyn(int flags) {
        return (flags & SETUP_SYN) == SETUP_SYN;
    }

    /** Whether a SYN-ACK agrees: a peer that merely reflects the bits sets both. */
    static boolean isSetupSynAck(int flags) {
        return (flags & SETUP_SYN) == TcpHeader.ECE;
    }

    // --- a segment of a connection that uses marks ---

    /** Takes in the bits of an acceptable segment, before its ACK and its text are processed. */
    void onSegment(Tcb tcb, Segment segment, long nowNs) {
        if (segment.payloadLength > 0) {
            boolean isMarked = (segment.info.trafficClass & CE) == CE;
            if (isMarked) {
                counters.increment(Counter.TCP_ECN_MARKS);
            }
            if (connections.algorithm(tcb).echoesEachMark()) {
                echoEach(tcb, segment, isMarked, nowNs);
            } else {
                echo(tcb, segment, isMarked);
            }
        }
        if (segment.has(TcpHeader.ECE) && tcb.flight() >= 0) {
            onEcho(tcb, connections.flight(tcb), segment, nowNs);
        }
    }

    /** §6.1.3: from a mark on every ACK carries ECE, until the peer says CWR. */
    private void echo(Tcb tcb, Segment segment, boolean isMarked) {
        if (segment.has(TcpHeader.CWR)) {
            tcb.unset(Flag.ECE_OWED);
        }
        if (isMarked && !tcb.has(Flag.ECE_OWED)) {
            tcb.set(Flag.ECE_OWED);
            ackPolicy.now(tcb);
        }
    }

    /**
     * RFC 8257 §3.2: when a marked segment follows one that is not, or the other way round, an ACK
     * goes out at once for what came before, with ECE as it was for that.
     */
    private void echoEach(Tcb tcb, Segment segment, boolean isMarked, long nowNs) {
        boolean wasMarked = tcb.has(Flag.ECE_OWED);
        if (isMarked == wasMarked) {
            return;
        }
        if (tcb.lastAckSent() != tcb.rcvNxt()) {
            boolean hasTimestamps = tcb.has(Flag.TIMESTAMPS);
            replies.note(
                    segment,
                    tcb.sndNxt(),
                    tcb.rcvNxt(),
                    TcpHeader.ACK | (wasMarked ? TcpHeader.ECE : 0),
                    Math.max(0, ReceiveWindow.advertised(tcb)) >>> tcb.receiveScale(),
                    hasTimestamps,
                    hasTimestamps ? SegmentWriter.timestamp(tcb.tsOffset(), nowNs) : 0,
                    hasTimestamps ? tcb.tsRecent() : 0);
            tcb.lastAckSent(tcb.rcvNxt());
        }
        tcb.flags(tcb.flags() ^ Flag.ECE_OWED);
        ackPolicy.now(tcb);
    }

    /** §6.1.2: an echo is answered as a loss would be, but once a window of data. */
    private void onEcho(Tcb tcb, Flight flight, Segment segment, long nowNs) {
        int ack = segment.ack;
        int una = tcb.sndUna();
        int outstanding = tcb.sndNxt() - una;
        if (Seq.before(ack, una)
                || Seq.after(ack, tcb.sndNxt())
                || outstanding == 0
                || flight.lossState != Flight.OPEN
                || (flight.isEcnReduced && Seq.beforeOrEqual(ack, flight.ecnPoint))) {
            return;
        }
        CongestionState state = flight.congestion;
        int before = state.cwnd;
        flight.algorithm.onEcn(state, outstanding, nowNs);
        // A window of one segment stays that: the retransmission timer slows it down further.
        state.cwnd = Math.min(before, state.cwnd);
        flight.isEcnReduced = true;
        flight.ecnPoint = tcb.sndNxt();
        tcb.set(Flag.CWR_DUE);
        counters.increment(Counter.TCP_ECN_REDUCTIONS);
    }

    // --- what is sent ---

    /**
     * The header's flags of a segment: ECE while it is owed, and CWR in the first new data after a
     * reduction.
     */
    static int flagsToSend(Tcb tcb, int flags) {
        int all = flags;
        if (tcb.has(Flag.ECE_OWED)) {
            all |= TcpHeader.ECE;
        }
        if ((flags & CAPABLE) != 0 && tcb.has(Flag.CWR_DUE)) {
            tcb.unset(Flag.CWR_DUE);
            all |= TcpHeader.CWR;
        }
        return all;
    }
}
