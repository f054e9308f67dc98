package io.ringway.tcp;

import io.ringway.memory.FramePool;
import io.ringway.memory.Octets;
import io.ringway.wire.Seq;

import java.lang.foreign.MemorySegment;

/**
 * Segments that came before their turn: runs of frames without a gap, in order of sequence number
 * and never touching each other.
 *
 * <p>A run is a list of frames; its first frame says in its scratch where the run begins and ends,
 * which frame is its last, and which runs follow. The runs are a skip list (Pugh, 1990), so that a
 * peer who leaves a hole behind every octet costs us some ten steps a segment and not a walk over
 * thousands of holes.
 *
 * <pre>
 *  0 first number   4 number behind the last   8 last frame   12 the next run on each of five levels
 * </pre>
 */
final class Reassembly {
    /** Levels of the skip list: a quarter of the runs of one is in the next. */
    static final int LEVELS = 5;

    private static final int SEQ = 0;
    private static final int END = 4;
    private static final int TAIL = 8;
    private static final int NEXT = 12;

    /** The part of a frame up to which a segment is copied into the room behind the one before. */
    private static final int COPY_PART = 4;

    private final FramePool frames;
    private final MemorySegment memory;

    /** On each level the last run that begins at or before the number last looked for. */
    private final int[] path = new int[LEVELS];

    private long random;

    /**
     * An empty one.
     *
     * @param seed of the heights in the skip list, which a peer is not to guess
     */
    Reassembly(FramePool frames, long seed) {
        this.frames = frames;
        this.memory = frames.memory();
        this.random = seed | 1;
    }

    /**
     * Takes over the frame, whose data is the payload from {@code seq} on, as far as it is new.
     *
     * @return whether anything in it was; the frame is released if not
     */
    boolean insert(Flight flight, int frame, int seq, int length) {
        int before = find(flight, seq);
        boolean isTouching = before != FramePool.NONE && Seq.afterOrEqual(endOf(before), seq);
        int start = isTouching ? endOf(before) : seq;
        int end = seq + length;
        if (Seq.afterOrEqual(start, end)) {
            frames.release(frame);
            return false;
        }
        int after = next(flight, before, 0);
        // What lies wholly inside the new segment goes, so that nothing overlaps.
        while (after != FramePool.NONE && Seq.beforeOrEqual(endOf(after), end)) {
            unlink(flight, after);
            discard(flight, after);
            after = next(flight, before, 0);
        }
        if (after != FramePool.NONE && Seq.before(seqOf(after), end)) {
            end = seqOf(after);
        }
        frames.pull(frame, start - seq);
        frames.length(frame, end - start);
        frames.next(frame, FramePool.NONE);
        flight.outOfOrderOctets += end - start;
        flight.outOfOrderFrames++;
        flight.latestOutOfOrder = start;
        int run = before;
        if (isTouching) {
            append(flight, before, frame, end);
        } else {
            run = frame;
            begin(flight, frame, start, end);
        }
        if (after != FramePool.NONE && seqOf(after) == end) {
            unlink(flight, after);
            frames.next(tailOf(run), after);
            put(run, TAIL, tailOf(after));
            put(run, END, endOf(after));
        }
        return true;
    }

    /** Makes a frame a run of its own, behind those of {@link #path}. */
    private void begin(Flight flight, int frame, int start, int end) {
        put(frame, SEQ, start);
        put(frame, END, end);
        put(frame, TAIL, frame);
        int height = height();
        for (int level = 0; level < LEVELS; level++) {
            if (level < height) {
                put(frame, NEXT + 4 * level, next(flight, path[level], level));
                link(flight, path[level], level, frame);
                path[level] = frame;
            } else {
                put(frame, NEXT + 4 * level, FramePool.NONE);
            }
        }
    }

    /** Adds a frame to a run; a few octets are copied into the room of its last frame. */
    private void append(Flight flight, int run, int frame, int end) {
        int tail = tailOf(run);
        if (isWorthCopying(frames, tail, frame)) {
            copyBehind(frames, memory, tail, frame);
            flight.outOfOrderFrames--;
        } else {
            frames.next(tail, frame);
            put(run, TAIL, frame);
        }
        put(run, END, end);
    }

    /**
     * Whether the octets of {@code frame} are to be copied into the room behind those of {@code
     * tail}: otherwise a peer could make each octet cost a frame.
     */
    static boolean isWorthCopying(FramePool frames, int tail, int frame) {
        int length = frames.length(frame);
        return length <= frames.slotLength(frame) / COPY_PART
                && length <= frames.tailroom(tail)
                && frames.references(tail) == 1;
    }

    /** Copies the octets of {@code frame} behind those of {@code tail}, and releases it. */
    static void copyBehind(FramePool frames, MemorySegment memory, int tail, int frame) {
        int length = frames.length(frame);
        int held = frames.length(tail);
        Octets.copy(memory, frames.data(frame), memory, frames.data(tail) + held, length);
        frames.length(tail, held + length);
        frames.release(frame);
    }

    /**
     * Takes out the first run if it begins at or before {@code rcvNxt}, cut to what is new.
     *
     * @return its first frame, the others linked behind it, its data what follows {@code rcvNxt};
     *     or NONE
     */
    int takeNext(Flight flight, int rcvNxt) {
        int run = flight.outOfOrderRuns[0];
        while (run != FramePool.NONE && Seq.beforeOrEqual(seqOf(run), rcvNxt)) {
            find(flight, seqOf(run) - 1);
            unlink(flight, run);
            if (Seq.after(endOf(run), rcvNxt)) {
                return cut(flight, run, rcvNxt);
            }
            discard(flight, run);
            run = flight.outOfOrderRuns[0];
        }
        return FramePool.NONE;
    }

    private int cut(Flight flight, int run, int rcvNxt) {
        flight.outOfOrderOctets -= endOf(run) - seqOf(run);
        int skip = rcvNxt - seqOf(run);
        int frame = run;
        while (skip >= frames.length(frame)) {
            skip -= frames.length(frame);
            int following = frames.next(frame);
            frames.release(frame);
            flight.outOfOrderFrames--;
            frame = following;
        }
        frames.pull(frame, skip);
        for (int left = frame; left != FramePool.NONE; left = frames.next(left)) {
            flight.outOfOrderFrames--;
        }
        return frame;
    }

    /**
     * Gives up the last run, which the peer may have been told of by SACK (RFC 2018 §8: allowed,
     * and discouraged).
     *
     * @return how many frames came free
     */
    int renege(Flight flight) {
        int before = flight.outOfOrderFrames;
        if (before == 0) {
            return 0;
        }
        int run = FramePool.NONE;
        for (int level = LEVELS - 1; level >= 0; level--) {
            for (int at = next(flight, run, level); at != FramePool.NONE; ) {
                run = at;
                at = next(flight, run, level);
            }
        }
        find(flight, seqOf(run) - 1);
        unlink(flight, run);
        discard(flight, run);
        return before - flight.outOfOrderFrames;
    }

    /** The run behind another, or NONE. */
    int after(Flight flight, int run) {
        return next(flight, run, 0);
    }

    void clear(Flight flight) {
        for (int run = flight.outOfOrderRuns[0]; run != FramePool.NONE; ) {
            int following = next(flight, run, 0);
            frames.releaseList(run);
            run = following;
        }
        flight.clearOutOfOrder();
    }

    // --- the skip list ---

    /** The run that holds {@code seq}, or NONE. */
    int runWith(Flight flight, int seq) {
        int run = find(flight, seq);
        return run != FramePool.NONE && Seq.before(seq, endOf(run)) ? run : FramePool.NONE;
    }

    /** The first run that shares octets with {@code [seq, end)}, or NONE. */
    int overlapping(Flight flight, int seq, int end) {
        int run = find(flight, seq);
        if (run != FramePool.NONE && Seq.before(seq, endOf(run))) {
            return run;
        }
        int after = next(flight, run, 0);
        return after != FramePool.NONE && Seq.before(seqOf(after), end) ? after : FramePool.NONE;
    }

    /** The last run that begins at or before {@code seq}, or NONE; sets {@link #path}. */
    private int find(Flight flight, int seq) {
        int run = FramePool.NONE;
        for (int level = LEVELS - 1; level >= 0; level--) {
            int at = next(flight, run, level);
            while (at != FramePool.NONE && Seq.beforeOrEqual(seqOf(at), seq)) {
                run = at;
                at = next(flight, run, level);
            }
            path[level] = run;
        }
        return run;
    }

    /** The run behind {@code run} on a level; behind NONE is the first. */
    int next(Flight flight, int run, int level) {
        return run == FramePool.NONE ? flight.outOfOrderRuns[level] : get(run, NEXT + 4 * level);
    }

    private void link(Flight flight, int run, int level, int following) {
        if (run == FramePool.NONE) {
            flight.outOfOrderRuns[level] = following;
        } else {
            put(run, NEXT + 4 * level, following);
        }
    }

    /** Takes the run out that follows {@link #path}. */
    private void unlink(Flight flight, int run) {
        for (int level = 0; level < LEVELS; level++) {
            if (next(flight, path[level], level) == run) {
                link(flight, path[level], level, next(flight, run, level));
            }
        }
    }

    /** Releases the frames of a run that is taken out. */
    private void discard(Flight flight, int run) {
        flight.outOfOrderOctets -= endOf(run) - seqOf(run);
        for (int frame = run; frame != FramePool.NONE; ) {
            int following = frames.next(frame);
            frames.release(frame);
            flight.outOfOrderFrames--;
            frame = following;
        }
    }

    private int height() {
        random ^= random << 13;
        random ^= random >>> 7;
        random ^= random << 17;
        return Math.min(LEVELS, 1 + (Long.numberOfTrailingZeros(random) >> 1));
    }

    /** Where the run begins. */
    int seqOf(int run) {
        return get(run, SEQ);
    }

    /** The number behind its last octet. */
    int endOf(int run) {
        return get(run, END);
    }

    private int tailOf(int run) {
        return get(run, TAIL);
    }

    private int get(int run, int field) {
        return Octets.native32(memory, frames.scratch(run) + field);
    }

    private void put(int run, int field, int value) {
        Octets.putNative32(memory, frames.scratch(run) + field, value);
    }
}
