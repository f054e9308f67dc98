package io.ringway.netty;

/**
 * How many frames of a lane's pool the application may keep, in the buffers that it was given and
 * has not released yet. What is received beyond that is copied into buffers of the channel's
 * allocator, and counted ({@link io.ringway.memory.Counter#NETTY_COPIED}), so that an application
 * which keeps much slows down a little, and does not take the frames that the next packets come in.
 *
 * @param percent of the pool's small and of its large frames, 0 to 75; 0 copies everything
 */
public record RetainLimit(int percent) {
    /** A quarter of the pool. */
    public static final RetainLimit DEFAULT = new RetainLimit(25);

    private static final int MOST = 75;

    public RetainLimit {
        if (percent < 0 || percent > MOST) {
            throw new IllegalArgumentException(
                    "percent is " + percent + "; expected 0 (copy everything) to " + MOST);
        }
    }

    int of(int frames) {
        return (int) ((long) frames * percent / 100);
    }
}
