package io.ringway.tcp;

import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.memory.FramePool;
import io.ringway.wire.Seq;
import io.ringway.wire.TcpHeader;

/** Sends again what {@link Recovery} holds for lost, in order and as far as cwnd allows. */
final class Retransmitter {
    private final FramePool frames;
    private final Counters counters;
    private final SendQueue sendQueue;
    private final Recovery recovery;
    private final PathMtu pathMtu;
    private final SegmentWriter writer;
    private final LossTimer lossTimer;
    private final Timers timers;
    private final Pacer pacer;

    Retransmitter(
            FramePool frames,
            Counters counters,
            SendQueue sendQueue,
            Recovery recovery,
            PathMtu pathMtu,
            SegmentWriter writer,
            LossTimer lossTimer,
            Timers timers,
            Pacer pacer) {
        this.frames = frames;
        this.counters = counters;
        this.sendQueue = sendQueue;
        this.recovery = recovery;
        this.pathMtu = pathMtu;
        this.writer = writer;
        this.lossTimer = lossTimer;
        this.timers = timers;
        this.pacer = pacer;
    }

    /** Sends the first segment that is lost; false when there is none or none may go now. */
    boolean sendLost(Tcb tcb, Flight flight, long nowNs) {
        SentSegments segments = flight.segments;
        int position = segments.firstLost();
        if (position < 0 || flight.spurious.isAsking()) {
            return false;
        }
        int seq = segments.start(position);
        int length = Math.min(tcb.mss(), segments.gatherLost(position, tcb.mss()));
        if (!flight.forceRetransmit
                && recovery.pipe(tcb, flight) + length > flight.congestion.cwnd) {
            return false;
        }
        if (flight.isPaced
                && !flight.forceRetransmit
                && pacer.mustWait(flight, tcb.sndNxt(), nowNs)) {
            return false;
        }
        if (seq == tcb.sndUna() && segments.has(position, SentSegments.RETRANSMITTED)) {
            pathMtu.onLostAgain(tcb, flight, nowNs);
            length = Math.min(length, tcb.mss());
        }
        if (!send(tcb, flight, position, length, nowNs)) {
            return false;
        }
        flight.forceRetransmit = false;
        flight.spurious.onRetransmitted(nowNs);
        if (flight.lossState == Flight.RECOVERY) {
            flight.prr.onSent(length);
        }
        if (seq == tcb.sndUna()) {
            // Otherwise the time-out that ran before could come before this one's ACK.
            lossTimer.restart(tcb, flight, nowNs);
        }
        return true;
    }

    /** Sends the last segment once more, as a tail loss probe (RFC 8985 §7.3). */
    boolean sendLast(Tcb tcb, Flight flight, long nowNs) {
        SentSegments segments = flight.segments;
        if (segments.isEmpty()) {
            return false;
        }
        int last = segments.count() - 1;
        int start = segments.start(last);
        int length = Math.min(tcb.mss(), segments.end(last) - start);
        int position = segments.isolate(segments.end(last) - length);
        if (position < 0 || !send(tcb, flight, position, length, nowNs)) {
            return false;
        }
        flight.spurious.onRepeated(nowNs);
        return true;
    }

    /** Sends the first {@code length} sequence numbers of a range again. */
    private boolean send(Tcb tcb, Flight flight, int position, int length, long nowNs) {
        int seq = flight.segments.start(position);
        int behind = seq + length;
        // Behind the last octet there is only the FIN.
        boolean withFin = Seq.after(behind, flight.endSeq);
        int octets = withFin ? length - 1 : length;
        int frame =
                octets == 0
                        ? frames.allocate()
                        : sendQueue.take(flight, sendQueue.frameOf(flight, seq), seq, octets);
        if (frame == FramePool.NONE) {
            counters.increment(Counter.TCP_NO_FRAME);
            timers.scheduleRetry(tcb, nowNs);
            return false;
        }
        int inFlight = recovery.pipe(tcb, flight) + length;
        flight.segments.onRetransmitted(position, behind, nowNs, flight.rate, inFlight);
        flight.retransmitTick = Ticks.of(nowNs);
        flight.retransmissions++;
        flight.dataSegmentsOut++;
        flight.retransmittedOctets += length;
        counters.increment(Counter.TCP_RETRANSMITTED);
        // As when it was new: PSH where what was written ends.
        boolean isLast = octets > 0 && seq + octets == flight.endSeq;
        int flags = (withFin ? TcpHeader.FIN : 0) | (isLast ? TcpHeader.PSH : 0);
        writer.send(tcb, frame, seq, flags, nowNs);
        if (flight.isPaced) {
            Pacer.onSent(flight, length, nowNs);
        }
        return true;
    }
}
