package io.ringway;

/**
 * How a lane's thread sleeps until a frame waits at its port queue, another thread wakes it, or a
 * deadline has come.
 *
 * <p>A lane asks the {@link LaneSleeperProvider}s for one when its port queue has a descriptor, and
 * parks its thread in short naps when there is none.
 */
public interface LaneSleeper extends AutoCloseable {
    /**
     * Sleeps for at most {@code maxNs} nanoseconds; less when frames wait or {@link #wake} is
     * called, also when it was called since the last sleep. May return for no reason at all. Only
     * the lane's thread calls it.
     */
    void sleep(long maxNs);

    /**
     * Ends the present sleep, or the next one before it begins. Any thread; costs a system call, so
     * not idly.
     */
    void wake();

    /** Frees what it holds. The lane's thread, after its last sleep. */
    @Override
    void close();
}
