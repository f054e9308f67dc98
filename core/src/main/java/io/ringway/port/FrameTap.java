package io.ringway.port;

/**
 * Looks at the frames of one queue. A frame to be sent is looked at before the device has it, since
 * it is no longer ours afterwards; whether the device took it is told by {@link #keep} or {@link
 * #forget}.
 */
interface FrameTap extends AutoCloseable {
    /** Notes a frame. */
    void observe(int frame, boolean isOutbound, long nowNs);

    /** What was noted last did happen. */
    void keep();

    /** It did not: the device had no room. */
    void forget();

    /** Called once a duty cycle. */
    void onTime(long nowNs);

    @Override
    void close();
}
