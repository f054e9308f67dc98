package io.ringway;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.locks.LockSupport;

/**
 * Parks the lane's thread. Frames do not wake it, so a lane that has nothing better takes short
 * naps.
 */
final class ParkingSleeper implements LaneSleeper {
    private volatile @Nullable Thread sleeping;

    @Override
    public void sleep(long maxNs) {
        if (sleeping == null) {
            sleeping = Thread.currentThread();
        }
        LockSupport.parkNanos(maxNs);
    }

    @Override
    public void wake() {
        // Before the first sleep there is nobody to wake: the lane looks into its mailbox before it
        // parks.
        LockSupport.unpark(sleeping);
    }

    @Override
    public void close() {}
}
