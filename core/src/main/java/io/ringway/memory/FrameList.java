package io.ringway.memory;

/**
 * A queue of a pool's frames, first in, first out. It is a list through the frames' descriptors, so
 * it costs nothing by the frame and has no bound of its own; a frame is in one such list at a time.
 *
 * <p>One thread. Holds of frames are the caller's: neither adding nor taking out changes them.
 */
public final class FrameList {
    private final FramePool frames;
    private int first = FramePool.NONE;
    private int last = FramePool.NONE;
    private int count;

    /** An empty list of frames of {@code frames}. */
    public FrameList(FramePool frames) {
        this.frames = frames;
    }

    public boolean isEmpty() {
        return count == 0;
    }

    public int count() {
        return count;
    }

    /** Appends a frame. */
    public void add(int frame) {
        frames.next(frame, FramePool.NONE);
        if (count++ == 0) {
            first = frame;
        } else {
            frames.next(last, frame);
        }
        last = frame;
    }

    /** The oldest frame. Needs {@link #count} of at least 1. */
    public int first() {
        assert count > 0 : "the list is empty";
        return first;
    }

    /** Takes the oldest frame out. Needs {@link #count} of at least 1. */
    public int removeFirst() {
        int frame = first();
        first = frames.next(frame);
        frames.next(frame, FramePool.NONE);
        count--;
        return frame;
    }
}
