package io.ringway.testkit.port;

import io.ringway.memory.FramePool;

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
