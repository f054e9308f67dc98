package io.ringway;

/**
 * Where a stack reads the time: once in each duty cycle, and nowhere else.
 *
 * <p>Called by lanes and by the control path, so an implementation is safe for any thread.
 */
@FunctionalInterface
public interface NanoClock {
    /** The machine's monotonic clock. */
    NanoClock SYSTEM = System::nanoTime;

    /** Nanoseconds since some fixed instant; never less than it said before. */
    long nanoTime();
}
