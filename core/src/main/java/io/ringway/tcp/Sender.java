package io.ringway.tcp;

import io.ringway.layer.PacketSink;
import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.memory.FramePool;
import io.ringway.wire.Seq;
import io.ringway.wire.TcpHeader;

/**
 * What a connection sends when it is its turn: first what was lost, then what is new, then the ACK
 * that is owed (RFC 9293 §3.8, with cwnd of RFC 5681 and the pipe of RFC 6675).
 */
final class Sender {
    private static final int MAX_IP_PACKET = 65_535;

    /** The largest IP and TCP headers with the options of a data segment. */
    private static final int HEADERS = 40 + 60;

    private final FramePool frames;
    private final Counters counters;
    private final Connections connections;
    private final SendQueue sendQueue;
    private final Recovery recovery;
    private final SegmentWriter writer;
    private final Timers timers;
    private final Pacer pacer;
    private final int maxUnit;
    private boolean hasMore;

    Sender(
            FramePool frames,
            PacketSink sink,
            Counters counters,
            Connections connections,
            SendQueue sendQueue,
            Recovery recovery,
            SegmentWriter writer,
            Timers timers,
            Pacer pacer) {
        this.frames = frames;
        this.counters = counters;
        this.connections = connections;
        this.sendQueue = sendQueue;
        this.recovery = recovery;
        this.writer = writer;
        this.timers = timers;
        this.pacer = pacer;
        this.maxUnit = Math.min(MAX_IP_PACKET, sink.maxSegmentationLength()) - HEADERS;
    }

    /** Whether the last {@link #poll} stopped at its limit with more to send. */
    boolean hasMore() {
        return hasMore;
    }

    /** Sends at most {@code limit} segments of a synchronised connection; returns how many. */
    int poll(Tcb tcb, long nowNs, int limit) {
        hasMore = false;
        int sent = 0;
        if (tcb.flight() >= 0) {
            sent = pollFlight(tcb, connections.flight(tcb), nowNs, limit);
        }
        int owed = tcb.flags() & (Flag.ACK_NOW | Flag.WINDOW_PROBE | Flag.PROBE_KEEP_ALIVE);
        if (owed != 0) {
            if (sent >= limit) {
                hasMore = true;
                return sent;
            }
            sent += sendOwed(tcb, nowNs);
        }
        return sent;
    }

    private int pollFlight(Tcb tcb, Flight flight, long nowNs, int limit) {
        int sent = 0;
        while (sent < limit) {
            boolean isSent =
                    (flight.lossState != Flight.OPEN && retransmit(tcb, flight, nowNs))
                            || sendNew(tcb, flight, nowNs);
            if (!isSent) {
                connections.restIfIdle(tcb, flight);
                return sent;
            }
            sent++;
        }
        hasMore = true;
        return sent;
    }

    // --- again ---

    private boolean retransmit(Tcb tcb, Flight flight, long nowNs) {
        int sndNxt = tcb.sndNxt();
        boolean isIdle = !Seq.after(flight.endSeq, sndNxt);
        int seq = recovery.nextRetransmission(tcb, flight, isIdle);
        if (!Seq.before(seq, sndNxt)) {
            return false;
        }
        int mss = tcb.mss();
        if (!flight.forceRetransmit && recovery.pipe(tcb, flight) + mss > flight.congestion.cwnd) {
            return false;
        }
        if (flight.isPaced && !flight.forceRetransmit && pacer.mustWait(flight, sndNxt, nowNs)) {
            return false;
        }
        int end = Seq.min(flight.sacked.nextCovered(seq, sndNxt), flight.endSeq);
        int length = Math.min(mss, Math.max(0, end - seq));
        boolean withFin = tcb.has(Flag.FIN_SENT) && seq + length == flight.endSeq;
        int frame =
                length == 0
                        ? frames.allocate()
                        : sendQueue.take(flight, sendQueue.frameOf(flight, seq), seq, length);
        if (frame == FramePool.NONE) {
            counters.increment(Counter.TCP_NO_FRAME);
            timers.scheduleRetry(tcb, nowNs);
            return false;
        }
        flight.forceRetransmit = false;
        int behind = seq + length + (withFin ? 1 : 0);
        flight.highRetransmitted = behind;
        flight.retransmitTick = Ticks.of(nowNs);
        flight.isTiming &= !Seq.before(seq, flight.timedSeq);
        counters.increment(Counter.TCP_RETRANSMITTED);
        int flags = (withFin ? TcpHeader.FIN : 0) | (length > 0 ? TcpHeader.PSH : 0);
        writer.send(tcb, frame, seq, flags, nowNs);
        if (flight.isPaced) {
            Pacer.onSent(flight, length, nowNs);
        }
        startTimer(tcb, flight, nowNs);
        return true;
    }

    // --- new ---

    private boolean sendNew(Tcb tcb, Flight flight, long nowNs) {
        int flags = tcb.flags();
        if ((flags & Flag.FIN_SENT) != 0) {
            return false;
        }
        int sndNxt = tcb.sndNxt();
        int available = flight.endSeq - sndNxt;
        if (available == 0) {
            return (flags & Flag.SHUT) != 0 && sendFin(tcb, flight, nowNs);
        }
        int outstanding = sndNxt - tcb.sndUna();
        int window = tcb.sndWnd() - outstanding;
        int room = Math.min(window, flight.congestion.cwnd - recovery.pipe(tcb, flight));
        int length = room <= 0 ? 0 : sensible(tcb, flight, available, room, outstanding);
        if (length <= 0) {
            if (outstanding == 0 && window < Math.min(available, tcb.mss())) {
                startPersisting(tcb, flight, nowNs);
            }
            return false;
        }
        if ((flight.isPaced || flight.belowFrame >= 0) && pacer.mustWait(flight, sndNxt, nowNs)) {
            return false;
        }
        return sendData(tcb, flight, sndNxt, length, nowNs);
    }

    /**
     * How much to send now: whole segments, or the rest; not a little when more is coming (Nagle,
     * RFC 9293 §3.7.4) or when the window opened only a little (§3.8.6.2.1).
     */
    private int sensible(Tcb tcb, Flight flight, int available, int room, int outstanding) {
        int mss = tcb.mss();
        int length = Math.min(Math.min(available, room), unit(tcb, flight));
        if (length >= mss) {
            return length == available ? length : length - length % mss;
        }
        boolean isAll = length == available;
        if (isAll && (outstanding == 0 || tcb.has(Flag.NO_DELAY | Flag.SHUT))) {
            return length;
        }
        // A peer whose whole window is small gets half of it at least (Fs of §3.8.6.2.1).
        return outstanding == 0 && length >= tcb.maxSndWnd() / 2 ? length : 0;
    }

    /**
     * Octets of payload that one frame may carry now: a quarter of cwnd, so that ACKs come back as
     * a stream, and a millisecond's worth, two segments at least, so that no burst fills a queue.
     */
    int unit(Tcb tcb, Flight flight) {
        int mss = tcb.mss();
        if (maxUnit < 2 * mss) {
            return mss;
        }
        int wanted = Math.min(maxUnit, Math.min(flight.congestion.cwnd >> 2, flight.burstOctets));
        return Math.max(mss, wanted - wanted % mss);
    }

    private boolean sendData(Tcb tcb, Flight flight, int seq, int wanted, long nowNs) {
        int first = flight.nextFrame;
        // CWR is for one segment: a port that cuts super-frames would set it in all of them.
        int length = tcb.has(Flag.CWR_DUE) ? Math.min(wanted, tcb.mss()) : wanted;
        int rest = sendQueue.endOf(first) - seq;
        // Whole frames leave uncopied, so one that holds a full segment is not filled up from the
        // next.
        if (rest < length && rest >= tcb.mss()) {
            length = rest;
        }
        int frame = sendQueue.take(flight, first, seq, length);
        if (frame == FramePool.NONE && length > tcb.mss()) {
            length = tcb.mss();
            frame = sendQueue.take(flight, first, seq, length);
        }
        if (frame == FramePool.NONE) {
            counters.increment(Counter.TCP_NO_FRAME);
            timers.scheduleRetry(tcb, nowNs);
            return false;
        }
        if (frame == first && flight.belowFrame == FramePool.NONE) {
            flight.belowFrame = frame;
        }
        int behind = seq + length;
        int flags = tcb.has(Flag.ECN) ? EcnState.CAPABLE : 0;
        if (behind == flight.endSeq) {
            flags |= TcpHeader.PSH;
            if (tcb.has(Flag.SHUT)) {
                flags |= TcpHeader.FIN;
                tcb.set(Flag.FIN_SENT);
            }
        }
        advance(tcb, flight, seq, behind + (flags & TcpHeader.FIN), nowNs);
        if (flight.isPaced) {
            Pacer.onSent(flight, length, nowNs);
        }
        writer.send(tcb, frame, seq, flags, nowNs);
        return true;
    }

    private boolean sendFin(Tcb tcb, Flight flight, long nowNs) {
        int frame = frames.allocate();
        if (frame == FramePool.NONE) {
            counters.increment(Counter.TCP_NO_FRAME);
            timers.scheduleRetry(tcb, nowNs);
            return false;
        }
        int seq = tcb.sndNxt();
        tcb.set(Flag.FIN_SENT);
        advance(tcb, flight, seq, seq + 1, nowNs);
        writer.send(tcb, frame, seq, TcpHeader.FIN, nowNs);
        return true;
    }

    private void advance(Tcb tcb, Flight flight, int seq, int behind, long nowNs) {
        if (tcb.sndUna() == seq) {
            flight.progressNs = nowNs;
        }
        tcb.sndNxt(behind);
        flight.isProbeOut = false;
        sendQueue.moveNext(flight, behind);
        if (!flight.isTiming && flight.lossState == Flight.OPEN) {
            flight.isTiming = true;
            flight.timedSeq = behind;
            flight.timedAtNs = nowNs;
        }
        startTimer(tcb, flight, nowNs);
    }

    /** RFC 6298 §5.1: whenever something is sent and the timer is off, it is started. */
    private void startTimer(Tcb tcb, Flight flight, long nowNs) {
        if (flight.retransmitAtNs == Flight.NEVER || flight.isPersisting) {
            flight.isPersisting = false;
            timers.scheduleRetransmit(tcb, flight, nowNs + timeoutNs(flight));
        }
    }

    private long timeoutNs(Flight flight) {
        return timers.backedOff(flight.rtoNs, flight.backoff);
    }

    private void startPersisting(Tcb tcb, Flight flight, long nowNs) {
        if (!flight.isPersisting) {
            flight.isPersisting = true;
            flight.backoff = 0;
            timers.scheduleRetransmit(tcb, flight, nowNs + timeoutNs(flight));
        }
    }

    // --- what is owed though there is nothing to send ---

    private int sendOwed(Tcb tcb, long nowNs) {
        if (tcb.has(Flag.WINDOW_PROBE)) {
            return probeWindow(tcb, nowNs);
        }
        int frame = frames.allocate();
        if (frame == FramePool.NONE) {
            counters.increment(Counter.TCP_NO_FRAME);
            timers.scheduleRetry(tcb, nowNs);
            return 0;
        }
        int seq = tcb.sndNxt();
        if (tcb.has(Flag.PROBE_KEEP_ALIVE)) {
            // RFC 9293 §3.8.4: a sequence number that the peer has acknowledged makes it answer.
            seq--;
            counters.increment(Counter.TCP_KEEPALIVE_PROBES);
            tcb.unset(Flag.PROBE_KEEP_ALIVE);
        }
        writer.send(tcb, frame, seq, 0, nowNs);
        return 1;
    }

    /**
     * One octet beyond the window, which the peer must answer with its window (RFC 9293 §3.8.6.1).
     */
    private int probeWindow(Tcb tcb, long nowNs) {
        tcb.unset(Flag.WINDOW_PROBE);
        if (tcb.flight() < 0) {
            return 0;
        }
        Flight flight = connections.flight(tcb);
        if (!flight.isPersisting || flight.nextFrame == FramePool.NONE) {
            return 0;
        }
        int seq = tcb.sndNxt();
        int length = Math.min(Math.max(1, tcb.sndWnd()), sendQueue.endOf(flight.nextFrame) - seq);
        length = Math.min(length, tcb.mss());
        int frame = sendQueue.take(flight, flight.nextFrame, seq, length);
        if (frame == FramePool.NONE) {
            counters.increment(Counter.TCP_NO_FRAME);
            return 0;
        }
        counters.increment(Counter.TCP_ZERO_WINDOW_PROBES);
        if (tcb.sndWnd() > 0) {
            // The window is small but open: the override time-out of §3.8.6.2.1 sends what fits.
            advance(tcb, flight, seq, seq + length, nowNs);
        } else {
            flight.isProbeOut = true;
        }
        writer.send(tcb, frame, seq, 0, nowNs);
        return 1;
    }
}
