package io.ringway.tcp;

import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.memory.FramePool;
import io.ringway.wire.Seq;
import io.ringway.wire.TcpHeader;

import java.lang.foreign.MemorySegment;

/**
 * The segment text and the FIN (RFC 9293 §3.10.7.4, seventh and eighth): what goes to the
 * application, and in what order.
 */
final class Receiver {
    private final TcpConfig config;
    private final FramePool frames;
    private final MemorySegment memory;
    private final Counters counters;
    private final Connections connections;
    private final Reassembly reassembly;
    private final WindowTuning tuning;
    private final AckPolicy ackPolicy;
    private final int frameReserve;
    private final int frameLimit;
    private int heldFrames;

    Receiver(
            TcpConfig config,
            FramePool frames,
            Counters counters,
            Connections connections,
            Reassembly reassembly,
            WindowTuning tuning,
            AckPolicy ackPolicy) {
        this.config = config;
        this.frames = frames;
        this.memory = frames.memory();
        this.counters = counters;
        this.connections = connections;
        this.reassembly = reassembly;
        this.tuning = tuning;
        this.ackPolicy = ackPolicy;
        // Out-of-order data may not take the last frames: what fills the hole needs one.
        this.frameReserve = Math.max(1, frames.smallCount() / 8);
        // What nobody has read leaves room for what is written: an application may not read before
        // it
        // can write.
        this.frameLimit = Math.max(1, (frames.smallCount() + frames.largeCount()) / 2);
    }

    /**
     * Takes the segment's payload, already cut to the window; takes the frame's hold when there is
     * any.
     */
    void onText(Tcb tcb, Segment segment, long nowNs) {
        int length = segment.payloadLength;
        if (heldFrames >= frameLimit
                || frames.freeSmallCount() < frameReserve / 4
                || (frames.freeSmallCount() < frameReserve / 2 && tcb.receiveQueued() > 0)) {
            // Were these to take the last frames, no ACK could come in that frees any. What is
            // read is taken: the application frees it.
            counters.increment(Counter.TCP_RECEIVE_LIMIT);
            ackPolicy.now(tcb);
            return;
        }
        int rcvNxt = tcb.rcvNxt();
        if (segment.seq == rcvNxt) {
            if (length >= AckPolicy.LARGE) {
                tuning.onData(tcb, segment, nowNs);
            }
            int frame = segment.frame;
            segment.frame = FramePool.NONE;
            frames.pull(frame, segment.headerLength);
            frames.length(frame, length);
            frames.next(frame, FramePool.NONE);
            enqueue(tcb, frame, length);
            rcvNxt += length;
            tcb.rcvNxt(rcvNxt);
            if (tcb.flight() >= 0 && connections.flight(tcb).outOfOrderFrames != 0) {
                if (!connections.duplicates.has(tcb.index())) {
                    noteOverlap(tcb, rcvNxt - length, rcvNxt);
                }
                takeWhatFollows(tcb);
                ackPolicy.onFilled(tcb);
                connections.notify(tcb, TcpUser.READABLE);
            } else {
                int flags = tcb.flags();
                int owed = AckPolicy.onData(tcb, flags, length, rcvNxt);
                connections.noteData(tcb, flags | owed);
            }
        } else {
            onOutOfOrder(tcb, segment, length, nowNs);
        }
    }

    /**
     * RFC 2883 §4: of a segment that is a duplicate in parts, the first such part is reported.
     * Called before the segment is put with what is here out of order.
     */
    private void noteOverlap(Tcb tcb, int seq, int end) {
        Flight flight = connections.flight(tcb);
        int run = reassembly.overlapping(flight, seq, end);
        if (run != FramePool.NONE) {
            int start = Seq.max(seq, reassembly.seqOf(run));
            connections.duplicates.note(tcb, start, Seq.min(end, reassembly.endOf(run)));
        }
    }

    private void takeWhatFollows(Tcb tcb) {
        Flight flight = connections.flight(tcb);
        int frame = reassembly.takeNext(flight, tcb.rcvNxt());
        while (frame != FramePool.NONE) {
            int following = frames.next(frame);
            int length = frames.length(frame);
            frames.next(frame, FramePool.NONE);
            enqueue(tcb, frame, length);
            tcb.rcvNxt(tcb.rcvNxt() + length);
            frame = following;
        }
        connections.restIfIdle(tcb, flight);
    }

    private void onOutOfOrder(Tcb tcb, Segment segment, int length, long nowNs) {
        ackPolicy.now(tcb);
        Flight flight = connections.borrow(tcb, nowNs, 0);
        if (flight == null) {
            return;
        }
        if (flight.outOfOrderFrames >= outOfOrderLimit(segment.frame)) {
            counters.increment(Counter.TCP_RECEIVE_LIMIT);
            connections.restIfIdle(tcb, flight);
            return;
        }
        int frame = segment.frame;
        segment.frame = FramePool.NONE;
        frames.pull(frame, segment.headerLength);
        if (flight.outOfOrderFrames != 0) {
            noteOverlap(tcb, segment.seq, segment.seq + length);
        }
        if (reassembly.insert(flight, frame, segment.seq, length)) {
            counters.increment(Counter.TCP_OUT_OF_ORDER);
        } else {
            counters.increment(Counter.TCP_DUPLICATE_DATA);
            flight.latestOutOfOrder = segment.seq;
        }
        connections.restIfIdle(tcb, flight);
    }

    /**
     * Frames that a connection may hold out of order: no more than are free, a reserve left out. So
     * a lone long path may hold a whole window, and however many compete, each gets its share and
     * some stay free (dynamic thresholds; Choudhury and Hahne, 1998).
     */
    private int outOfOrderLimit(int frame) {
        int free =
                frames.isLarge(frame)
                        ? frames.freeLargeCount() - frames.largeCount() / 8
                        : frames.freeSmallCount() - frameReserve;
        return Math.min(config.maxOutOfOrderFrames(), free);
    }

    /**
     * Adds to the octets that the application may read; a few octets are copied into the last
     * frame's room.
     */
    private void enqueue(Tcb tcb, int frame, int length) {
        int tail = tcb.receiveTail();
        tcb.receiveQueued(tcb.receiveQueued() + length);
        if (tail == FramePool.NONE) {
            tcb.receiveHead(frame);
            tcb.receiveTail(frame);
            heldFrames++;
        } else if (Reassembly.isWorthCopying(frames, tail, frame)) {
            Reassembly.copyBehind(frames, memory, tail, frame);
        } else {
            frames.next(tail, frame);
            tcb.receiveTail(frame);
            heldFrames++;
        }
    }

    /**
     * Eighth, check the FIN bit: it counts once everything before it is here; until then it is
     * remembered.
     *
     * @return whether RCV.NXT has come to the FIN
     */
    boolean isFinNext(Tcb tcb, Segment segment, long nowNs) {
        if (tcb.has(Flag.FIN_RECEIVED)) {
            return false;
        }
        int rcvNxt = tcb.rcvNxt();
        if (segment.has(TcpHeader.FIN)) {
            int fin = segment.seq + segment.payloadLength;
            if (fin == rcvNxt) {
                forgetFin(tcb);
                return true;
            }
            Flight flight = connections.borrow(tcb, nowNs, 0);
            if (flight != null && !flight.hasFin && Seq.after(fin, rcvNxt)) {
                flight.hasFin = true;
                flight.finSeq = fin;
                ackPolicy.now(tcb);
            }
        }
        if (tcb.flight() < 0) {
            return false;
        }
        Flight flight = connections.flight(tcb);
        if (flight.hasFin && flight.finSeq == rcvNxt) {
            forgetFin(tcb);
            return true;
        }
        connections.restIfIdle(tcb, flight);
        return false;
    }

    private void forgetFin(Tcb tcb) {
        if (tcb.flight() >= 0) {
            Flight flight = connections.flight(tcb);
            flight.hasFin = false;
            connections.restIfIdle(tcb, flight);
        }
    }

    // --- the application's side ---

    /** Where the first octets in order are, in the pool's memory; only when some are queued. */
    long viewOffset(Tcb tcb) {
        return frames.data(tcb.receiveHead());
    }

    /** How many of them lie together; 0 when none is queued. */
    int viewLength(Tcb tcb) {
        int head = tcb.receiveHead();
        return head == FramePool.NONE ? 0 : frames.length(head);
    }

    /** The application has read {@code octets}. */
    void consume(Tcb tcb, int octets) {
        assert octets >= 0 && octets <= tcb.receiveQueued() : octets;
        tcb.receiveQueued(tcb.receiveQueued() - octets);
        int left = octets;
        int frame = tcb.receiveHead();
        while (left > 0) {
            int length = frames.length(frame);
            if (left < length) {
                frames.pull(frame, left);
                break;
            }
            left -= length;
            int following = frames.next(frame);
            frames.release(frame);
            heldFrames--;
            frame = following;
        }
        tcb.receiveHead(frame);
        if (frame == FramePool.NONE) {
            tcb.receiveTail(FramePool.NONE);
        }
    }

    /** Takes the first frame out, with the octets that are in it. Its hold passes. */
    int take(Tcb tcb) {
        int frame = tcb.receiveHead();
        int following = frames.next(frame);
        tcb.receiveQueued(tcb.receiveQueued() - frames.length(frame));
        tcb.receiveHead(following);
        if (following == FramePool.NONE) {
            tcb.receiveTail(FramePool.NONE);
        }
        frames.next(frame, FramePool.NONE);
        heldFrames--;
        return frame;
    }

    /** The connection takes what was not read to another lane, or brings it from there. */
    void moved(Tcb tcb, boolean isLeaving) {
        for (int frame = tcb.receiveHead(); frame != FramePool.NONE; frame = frames.next(frame)) {
            heldFrames += isLeaving ? -1 : 1;
        }
    }

    /** Throws away what a connection brought along that finds no room. */
    void release(int firstFrame) {
        frames.releaseList(firstFrame);
    }

    /** Throws away what the application did not read. */
    void clear(Tcb tcb) {
        for (int frame = tcb.receiveHead(); frame != FramePool.NONE; frame = frames.next(frame)) {
            heldFrames--;
        }
        assert heldFrames >= 0 : heldFrames;
        frames.releaseList(tcb.receiveHead());
        tcb.receiveHead(FramePool.NONE);
        tcb.receiveTail(FramePool.NONE);
        tcb.receiveQueued(0);
    }
}
