package io.ringway.port;

import java.util.concurrent.atomic.LongAdder;

/**
 * What an {@link ImpairmentPort} did to the frames of one direction, all queues together. Any
 * thread reads.
 */
public final class ImpairmentCounts {
    private final LongAdder frames = new LongAdder();
    private final LongAdder lost = new LongAdder();
    private final LongAdder duplicated = new LongAdder();
    private final LongAdder corrupted = new LongAdder();
    private final LongAdder reordered = new LongAdder();
    private final LongAdder overflowed = new LongAdder();

    ImpairmentCounts() {}

    void countFrame() {
        frames.increment();
    }

    void countLost() {
        lost.increment();
    }

    void countDuplicated() {
        duplicated.increment();
    }

    void countCorrupted() {
        corrupted.increment();
    }

    void countReordered() {
        reordered.increment();
    }

    void countOverflowed() {
        overflowed.increment();
    }

    /** Frames that came, each segment of a super-frame counted. */
    public long frames() {
        return frames.sum();
    }

    /** Those thrown away by chance. */
    public long lost() {
        return lost.sum();
    }

    public long duplicated() {
        return duplicated.sum();
    }

    public long corrupted() {
        return corrupted.sum();
    }

    public long reordered() {
        return reordered.sum();
    }

    /** Those dropped because the queue was full. */
    public long overflowed() {
        return overflowed.sum();
    }

    @Override
    public String toString() {
        return frames
                + " frames, "
                + lost
                + " lost, "
                + duplicated
                + " duplicated, "
                + corrupted
                + " corrupted, "
                + reordered
                + " reordered, "
                + overflowed
                + " dropped by the queue";
    }
}
