package io.ringway.steering;

import io.ringway.memory.FrameList;
import io.ringway.memory.FramePool;

import org.jspecify.annotations.Nullable;

/**
 * Frames of buckets that have just moved, as the lane received them from its port: they wait until
 * what it handed to the old lane before has come to the new one, so that they do not overtake it.
 *
 * <p>The lane only.
 */
final class BucketHolds {
    /** Frames of a bucket that wait at most; more are dropped, as at a full ring. */
    private static final int MOST = 1024;

    private final FramePool frames;
    private final @Nullable FrameList[] held;
    private final int[] holds;
    private final FrameList released;
    private int count;

    BucketHolds(FramePool frames, int buckets) {
        this.frames = frames;
        this.held = new FrameList[buckets];
        this.holds = new int[buckets];
        this.released = new FrameList(frames);
    }

    /** From now on frames of this bucket wait, until there were as many {@link #end}s. */
    void begin(int bucket) {
        holds[bucket]++;
        if (held[bucket] == null) {
            held[bucket] = new FrameList(frames);
            count++;
        }
    }

    /** Ends one hold; gives the frames that waited, or null when there is another hold. */
    @Nullable FrameList end(int bucket) {
        if (--holds[bucket] > 0) {
            return null;
        }
        FrameList list = held[bucket];
        held[bucket] = null;
        count--;
        return list;
    }

    /** Whether frames of this bucket wait; {@code bucket} may be none. */
    boolean isHeld(int bucket) {
        return count > 0 && bucket >= 0 && held[bucket] != null;
    }

    /** Keeps a frame; false when there are too many. */
    boolean add(int bucket, int frame) {
        FrameList list = held[bucket];
        if (list == null || list.count() == MOST) {
            return false;
        }
        list.add(frame);
        return true;
    }

    /** Frames of this lane that have waited, to be received before what comes from the port. */
    FrameList released() {
        return released;
    }

    /** Releases all frames. */
    void clear() {
        for (FrameList list : held) {
            if (list != null) {
                clear(list);
            }
        }
        clear(released);
    }

    private void clear(FrameList list) {
        while (!list.isEmpty()) {
            frames.release(list.removeFirst());
        }
    }
}
