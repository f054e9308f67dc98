package io.ringway.memory;

import org.jspecify.annotations.Nullable;

/**
 * Which frames a lane holds, of whatever pool: kept under {@code -ea} only, to find every touch of
 * a frame that the lane has released or handed over. Each lane counts its own holds, so the lanes
 * share nothing here.
 *
 * <p>All methods are for assertions, and return true or throw.
 */
final class FrameHolds {
    private static final boolean IS_KEPT = FrameHolds.class.desiredAssertionStatus();

    private final OwnerGuard guard = new OwnerGuard();
    private final byte @Nullable [] counts;

    /**
     * No holds yet.
     *
     * @param frames of all pools together
     */
    FrameHolds(int frames) {
        this.counts = IS_KEPT ? new byte[frames] : null;
    }

    OwnerGuard guard() {
        return guard;
    }

    /** The lane has got a hold: by allocation, or from another lane. */
    boolean take(int frame) {
        if (counts != null) {
            counts[frame]++;
        }
        return guard.passes();
    }

    /** The lane has given up a hold, or passed it to another lane. */
    boolean give(int frame) {
        boolean isHeld = isHeld(frame);
        if (counts != null) {
            counts[frame]--;
        }
        return isHeld;
    }

    /** Whether the lane has a hold, so that it may read and write the descriptor. */
    boolean isHeld(int frame) {
        if (counts != null && counts[frame] <= 0) {
            throw new AssertionError(
                    "frame " + frame + " is not held here: it was released or handed over");
        }
        return guard.passes();
    }
}
