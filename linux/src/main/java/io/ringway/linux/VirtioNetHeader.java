package io.ringway.linux;

import io.ringway.memory.FramePool;
import io.ringway.memory.Octets;

import java.lang.foreign.MemorySegment;

/**
 * The header that {@code IFF_VNET_HDR} puts in front of each frame (virtio 1.3 §5.1.6, legacy form:
 * 10 octets in native order), translated from and to the offload word of a frame.
 *
 * <pre>
 *  0  flags (byte): 1 checksum needed, 2 data valid
 *  1  segmentation type (byte): 0 none, 1 TCPv4, 4 TCPv6, 5 UDP; 0x80 with ECN
 *  2  header length: octets in front of the payload, a hint
 *  4  segment size
 *  6  checksum start, from the first octet of the frame
 *  8  checksum offset, from there
 * </pre>
 */
final class VirtioNetHeader {
    static final int LENGTH = 10;

    private static final int NEEDS_CHECKSUM = 1;
    private static final int DATA_VALID = 2;
    private static final int TYPE_MASK = 0x7f;

    private static final int FLAGS = 0;
    private static final int TYPE = 1;
    private static final int HEADER_LENGTH = 2;
    private static final int SEGMENT_SIZE = 4;
    private static final int CHECKSUM_START = 6;
    private static final int CHECKSUM_OFFSET = 8;

    private static final int UDP_HEADER = 8;
    private static final int TCP_DATA_OFFSET = 12;

    private VirtioNetHeader() {}

    /**
     * Reads the header at {@code at} into the descriptor of {@code frame}, whose range is set
     * already.
     */
    static void read(FramePool pool, int frame, MemorySegment memory, long at) {
        int flags = Octets.u8(memory, at + FLAGS);
        int type = Octets.u8(memory, at + TYPE) & TYPE_MASK;
        if ((flags & NEEDS_CHECKSUM) != 0) {
            pool.checksum(frame, FramePool.CHECKSUM_NEEDED);
            pool.checksumRange(
                    frame,
                    Octets.native16(memory, at + CHECKSUM_START),
                    Octets.native16(memory, at + CHECKSUM_OFFSET));
        } else if ((flags & DATA_VALID) != 0) {
            pool.checksum(frame, FramePool.CHECKSUM_VERIFIED);
        }
        if (type != 0) {
            pool.segmentation(frame, type, Octets.native16(memory, at + SEGMENT_SIZE));
        }
    }

    /** Writes the header of {@code frame} at {@code at}. */
    static void write(FramePool pool, int frame, MemorySegment memory, long at) {
        Octets.putNative64(memory, at, 0);
        Octets.putNative16(memory, at + CHECKSUM_OFFSET, 0);
        if (pool.checksum(frame) != FramePool.CHECKSUM_NEEDED) {
            // The kernel cuts a super-frame only where it also makes the checksums.
            assert pool.segmentation(frame) == FramePool.SEGMENTATION_NONE : frame;
            return;
        }
        Octets.put8(memory, at + FLAGS, NEEDS_CHECKSUM);
        Octets.putNative16(memory, at + CHECKSUM_START, pool.checksumStart(frame));
        Octets.putNative16(memory, at + CHECKSUM_OFFSET, pool.checksumOffset(frame));
        int type = pool.segmentation(frame);
        if (type != FramePool.SEGMENTATION_NONE) {
            Octets.put8(memory, at + TYPE, type);
            Octets.putNative16(memory, at + SEGMENT_SIZE, pool.segmentSize(frame));
            Octets.putNative16(memory, at + HEADER_LENGTH, headerLength(pool, frame, type));
        }
    }

    private static int headerLength(FramePool pool, int frame, int type) {
        int transport = pool.checksumStart(frame);
        if (type == FramePool.SEGMENTATION_UDP) {
            return transport + UDP_HEADER;
        }
        int octet = Octets.u8(pool.memory(), pool.data(frame) + transport + TCP_DATA_OFFSET);
        return transport + (octet >> 4) * 4;
    }
}
