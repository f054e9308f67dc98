package io.ringway.testkit.port;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.ringway.memory.FramePool;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * A frame on the wire behind a port, with the offload metadata that travels beside it where both
 * ends know of it.
 *
 * @param octets from the Ethernet header on
 * @param checksum one of {@link FramePool}'s {@code CHECKSUM} states
 * @param checksumStart where the checksum begins to count, when it is {@link
 *     FramePool#CHECKSUM_NEEDED}
 * @param checksumOffset where it is stored, from there
 * @param segmentation one of {@link FramePool}'s {@code SEGMENTATION} types
 * @param segmentSize octets of payload in each segment of a super-frame
 */
@SuppressWarnings("ArrayRecordComponent") // Compared with equals below.
public record WireFrame(
        byte[] octets,
        int checksum,
        int checksumStart,
        int checksumOffset,
        int segmentation,
        int segmentSize) {
    /** A frame that is whole, with nothing left to anyone. */
    public static WireFrame whole(byte[] octets) {
        return new WireFrame(octets, FramePool.CHECKSUM_NONE, 0, 0, 0, 0);
    }

    /** Whether something is left to the receiver. */
    public boolean isOffloaded() {
        return checksum == FramePool.CHECKSUM_NEEDED || segmentation != FramePool.SEGMENTATION_NONE;
    }

    /** Puts the frame into a pool, with its metadata and with headroom in front. */
    public int put(FramePool pool) {
        boolean isLarge = FramePool.PAYLOAD_START + octets.length > FramePool.SMALL_SLOT;
        int frame = isLarge ? pool.allocateLarge() : pool.allocate();
        if (frame == FramePool.NONE) {
            throw new AssertionError("the frame pool of a test is empty: " + pool);
        }
        pool.length(frame, octets.length);
        long at = pool.data(frame);
        MemorySegment.copy(octets, 0, pool.memory(), JAVA_BYTE, at, octets.length);
        pool.checksum(frame, checksum);
        if (checksum == FramePool.CHECKSUM_NEEDED) {
            pool.checksumRange(frame, checksumStart, checksumOffset);
        }
        if (segmentation != FramePool.SEGMENTATION_NONE) {
            pool.segmentation(frame, segmentation, segmentSize);
        }
        return frame;
    }

    /** A copy of a frame in a pool, with its metadata. */
    public static WireFrame copyOf(FramePool pool, int frame) {
        boolean isNeeded = pool.checksum(frame) == FramePool.CHECKSUM_NEEDED;
        return new WireFrame(
                pool.memory().asSlice(pool.data(frame), pool.length(frame)).toArray(JAVA_BYTE),
                pool.checksum(frame),
                isNeeded ? pool.checksumStart(frame) : 0,
                isNeeded ? pool.checksumOffset(frame) : 0,
                pool.segmentation(frame),
                pool.segmentSize(frame));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof WireFrame frame
                && Arrays.equals(octets, frame.octets)
                && checksum == frame.checksum
                && checksumStart == frame.checksumStart
                && checksumOffset == frame.checksumOffset
                && segmentation == frame.segmentation
                && segmentSize == frame.segmentSize;
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(octets);
    }
}
