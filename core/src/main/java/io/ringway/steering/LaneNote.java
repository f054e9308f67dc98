package io.ringway.steering;

/** What one lane tells another in the midst of the frames that it hands over. */
@FunctionalInterface
public interface LaneNote {
    /** Runs on the lane that it was sent to, before the frames that were handed over after it. */
    void run(long nowNs);
}
