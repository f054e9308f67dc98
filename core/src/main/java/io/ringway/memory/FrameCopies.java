package io.ringway.memory;

/** Frames with the octets of another one. On the lane that holds both. */
public final class FrameCopies {
    private FrameCopies() {}

    /**
     * A frame of this pool with the same octets at the same place, offload word and stamp.
     *
     * @return {@link FramePool#NONE} when there is no frame for it
     */
    public static int copy(FramePool frames, int frame) {
        int length = frames.length(frame);
        int start = frames.start(frame);
        int copy =
                length <= FramePool.SMALL_SLOT - start ? frames.allocate() : frames.allocateLarge();
        if (copy != FramePool.NONE) {
            frames.range(copy, start, length);
            Octets.copy(
                    frames.memory(),
                    frames.data(frame),
                    frames.memory(),
                    frames.data(copy),
                    length);
            frames.offload(copy, frames.offload(frame));
            frames.stamp(copy, frames.stamp(frame));
        }
        return copy;
    }

    /**
     * Makes the caller the only holder, who may link the frame and move its range: the frame itself
     * when nobody else holds it, otherwise a copy. One hold of the frame passes.
     *
     * @return {@link FramePool#NONE} when a copy was needed and there was no frame for it
     */
    public static int exclusive(FramePool frames, int frame) {
        if (frames.references(frame) == 1) {
            return frame;
        }
        int copy = copy(frames, frame);
        frames.release(frame);
        return copy;
    }
}
