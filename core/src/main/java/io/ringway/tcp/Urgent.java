package io.ringway.tcp;

import io.ringway.memory.FramePool;
import io.ringway.wire.Seq;
import io.ringway.wire.TcpHeader;

import java.lang.foreign.MemorySegment;

/**
 * The urgent mechanism (RFC 9293 §3.8.5, as RFC 6093 settled it): the octets stay in the stream,
 * and the pointer names the first behind the urgent ones. It is rare, so what it needs to remember
 * is with a connection's own settings.
 */
final class Urgent {
    /** The pointer has 16 bits: what is farther away is told as far as they reach. */
    private static final int FARTHEST = 0xffff;

    private final MemorySegment memory;
    private final FramePool frames;
    private final Connections connections;
    private final TcpSettings settings;
    private final AckPolicy ackPolicy;
    private final TcpHeader header = new TcpHeader();

    Urgent(FramePool frames, Connections connections, TcpSettings settings, AckPolicy ackPolicy) {
        this.memory = frames.memory();
        this.frames = frames;
        this.connections = connections;
        this.settings = settings;
        this.ackPolicy = ackPolicy;
    }

    /**
     * A segment with URG (RFC 9293 §3.10.7.4, sixth): RCV.UP moves on, and the application is told
     * where urgent octets begin to wait, not again while they do.
     */
    void onSegment(Tcb tcb, Segment segment) {
        int state = tcb.state();
        if (state < TcpState.N_ESTABLISHED
                || state > TcpState.N_FIN_WAIT_2
                || tcb.has(Flag.DETACHED | Flag.FIN_RECEIVED)) {
            return;
        }
        int pointer = header.wrap(memory, frames.data(segment.frame)).urgentPointer();
        int end = segment.seq + pointer;
        boolean isWaiting = unread(tcb) > 0;
        if (Seq.after(end, isWaiting ? settings.receiveUrgent(tcb) : consumed(tcb))) {
            settings.receiveUrgent(tcb, end);
            if (!isWaiting) {
                connections.notify(tcb, TcpUser.URGENT);
            }
        }
    }

    /** Octets that are still to be read up to where the urgent ones end; 0 when none wait. */
    int unread(Tcb tcb) {
        if (!settings.hasReceiveUrgent(tcb)) {
            return 0;
        }
        int left = settings.receiveUrgent(tcb) - consumed(tcb);
        if (left <= 0) {
            // It is forgotten: 2 GiB later the number would seem to lie ahead again.
            settings.endReceiveUrgent(tcb);
        }
        return Math.max(0, left);
    }

    /** The number of the next octet that the application reads. */
    private static int consumed(Tcb tcb) {
        return tcb.rcvNxt() - tcb.receiveQueued() - (tcb.has(Flag.FIN_RECEIVED) ? 1 : 0);
    }

    /** What has been written up to now is urgent: SND.UP is its end (RFC 9293 §3.10.2). */
    void mark(Tcb tcb) {
        if (tcb.flight() < 0) {
            // All of it is acknowledged.
            return;
        }
        settings.sendUrgent(tcb, connections.flight(tcb).endSeq);
        // The peer is to know although its window may be closed.
        ackPolicy.now(tcb);
    }

    /** The urgent pointer of a segment to be sent, or 0 when there is nothing urgent from it on. */
    static int pointer(TcpSettings settings, Tcb tcb, int seq) {
        if (!settings.hasSendUrgent(tcb)) {
            return 0;
        }
        int distance = settings.sendUrgent(tcb) - seq;
        if (!Seq.after(settings.sendUrgent(tcb), tcb.sndUna())) {
            settings.endSendUrgent(tcb);
            return 0;
        }
        return distance <= 0 ? 0 : Math.min(distance, FARTHEST);
    }
}
