package io.ringway.memory;

/**
 * A burst of frames on its way between a port queue and the stack: a small array and a count.
 *
 * <p>One thread owns it.
 */
public final class FrameBatch {
    private final int[] frames;
    private int count;

    /** A batch for at most {@code capacity} frames. */
    public FrameBatch(int capacity) {
        this.frames = new int[capacity];
    }

    public int count() {
        return count;
    }

    public int capacity() {
        return frames.length;
    }

    /** How many more frames it takes. */
    public int room() {
        return frames.length - count;
    }

    public int get(int index) {
        assert index < count;
        return frames[index];
    }

    public void add(int frame) {
        frames[count++] = frame;
    }

    public void clear() {
        count = 0;
    }

    /**
     * Drops the first {@code taken} frames, which somebody else now holds, and moves the rest to
     * the front.
     */
    public void removeFirst(int taken) {
        assert taken <= count;
        if (taken == count) {
            count = 0;
        } else if (taken > 0) {
            System.arraycopy(frames, taken, frames, 0, count - taken);
            count -= taken;
        }
    }
}
