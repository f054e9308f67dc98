package io.ringway.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * A lane's frames: fixed slots in one native segment, named by an {@code int}, small ones for
 * ordinary frames and large ones for the super-frames of segmentation offload.
 *
 * <p>Each slot begins with a descriptor of {@value #DESCRIPTOR} octets that says where the frame's
 * octets are and what the port knows of them, so that a queue of frames is a list linked through
 * the slots and costs no memory of its own. Behind it lies headroom, into which each layer pushes
 * its header.
 *
 * <pre>
 *  0      next  (int)      the frame behind this one in whatever queue holds it, or NONE
 *  4      start (int)      where the octets begin, from the start of the slot
 *  8      length (int)     how many there are
 *  12     references (int) how many holders there are; 0 is free
 *  16     checksum (byte), segmentation (byte), segment size (short)
 *  20     checksum start (short, from {@code start}), checksum offset (short, from checksum start)
 *  24     stamp (long)     when the port received it, in nanoseconds
 *  32–63  scratch          belongs to the holder (see {@link #scratch})
 * </pre>
 *
 * <p>One thread owns a pool and everything in it. Under {@code -ea} a freed frame is overwritten,
 * and using or freeing it again trips an assertion.
 */
public final class FramePool implements AutoCloseable {
    /** Stands for "no frame". */
    public static final int NONE = -1;

    /** Octets of the descriptor at the start of a slot. */
    public static final int DESCRIPTOR = 64;

    /** Octets of a small slot. */
    public static final int SMALL_SLOT = 2048;

    /**
     * Octets of a large slot: an IP packet of 65,535 octets with room for its descriptor and
     * headers.
     */
    public static final int LARGE_SLOT = 68 * 1024;

    /**
     * Where a frame that we build has its payload: room in front for Ethernet, VLAN, IPv6 and TCP
     * with options.
     */
    public static final int PAYLOAD_START = DESCRIPTOR + 128;

    /**
     * Where a port puts the first octet of a received frame. Chosen so that the IP header is
     * aligned to 16.
     */
    public static final int RECEIVE_START = DESCRIPTOR + 66;

    /**
     * Checksum states of a frame: none known, to be completed by the port, or verified by the port.
     */
    public static final int CHECKSUM_NONE = 0;

    public static final int CHECKSUM_NEEDED = 1;
    public static final int CHECKSUM_VERIFIED = 2;

    /** Segmentation types of a super-frame. */
    public static final int SEGMENTATION_NONE = 0;

    public static final int SEGMENTATION_TCPV4 = 1;
    public static final int SEGMENTATION_TCPV6 = 4;
    public static final int SEGMENTATION_UDP = 5;

    private static final int NEXT = 0;
    private static final int START = 4;
    private static final int LENGTH = 8;
    private static final int REFERENCES = 12;
    private static final int OFFLOAD = 16;
    private static final int CHECKSUM_START = 20;
    private static final int CHECKSUM_OFFSET = 22;
    private static final int STAMP = 24;
    private static final int SCRATCH = 32;
    private static final byte POISON = (byte) 0xdb;

    private final Arena arena;
    private final MemorySegment memory;
    private final long base;
    private final int smallCount;
    private final int largeCount;
    private final long largeBase;
    private final int[] freeSmall;
    private final int[] freeLarge;
    private int freeSmallCount;
    private int freeLargeCount;

    /**
     * Reserves the memory of a pool.
     *
     * @param smallCount small frames, at least 1
     * @param largeCount large frames; 0 where the port has no segmentation offload
     */
    public FramePool(int smallCount, int largeCount) {
        if (smallCount < 1 || largeCount < 0) {
            throw new IllegalArgumentException(
                    "a frame pool needs at least 1 small frame and no negative number of large"
                            + " ones; given "
                            + smallCount
                            + " and "
                            + largeCount);
        }
        this.smallCount = smallCount;
        this.largeCount = largeCount;
        this.largeBase = (long) smallCount * SMALL_SLOT;
        this.arena = Arena.ofShared();
        this.memory = LargeMemory.allocate(arena, largeBase + (long) largeCount * LARGE_SLOT, 4096);
        this.base = memory.address();
        this.freeSmall = new int[smallCount];
        this.freeLarge = new int[largeCount];
        for (int frame = smallCount - 1; frame >= 0; frame--) {
            freeSmall[freeSmallCount++] = frame;
        }
        for (int frame = smallCount + largeCount - 1; frame >= smallCount; frame--) {
            freeLarge[freeLargeCount++] = frame;
        }
    }

    /** The segment that holds every slot. Offsets of this class are octets from its start. */
    public MemorySegment memory() {
        return memory;
    }

    /**
     * The absolute address of an offset in {@link #memory}, for {@link Direct}: only for octets
     * that a frame of ours is known to have.
     */
    public long address(long offset) {
        assert offset >= 0 && offset < memory.byteSize() : offset;
        return base + offset;
    }

    /**
     * Takes a small frame, empty, with its start at {@link #PAYLOAD_START}; {@link #NONE} when
     * there is none.
     */
    public int allocate() {
        if (freeSmallCount == 0) {
            return NONE;
        }
        return prepare(freeSmall[--freeSmallCount]);
    }

    /**
     * Takes a large frame, empty, with its start at {@link #PAYLOAD_START}; {@link #NONE} when
     * there is none.
     */
    public int allocateLarge() {
        if (freeLargeCount == 0) {
            return NONE;
        }
        return prepare(freeLarge[--freeLargeCount]);
    }

    private int prepare(int frame) {
        long slot = slot(frame);
        assert Direct.native32(base + slot, REFERENCES) == 0 : "frame " + frame + " is in use";
        // next and start, then length and references, then the offload word: three stores for the
        // descriptor.
        Direct.putNative64(base + slot, NEXT, (NONE & 0xffffffffL) | (long) PAYLOAD_START << 32);
        Direct.putNative64(base + slot, LENGTH, 1L << 32);
        Direct.putNative64(base + slot, OFFLOAD, 0);
        return frame;
    }

    /** Adds a holder: the frame is free again only when each has released it. */
    public void retain(int frame) {
        long at = slot(frame) + REFERENCES;
        int references = Direct.native32(base + at, 0);
        assert references > 0 : "frame " + frame + " is free";
        Direct.putNative32(base + at, 0, references + 1);
    }

    /** Gives up one hold of the frame; the last one frees it. */
    public void release(int frame) {
        long at = slot(frame) + REFERENCES;
        int references = Direct.native32(base + at, 0);
        assert references > 0 : "frame " + frame + " was freed twice";
        Direct.putNative32(base + at, 0, references - 1);
        if (references == 1) {
            assert poison(frame);
            if (frame < smallCount) {
                freeSmall[freeSmallCount++] = frame;
            } else {
                freeLarge[freeLargeCount++] = frame;
            }
        }
    }

    /**
     * Makes the caller the only holder, who may link the frame and move its range: the frame itself
     * when nobody else holds it, otherwise a copy of its octets and offload word. One hold of the
     * frame passes.
     *
     * @return {@link #NONE} when a copy was needed and there was no frame for it
     */
    public int exclusive(int frame) {
        if (references(frame) == 1) {
            return frame;
        }
        int length = length(frame);
        int copy = length <= SMALL_SLOT - start(frame) ? allocate() : allocateLarge();
        if (copy != NONE) {
            range(copy, start(frame), length);
            Octets.copy(memory, data(frame), memory, data(copy), length);
            offload(copy, offload(frame));
        }
        release(frame);
        return copy;
    }

    /** Releases a whole list linked by {@link #next}; {@link #NONE} is the empty list. */
    public void releaseList(int first) {
        for (int frame = first; frame != NONE; ) {
            int following = next(frame);
            release(frame);
            frame = following;
        }
    }

    private boolean poison(int frame) {
        long slot = slot(frame);
        memory.asSlice(slot + DESCRIPTOR, SMALL_SLOT - DESCRIPTOR).fill(POISON);
        Direct.putNative32(base + slot, LENGTH, 0);
        return true;
    }

    /** Whether the last holder has released the frame. For assertions and tests. */
    public boolean isFree(int frame) {
        return Direct.native32(base + slot(frame), REFERENCES) == 0;
    }

    /** How many holders the frame has. */
    public int references(int frame) {
        return Direct.native32(base + slot(frame), REFERENCES);
    }

    /** Where the frame's slot begins. */
    public long slot(int frame) {
        assert frame >= 0 && frame < smallCount + largeCount : frame;
        return frame < smallCount
                ? (long) frame * SMALL_SLOT
                : largeBase + (long) (frame - smallCount) * LARGE_SLOT;
    }

    /** Octets of the frame's slot, its descriptor included. */
    public int slotLength(int frame) {
        return frame < smallCount ? SMALL_SLOT : LARGE_SLOT;
    }

    public boolean isLarge(int frame) {
        return frame >= smallCount;
    }

    /** Where the frame's octets begin, in {@link #memory()}. */
    public long data(int frame) {
        long slot = slot(frame);
        return slot + Direct.native32(base + slot, START);
    }

    /** How many octets the frame has. */
    public int length(int frame) {
        return Direct.native32(base + slot(frame), LENGTH);
    }

    public void length(int frame, int length) {
        assert length >= 0 && length <= slotLength(frame) : length;
        Direct.putNative32(base + slot(frame), LENGTH, length);
    }

    /** Where the octets begin, from the start of the slot. */
    public int start(int frame) {
        return Direct.native32(base + slot(frame), START);
    }

    /** Places the frame's octets in its slot. */
    public void range(int frame, int start, int length) {
        assert start >= DESCRIPTOR && length >= 0 && start + length <= slotLength(frame)
                : start + "+" + length;
        long slot = slot(frame);
        Direct.putNative32(base + slot, START, start);
        Direct.putNative32(base + slot, LENGTH, length);
    }

    /** Octets free in front of the data. */
    public int headroom(int frame) {
        return start(frame) - DESCRIPTOR;
    }

    /** Octets free behind the data. */
    public int tailroom(int frame) {
        return slotLength(frame) - start(frame) - length(frame);
    }

    /** Opens {@code octets} in front of the data for a header and returns where they begin. */
    public long push(int frame, int octets) {
        long slot = slot(frame);
        int start = Direct.native32(base + slot, START) - octets;
        assert start >= DESCRIPTOR : "no headroom for " + octets;
        Direct.putNative32(base + slot, START, start);
        Direct.putNative32(base + slot, LENGTH, Direct.native32(base + slot, LENGTH) + octets);
        return slot + start;
    }

    /** Takes {@code octets} off the front and returns where the data now begins. */
    public long pull(int frame, int octets) {
        long slot = slot(frame);
        int length = Direct.native32(base + slot, LENGTH) - octets;
        assert length >= 0 : "only " + (length + octets) + " octets, asked to pull " + octets;
        int start = Direct.native32(base + slot, START) + octets;
        Direct.putNative32(base + slot, START, start);
        Direct.putNative32(base + slot, LENGTH, length);
        return slot + start;
    }

    /** The frame behind this one in the queue that holds both, or {@link #NONE}. */
    public int next(int frame) {
        return Direct.native32(base + slot(frame), NEXT);
    }

    public void next(int frame, int next) {
        Direct.putNative32(base + slot(frame), NEXT, next);
    }

    /** The holder's own 32 octets of the descriptor: where they begin, in {@link #memory()}. */
    public long scratch(int frame) {
        return slot(frame) + SCRATCH;
    }

    /** One of {@link #CHECKSUM_NONE}, {@link #CHECKSUM_NEEDED}, {@link #CHECKSUM_VERIFIED}. */
    public int checksum(int frame) {
        return Direct.u8(base + slot(frame), OFFLOAD);
    }

    public void checksum(int frame, int state) {
        Direct.put8(base + slot(frame), OFFLOAD, state);
    }

    /** One of the {@code SEGMENTATION} constants. */
    public int segmentation(int frame) {
        return Direct.u8(base + slot(frame), OFFLOAD + 1);
    }

    /** Octets of payload in each segment of a super-frame; 0 when it is none. */
    public int segmentSize(int frame) {
        return Direct.native16(base + slot(frame), OFFLOAD + 2);
    }

    public void segmentation(int frame, int type, int segmentSize) {
        long slot = slot(frame);
        Direct.put8(base + slot, OFFLOAD + 1, type);
        Direct.putNative16(base + slot, OFFLOAD + 2, segmentSize);
    }

    /**
     * Checksum, segmentation and segment size in one word, to be copied with {@link #offload(int,
     * long)}.
     */
    public long offload(int frame) {
        return Direct.native64(base + slot(frame), OFFLOAD);
    }

    public void offload(int frame, long word) {
        Direct.putNative64(base + slot(frame), OFFLOAD, word);
    }

    /**
     * Where the checksum that the port is to complete begins to count, from the first octet of the
     * frame.
     */
    public int checksumStart(int frame) {
        return Direct.native16(base + slot(frame), CHECKSUM_START);
    }

    /** Where that checksum is stored, from {@link #checksumStart}. */
    public int checksumOffset(int frame) {
        return Direct.native16(base + slot(frame), CHECKSUM_OFFSET);
    }

    public void checksumRange(int frame, int start, int offset) {
        long slot = slot(frame);
        Direct.putNative16(base + slot, CHECKSUM_START, start);
        Direct.putNative16(base + slot, CHECKSUM_OFFSET, offset);
    }

    /** When the port received the frame, in nanoseconds of the lane's clock. */
    public long stamp(int frame) {
        return Direct.native64(base + slot(frame), STAMP);
    }

    public void stamp(int frame, long nowNs) {
        Direct.putNative64(base + slot(frame), STAMP, nowNs);
    }

    public int smallCount() {
        return smallCount;
    }

    public int largeCount() {
        return largeCount;
    }

    public int freeSmallCount() {
        return freeSmallCount;
    }

    public int freeLargeCount() {
        return freeLargeCount;
    }

    /** Whether every frame is home: the check at the end of a test. */
    public boolean isFull() {
        return freeSmallCount == smallCount && freeLargeCount == largeCount;
    }

    @Override
    public void close() {
        arena.close();
    }

    @Override
    public String toString() {
        return "FramePool[small "
                + freeSmallCount
                + "/"
                + smallCount
                + " free, large "
                + freeLargeCount
                + "/"
                + largeCount
                + " free, first "
                + Arrays.toString(Arrays.copyOf(freeSmall, Math.min(4, freeSmallCount)))
                + "]";
    }
}
