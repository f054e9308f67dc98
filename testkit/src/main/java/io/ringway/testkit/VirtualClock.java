package io.ringway.testkit;

import io.ringway.NanoClock;

import java.time.Duration;

/**
 * A clock that stands still until a test moves it: an hour of time-outs passes in milliseconds. One
 * thread.
 */
public final class VirtualClock implements NanoClock {
    private long nowNs;

    /** A clock that begins at one second, so that no stamp is 0. */
    public VirtualClock() {
        this(1_000_000_000);
    }

    public VirtualClock(long startNs) {
        this.nowNs = startNs;
    }

    @Override
    public long nanoTime() {
        return nowNs;
    }

    public void advance(Duration by) {
        advanceTo(nowNs + by.toNanos());
    }

    /** Moves on to {@code timeNs}; never back. */
    public void advanceTo(long timeNs) {
        if (timeNs < nowNs) {
            throw new IllegalArgumentException(
                    "a clock does not go back: it is " + nowNs + " and " + timeNs + " was given");
        }
        nowNs = timeNs;
    }
}
