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

    /** Octets that a connection sends before the next one's turn. */
    private static final int TURN_OCTETS = 64 * 1024;

    /** How long a cork holds back what fills no segment, as Linux's does. */
    private static final long CORK_NS = 200_000_000;

    private final FramePool frames;
    private final SendBuffer sendBuffer;
    private final Counters counters;
    private final Connections connections;
    private final SendQueue sendQueue;
    private final PathMtu pathMtu;
    private final Retransmitter retransmitter;
    private final SegmentWriter writer;
    private final LossTimer lossTimer;
    private final Timers timers;
    private final Pacer pacer;
    private final int maxUnit;
    private boolean hasMore;

    Sender(
            FramePool frames,
            PacketSink sink,
            SendBuffer sendBuffer,
            Counters counters,
            Connections connections,
            SendQueue sendQueue,
            PathMtu pathMtu,
            Retransmitter retransmitter,
            SegmentWriter writer,
            LossTimer lossTimer,
            Timers timers,
            Pacer pacer) {
        this.frames = frames;
        this.sendBuffer = sendBuffer;
        this.counters = counters;
        this.connections = connections;
        this.sendQueue = sendQueue;
        this.pathMtu = pathMtu;
        this.retransmitter = retransmitter;
        this.writer = writer;
        this.lossTimer = lossTimer;
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
            sent += sendOwed(tcb, limit - sent, nowNs);
        }
        return sent;
    }

    private int pollFlight(Tcb tcb, Flight flight, long nowNs, int limit) {
        int sent = 0;
        long startOctets = writer.payloadOctets();
        int allowed = TURN_OCTETS - flight.overdrawn;
        boolean isMore = true;
        while (isMore && sent < limit && writer.payloadOctets() - startOctets < allowed) {
            isMore = sendNext(tcb, flight, nowNs);
            if (isMore) {
                sent++;
                isMore = flight.nextFrame != FramePool.NONE || flight.lossState != Flight.OPEN;
            }
        }
        // Super-frames do not end where the turn does: the next one is shorter by so much.
        long beyond = writer.payloadOctets() - startOctets - allowed;
        flight.overdrawn = isMore ? (int) Math.max(0, beyond) : 0;
        hasMore = isMore;
        if (sent > 0) {
            sendBuffer.offer(tcb, flight);
            lossTimer.onSent(tcb, flight, nowNs);
        }
        if (!isMore) {
            noteLimits(tcb, flight, nowNs);
            connections.restIfIdle(tcb, flight);
        }
        return sent;
    }

    private boolean sendNext(Tcb tcb, Flight flight, long nowNs) {
        if (flight.probe.isDue) {
            return probeTail(tcb, flight, nowNs);
        }
        if (flight.lossState != Flight.OPEN) {
            return sendInRepair(tcb, flight, nowNs);
        }
        return sendNew(tcb, flight, nowNs);
    }

    private boolean sendInRepair(Tcb tcb, Flight flight, long nowNs) {
        if (retransmitter.sendLost(tcb, flight, nowNs) || sendNew(tcb, flight, nowNs)) {
            return true;
        }
        if (flight.spurious.isAsking() && Recovery.pipe(flight, tcb.sndNxt() - tcb.sndUna()) == 0) {
            // F-RTO holds back what is lost for the ACKs of new data, but none could be sent.
            flight.spurious.stopProbing();
            return retransmitter.sendLost(tcb, flight, nowNs);
        }
        return false;
    }

    /** Nothing more may be sent now: notes what holds it back. */
    private void noteLimits(Tcb tcb, Flight flight, long nowNs) {
        int outstanding = tcb.sndNxt() - tcb.sndUna();
        int left = flight.endSeq - tcb.sndNxt();
        int limit = outstanding == 0 ? SendLimits.IDLE : SendLimits.BUSY;
        // Behind the last octet there may be the FIN.
        if (left > 0) {
            if (tcb.sndWnd() - outstanding < Math.min(flight.congestion.mss, left)) {
                limit = SendLimits.WINDOW;
            }
        } else {
            if (outstanding != 0 && tcb.has(Flag.WANTS_WRITE)) {
                limit = SendLimits.BUFFER;
            }
            // The application has no more, so what was sent last says nothing about the path's
            // rate.
            int inFlight = Recovery.pipe(flight, outstanding);
            if (inFlight < flight.congestion.cwnd && flight.segments.lostOctets() == 0) {
                flight.rate.onAppLimited(inFlight);
            }
        }
        flight.limits.set(limit, nowNs);
    }

    /**
     * The tail loss probe: a segment more if there is one and the peer has room, whatever cwnd
     * says, and otherwise the last one again (TLP_send_probe of RFC 8985 §7.3).
     */
    private boolean probeTail(Tcb tcb, Flight flight, long nowNs) {
        flight.probe.isDue = false;
        int sndNxt = tcb.sndNxt();
        int room = Math.min(tcb.sndWnd() - (sndNxt - tcb.sndUna()), tcb.mss());
        int length = Math.min(flight.endSeq - sndNxt, room);
        boolean isNew = length > 0;
        boolean isSent =
                isNew
                        ? sendData(tcb, flight, sndNxt, length, nowNs)
                        : retransmitter.sendLast(tcb, flight, nowNs);
        if (isSent) {
            counters.increment(Counter.TCP_TAIL_LOSS_PROBES);
            flight.probe.onSent(!isNew, tcb.sndNxt());
        }
        return isSent;
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
        int room = Math.min(window, flight.congestion.cwnd - Recovery.pipe(flight, outstanding));
        int length = 0;
        if (room > 0) {
            length = sensible(tcb, flags, flight, available, room, outstanding, nowNs);
        }
        if (length <= 0) {
            if (outstanding == 0 && window < Math.min(available, flight.congestion.mss)) {
                startPersisting(tcb, flight, nowNs);
            }
            return false;
        }
        if ((flight.isPaced || flight.belowFrame >= 0) && pacer.mustWait(flight, sndNxt, nowNs)) {
            return false;
        }
        PathSearch search = flight.path;
        if (search != null) {
            int size = pathMtu.probe(tcb, flight, search, available, nowNs);
            if (size != 0) {
                return size <= room && probePath(tcb, flight, search, size, nowNs);
            }
        }
        boolean isSent = sendData(tcb, flight, sndNxt, length, nowNs);
        if (!flight.isSizeProven && isSent && length >= tcb.mss()) {
            pathMtu.onFullSized(tcb, flight, sndNxt, nowNs);
        }
        return isSent;
    }

    /** Sends new data as one segment that is larger than the path is known to take. */
    private boolean probePath(Tcb tcb, Flight flight, PathSearch search, int size, long nowNs) {
        int mss = tcb.mss();
        int start = tcb.sndNxt();
        tcb.mss(size);
        flight.congestion.mss = size;
        boolean isSent = sendData(tcb, flight, start, size, nowNs);
        tcb.mss(mss);
        flight.congestion.mss = mss;
        if (isSent) {
            pathMtu.onProbeSent(search, start, tcb.sndNxt());
        }
        return isSent;
    }

    /**
     * How much to send now: whole segments, or the rest; not a little when more is coming (Nagle,
     * RFC 9293 §3.7.4) or when the window opened only a little (§3.8.6.2.1).
     */
    private int sensible(
            Tcb tcb,
            int flags,
            Flight flight,
            int available,
            int room,
            int outstanding,
            long nowNs) {
        int mss = flight.congestion.mss;
        assert mss == tcb.mss() : mss;
        int length = Math.min(Math.min(available, room), unit(flight));
        if (length >= mss) {
            return length == available ? length : length - length % mss;
        }
        boolean isAll = length == available;
        if (isAll && (flags & Flag.CORKED) != 0 && isHeldBack(tcb, flight, nowNs)) {
            return 0;
        }
        // With Minshall's variation: only one segment that is not full is on its way.
        if (isAll
                && (outstanding == 0
                        || (flags & (Flag.NO_DELAY | Flag.SHUT)) != 0
                        || flight.isCorkOver
                        || !Seq.after(flight.smallEnd, tcb.sndUna()))) {
            return length;
        }
        // A peer whose whole window is small gets half of it at least (Fs of §3.8.6.2.1).
        return outstanding == 0 && length >= tcb.maxSndWnd() / 2 ? length : 0;
    }

    /** Whether what fills no segment is still to wait for more under the cork. */
    private boolean isHeldBack(Tcb tcb, Flight flight, long nowNs) {
        if (flight.isCorkOver || tcb.has(Flag.SHUT)) {
            return false;
        }
        if (flight.corkAtNs == Flight.NEVER) {
            timers.scheduleCork(tcb, flight, nowNs + CORK_NS);
        }
        return true;
    }

    /**
     * Octets of payload that one frame may carry now: a quarter of cwnd, so that ACKs come back as
     * a stream, and a millisecond's worth, two segments at least, so that no burst fills a queue.
     */
    int unit(Flight flight) {
        int mss = flight.congestion.mss;
        if (maxUnit < 2 * mss) {
            return mss;
        }
        int wanted = Math.min(maxUnit, Math.min(flight.congestion.cwnd >> 2, flight.burstOctets));
        return Math.max(mss, wanted - wanted % mss);
    }

    private boolean sendData(Tcb tcb, Flight flight, int seq, int wanted, long nowNs) {
        int first = flight.nextFrame;
        int settings = tcb.flags();
        int mss = flight.congestion.mss;
        // CWR is for one segment, and the urgent pointer counts from each: a port that cuts
        // super-frames would set them alike in all of them.
        boolean isForOne =
                (settings & (Flag.CWR_DUE | Flag.HAS_SETTINGS)) != 0 && writer.isForOneSegment(tcb);
        int length = isForOne ? Math.min(wanted, mss) : wanted;
        int rest = sendQueue.endOf(first) - seq;
        // Whole frames leave uncopied, so one that holds a full segment is not filled up from the
        // next.
        if (rest < length && rest >= mss) {
            length = rest;
        }
        int frame = sendQueue.take(flight, first, seq, length);
        if (frame == FramePool.NONE && length > mss) {
            length = mss;
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
        int flags = (settings & Flag.ECN) != 0 ? EcnState.CAPABLE : 0;
        if (behind == flight.endSeq) {
            flags |= TcpHeader.PSH;
            if (length < mss || length % mss != 0) {
                flight.smallEnd = behind;
                flight.isCorkOver = false;
                flight.corkAtNs = Flight.NEVER;
            }
            if ((settings & Flag.SHUT) != 0) {
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
        int sndUna = tcb.sndUna();
        if (sndUna == seq) {
            flight.progressNs = nowNs;
            if (flight.keepUntilNs != 0) {
                flight.algorithm.onRestart(flight.congestion, nowNs);
                Pacer.onAck(flight);
            }
        }
        tcb.sndNxt(behind);
        flight.isProbeOut = false;
        sendQueue.moveNext(flight, behind);
        if (flight.segments.isEmpty()) {
            flight.rate.onStart(nowNs);
        }
        flight.dataSegmentsOut++;
        int inFlight = Recovery.pipe(flight, behind - sndUna);
        flight.segments.onSent(seq, behind, nowNs, flight.rate, inFlight);
        if (flight.lossState == Flight.RECOVERY) {
            flight.prr.onSent(behind - seq);
        }
    }

    private void startPersisting(Tcb tcb, Flight flight, long nowNs) {
        if (!flight.isPersisting) {
            flight.isPersisting = true;
            flight.backoff = 0;
            lossTimer.restart(tcb, flight, nowNs);
        }
    }

    // --- what is owed though there is nothing to send ---

    private int sendOwed(Tcb tcb, int limit, long nowNs) {
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
        if (tcb.rcvNxt() - tcb.lastAckSent() > 2 * tcb.mss()) {
            return acknowledgeInSteps(tcb, frame, seq, limit, nowNs);
        }
        writer.send(tcb, frame, seq, 0, nowNs);
        return 1;
    }

    /** Much came at once: several ACKs, each of a part, and the last of all. */
    private int acknowledgeInSteps(Tcb tcb, int first, int seq, int limit, long nowNs) {
        int rcvNxt = tcb.rcvNxt();
        int step = AckPolicy.takeMost(tcb);
        int frame = first;
        int sent = 0;
        while (rcvNxt - tcb.lastAckSent() > step && sent + 1 < limit) {
            int spare = frames.allocate();
            if (spare == FramePool.NONE) {
                break;
            }
            tcb.rcvNxt(tcb.lastAckSent() + step);
            writer.send(tcb, frame, seq, 0, nowNs);
            frame = spare;
            sent++;
        }
        tcb.rcvNxt(rcvNxt);
        writer.send(tcb, frame, seq, 0, nowNs);
        return sent + 1;
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
            lossTimer.onSent(tcb, flight, nowNs);
        } else {
            flight.isProbeOut = true;
        }
        writer.send(tcb, frame, seq, 0, nowNs);
        return 1;
    }
}
