package io.ringway.tcp;

import io.ringway.memory.FramePool;
import io.ringway.memory.Octets;
import io.ringway.wire.Seq;

import java.lang.foreign.MemorySegment;

/**
 * Segments that came before their turn: a list of frames of the {@link Flight}, in order of
 * sequence number and without overlap. The frame's data is the payload; its scratch begins with the
 * sequence number.
 */
final class Reassembly {
    /**
     * SACK blocks that fit into 40 octets of options; beside time stamps it is one less (RFC 2018
     * §3).
     */
    static final int MAX_BLOCKS = 4;

    private final FramePool frames;
    private final MemorySegment memory;
    private final int[] blockRanks = new int[MAX_BLOCKS];
    private final int[] blockStarts = new int[MAX_BLOCKS];
    private final int[] blockEnds = new int[MAX_BLOCKS];

    Reassembly(FramePool frames) {
        this.frames = frames;
        this.memory = frames.memory();
    }

    /**
     * Takes over the frame, whose data is the payload from {@code seq} on, as far as it is new.
     *
     * @return whether anything in it was; the frame is released if not
     */
    boolean insert(Flight flight, int frame, int seq, int length) {
        int start = seq;
        int end = seq + length;
        int before = FramePool.NONE;
        int after = flight.outOfOrderHead;
        if (after != FramePool.NONE && Seq.afterOrEqual(start, seqOf(flight.outOfOrderTail))) {
            before = flight.outOfOrderTail;
            after = FramePool.NONE;
        }
        while (after != FramePool.NONE && Seq.beforeOrEqual(seqOf(after), start)) {
            before = after;
            after = frames.next(after);
        }
        if (before != FramePool.NONE && Seq.after(endOf(before), start)) {
            start = endOf(before);
        }
        // What lies wholly inside the new segment goes, so one frame follows another without
        // overlap.
        while (after != FramePool.NONE && Seq.beforeOrEqual(endOf(after), end)) {
            int following = frames.next(after);
            drop(flight, after);
            after = following;
        }
        if (after != FramePool.NONE && Seq.before(seqOf(after), end)) {
            end = seqOf(after);
        }
        link(flight, before, after);
        if (!Seq.before(start, end)) {
            frames.release(frame);
            return false;
        }
        frames.pull(frame, start - seq);
        frames.length(frame, end - start);
        Octets.putNative32(memory, frames.scratch(frame), start);
        link(flight, before, frame);
        frames.next(frame, after);
        if (after == FramePool.NONE) {
            flight.outOfOrderTail = frame;
        }
        flight.outOfOrderFrames++;
        flight.outOfOrderOctets += end - start;
        flight.latestOutOfOrder = start;
        return true;
    }

    private void link(Flight flight, int before, int frame) {
        if (before == FramePool.NONE) {
            flight.outOfOrderHead = frame;
        } else {
            frames.next(before, frame);
        }
        if (frame == FramePool.NONE) {
            flight.outOfOrderTail = before;
        }
    }

    private void drop(Flight flight, int frame) {
        flight.outOfOrderFrames--;
        flight.outOfOrderOctets -= frames.length(frame);
        frames.release(frame);
    }

    /**
     * Takes out the first frame if it begins at or before {@code rcvNxt}, cut to what is new.
     *
     * @return the frame, its data what follows {@code rcvNxt}, or NONE
     */
    int takeNext(Flight flight, int rcvNxt) {
        int frame = flight.outOfOrderHead;
        while (frame != FramePool.NONE && Seq.beforeOrEqual(seqOf(frame), rcvNxt)) {
            int following = frames.next(frame);
            flight.outOfOrderHead = following;
            if (Seq.after(endOf(frame), rcvNxt)) {
                int length = frames.length(frame);
                flight.outOfOrderFrames--;
                flight.outOfOrderOctets -= length;
                frames.pull(frame, rcvNxt - seqOf(frame));
                frames.next(frame, FramePool.NONE);
                return frame;
            }
            drop(flight, frame);
            frame = following;
        }
        return FramePool.NONE;
    }

    void clear(Flight flight) {
        frames.releaseList(flight.outOfOrderHead);
        flight.outOfOrderHead = FramePool.NONE;
        flight.outOfOrderFrames = 0;
        flight.outOfOrderOctets = 0;
    }

    /**
     * Finds the blocks to report (RFC 2018 §4): first the one with the latest segment, then those
     * of the last report in its order, so that each is told of several times, then the others from
     * the left.
     *
     * @return how many, to be read with {@link #blockStart} and {@link #blockEnd}
     */
    int blocks(Flight flight, int limit) {
        int count = 0;
        int frame = flight.outOfOrderHead;
        while (frame != FramePool.NONE) {
            int start = seqOf(frame);
            int end = endOf(frame);
            frame = frames.next(frame);
            while (frame != FramePool.NONE && seqOf(frame) == end) {
                end = endOf(frame);
                frame = frames.next(frame);
            }
            count = place(rankOf(flight, start, end), start, end, count, limit);
        }
        System.arraycopy(blockStarts, 0, flight.reportedBlocks, 0, count);
        flight.reportedCount = count;
        return count;
    }

    private static int rankOf(Flight flight, int start, int end) {
        if (Seq.isWithin(flight.latestOutOfOrder, start, end)) {
            return -1;
        }
        for (int i = 0; i < flight.reportedCount; i++) {
            if (Seq.isWithin(flight.reportedBlocks[i], start, end)) {
                return i;
            }
        }
        return MAX_BLOCKS;
    }

    /** Puts a block behind those of its rank; what is beyond the limit falls out. */
    private int place(int rank, int start, int end, int count, int limit) {
        int at = count;
        while (at > 0 && blockRanks[at - 1] > rank) {
            at--;
        }
        if (at >= limit) {
            return count;
        }
        int moved = Math.min(count, limit - 1) - at;
        System.arraycopy(blockRanks, at, blockRanks, at + 1, moved);
        System.arraycopy(blockStarts, at, blockStarts, at + 1, moved);
        System.arraycopy(blockEnds, at, blockEnds, at + 1, moved);
        blockRanks[at] = rank;
        blockStarts[at] = start;
        blockEnds[at] = end;
        return Math.min(count + 1, limit);
    }

    int blockStart(int index) {
        return blockStarts[index];
    }

    int blockEnd(int index) {
        return blockEnds[index];
    }

    private int seqOf(int frame) {
        return Octets.native32(memory, frames.scratch(frame));
    }

    private int endOf(int frame) {
        return seqOf(frame) + frames.length(frame);
    }
}
