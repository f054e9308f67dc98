package io.ringway.tcp;

import io.ringway.memory.FramePool;
import io.ringway.memory.Octets;
import io.ringway.wire.Seq;

import java.lang.foreign.MemorySegment;

/**
 * The octets that the application wrote and the peer has not acknowledged: a list of frames, each
 * with the payload where a segment has it, so that a whole frame leaves without being copied.
 *
 * <p>A frame of the queue says in its notes what it holds, because pushing headers changes the
 * range in the descriptor: the sequence number of the first octet, octets held, and octets it may
 * hold.
 */
final class SendQueue {
    private static final int SEQ = 0;
    private static final int HELD = 1;
    private static final int CAPACITY = 2;

    /** Octets of payload in a small frame. */
    static final int SMALL_CAPACITY = FramePool.SMALL_SLOT - FramePool.PAYLOAD_START;

    private final FramePool frames;
    private final MemorySegment memory;
    private final int smallReserve;
    private final int largeReserve;

    SendQueue(FramePool frames) {
        this.frames = frames;
        this.memory = frames.memory();
        // What waits to be sent may not take the last frames: an ACK that frees some needs one, as
        // does every segment that is copied to be sent again.
        this.smallReserve = frames.smallCount() / 4;
        this.largeReserve = frames.largeCount() / 4;
    }

    /**
     * Copies octets to the end of the queue.
     *
     * @param unit octets that one segment or super-frame may carry now
     * @return how many were taken; fewer when the pool has no frame
     */
    int append(Flight flight, MemorySegment from, long offset, int length, int unit, int sndNxt) {
        int done = 0;
        while (done < length) {
            int room = tailRoom(flight, sndNxt);
            if (room == 0) {
                if (!grow(flight, length - done, unit)) {
                    break;
                }
                room = tailRoom(flight, sndNxt);
            }
            int piece = Math.min(room, length - done);
            Octets.copy(from, offset + done, memory, tailEnd(flight), piece);
            extendTail(flight, piece);
            done += piece;
        }
        return done;
    }

    /**
     * Octets that fit into the last frame; 0 when it was sent already, so that a new one can leave
     * uncopied.
     */
    int tailRoom(Flight flight, int sndNxt) {
        int tail = flight.queueTail;
        if (tail == FramePool.NONE) {
            return 0;
        }
        if (Seq.before(seqOf(tail), sndNxt)) {
            return 0;
        }
        return frames.note(tail, CAPACITY) - frames.note(tail, HELD);
    }

    /** Where the next octet of the last frame goes. */
    long tailEnd(Flight flight) {
        int tail = flight.queueTail;
        return frames.slot(tail) + FramePool.PAYLOAD_START + frames.note(tail, HELD);
    }

    /** The last frame got {@code octets} more. */
    void extendTail(Flight flight, int octets) {
        int tail = flight.queueTail;
        int held = frames.note(tail, HELD) + octets;
        assert held <= frames.note(tail, CAPACITY);
        frames.note(tail, HELD, held);
        flight.endSeq += octets;
        if (flight.nextFrame == FramePool.NONE) {
            flight.nextFrame = flight.queueTail;
        }
    }

    /** Adds an empty frame that suits {@code wanted} octets; false when the pool has none. */
    boolean grow(Flight flight, int wanted, int unit) {
        dropEmptyTail(flight);
        int frame = FramePool.NONE;
        int capacity = unit;
        if (wanted > SMALL_CAPACITY
                && unit > SMALL_CAPACITY
                && frames.freeLargeCount() > largeReserve) {
            frame = frames.allocateLarge();
            capacity = Math.min(unit, FramePool.LARGE_SLOT - FramePool.PAYLOAD_START);
        }
        if (frame == FramePool.NONE && frames.freeSmallCount() > smallReserve) {
            frame = frames.allocate();
            capacity = Math.min(unit, SMALL_CAPACITY);
        }
        if (frame == FramePool.NONE) {
            return false;
        }
        frames.note(frame, SEQ, flight.endSeq);
        frames.note(frame, HELD, 0);
        frames.note(frame, CAPACITY, capacity);
        if (flight.queueTail == FramePool.NONE) {
            flight.queueHead = frame;
        } else {
            frames.next(flight.queueTail, frame);
        }
        flight.queueTail = frame;
        return true;
    }

    /**
     * A frame that was reserved and never filled stands at the end: nothing may be queued behind
     * it.
     */
    void dropEmptyTail(Flight flight) {
        int tail = flight.queueTail;
        if (tail == FramePool.NONE || frames.note(tail, HELD) != 0) {
            return;
        }
        int before = FramePool.NONE;
        for (int frame = flight.queueHead; frame != tail; frame = frames.next(frame)) {
            before = frame;
        }
        if (before == FramePool.NONE) {
            flight.queueHead = FramePool.NONE;
        } else {
            frames.next(before, FramePool.NONE);
        }
        flight.queueTail = before;
        frames.release(tail);
    }

    /** Releases the frames that {@code una} covers wholly. */
    void acknowledge(Flight flight, int una) {
        int frame = flight.queueHead;
        while (frame != FramePool.NONE) {
            int held = frames.note(frame, HELD);
            int end = seqOf(frame) + held;
            if (held == 0 || Seq.after(end, una)) {
                break;
            }
            int following = frames.next(frame);
            if (flight.nextFrame == frame) {
                flight.nextFrame = following;
            }
            if (flight.belowFrame == frame) {
                flight.belowFrame = following;
            }
            frames.release(frame);
            frame = following;
        }
        flight.queueHead = frame;
        if (frame == FramePool.NONE) {
            flight.queueTail = FramePool.NONE;
        }
        flight.headSeq = Seq.min(una, flight.endSeq);
    }

    /**
     * Copies the frames that the port holds as well, so that the queue can go to another lane:
     * holds are counted by one lane alone.
     *
     * @return false when there are too few frames; what is done is done, and the rest can be tried
     *     later
     */
    boolean detach(Flight flight) {
        int before = FramePool.NONE;
        for (int frame = flight.queueHead; frame != FramePool.NONE; frame = frames.next(frame)) {
            if (frames.references(frame) > 1) {
                int copy = frames.isLarge(frame) ? frames.allocateLarge() : frames.allocate();
                if (copy == FramePool.NONE) {
                    return false;
                }
                replace(flight, before, frame, copy);
                frame = copy;
            }
            before = frame;
        }
        flight.belowFrame = FramePool.NONE;
        return true;
    }

    private void replace(Flight flight, int before, int frame, int copy) {
        int held = frames.note(frame, HELD);
        frames.range(copy, FramePool.PAYLOAD_START, held);
        Octets.copy(
                memory,
                frames.slot(frame) + FramePool.PAYLOAD_START,
                memory,
                frames.slot(copy) + FramePool.PAYLOAD_START,
                held);
        frames.note(copy, SEQ, frames.note(frame, SEQ));
        frames.note(copy, HELD, held);
        frames.note(copy, CAPACITY, frames.note(frame, CAPACITY));
        frames.next(copy, frames.next(frame));
        if (before == FramePool.NONE) {
            flight.queueHead = copy;
        } else {
            frames.next(before, copy);
        }
        flight.queueTail = flight.queueTail == frame ? copy : flight.queueTail;
        flight.nextFrame = flight.nextFrame == frame ? copy : flight.nextFrame;
        frames.release(frame);
    }

    /** Releases everything. */
    void clear(Flight flight) {
        frames.releaseList(flight.queueHead);
        flight.queueHead = FramePool.NONE;
        flight.queueTail = FramePool.NONE;
        flight.nextFrame = FramePool.NONE;
        flight.belowFrame = FramePool.NONE;
        flight.headSeq = flight.endSeq;
    }

    /** The frame that holds {@code seq}, which is in the queue. */
    int frameOf(Flight flight, int seq) {
        int next = flight.nextFrame;
        int frame =
                next != FramePool.NONE && Seq.afterOrEqual(seq, seqOf(next))
                        ? next
                        : flight.queueHead;
        while (Seq.afterOrEqual(seq, endOf(frame))) {
            frame = frames.next(frame);
        }
        return frame;
    }

    int seqOf(int frame) {
        return frames.note(frame, SEQ);
    }

    int endOf(int frame) {
        return frames.note(frame, SEQ) + frames.note(frame, HELD);
    }

    /** SND.NXT moved to {@code sndNxt}: later searches begin at its frame. */
    void moveNext(Flight flight, int sndNxt) {
        int frame = flight.nextFrame;
        while (frame != FramePool.NONE && Seq.afterOrEqual(sndNxt, endOf(frame))) {
            frame = frames.next(frame);
        }
        flight.nextFrame = frame;
    }

    /**
     * A frame with the payload {@code [seq, seq + length)} as its data, and one hold for the
     * sender: the queue's own frame when the payload begins there, no port holds it and it is of
     * this lane, otherwise a copy.
     *
     * @return NONE when a copy was needed and the pool had no frame
     */
    int take(Flight flight, int frame, int seq, int length) {
        if (seqOf(frame) == seq
                && length <= endOf(frame) - seq
                && frames.references(frame) == 1
                && frames.isOwn(frame)) {
            frames.range(frame, FramePool.PAYLOAD_START, length);
            frames.retain(frame);
            return frame;
        }
        return copy(frame, seq, length);
    }

    private int copy(int first, int seq, int length) {
        int to = length <= SMALL_CAPACITY ? frames.allocate() : frames.allocateLarge();
        if (to == FramePool.NONE) {
            return FramePool.NONE;
        }
        frames.range(to, FramePool.PAYLOAD_START, length);
        long at = frames.slot(to) + FramePool.PAYLOAD_START;
        int done = 0;
        for (int frame = first; done < length; frame = frames.next(frame)) {
            int skip = seq + done - seqOf(frame);
            int piece = Math.min(length - done, endOf(frame) - seq - done);
            Octets.copy(
                    memory,
                    frames.slot(frame) + FramePool.PAYLOAD_START + skip,
                    memory,
                    at + done,
                    piece);
            done += piece;
        }
        return to;
    }

    /**
     * Octets from the first frame that the port has not given back up to {@code sndNxt}; copies do
     * not count. Ports send in order, so each frame is looked at once.
     */
    int below(Flight flight, int sndNxt) {
        int frame = flight.belowFrame;
        while (frame != FramePool.NONE && frames.references(frame) == 1) {
            frame = frame == flight.nextFrame ? FramePool.NONE : frames.next(frame);
        }
        flight.belowFrame = frame;
        return frame == FramePool.NONE ? 0 : Math.max(0, sndNxt - seqOf(frame));
    }
}
