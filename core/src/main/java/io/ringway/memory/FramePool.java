package io.ringway.memory;

import java.lang.foreign.MemorySegment;

/**
 * A lane's frames: fixed slots in one native segment, named by an {@code int}, small ones for
 * ordinary frames and large ones for the super-frames of segmentation offload.
 *
 * <p>The lanes of a stack have their pools in one {@link FrameSpace}, so a frame has the same
 * number and address for all of them and can be handed from lane to lane. It stays the property of
 * the pool that allocated it, whose lane alone counts its holders: what another lane gives up goes
 * home through a ring, and is counted there.
 *
 * <p>A frame's descriptor says where its octets are and what the port knows of them, so that a
 * queue of frames is a list linked through the descriptors and costs no memory of its own.
 * Descriptors are Java arrays and not in the slots: only this lane reads them, and the compiler
 * inlines more of a method the less native memory it touches. A slot begins with {@value #SCRATCH}
 * octets that belong to the holder. Behind them lies headroom, into which each layer pushes its
 * header.
 *
 * <p>One thread owns a pool and everything in it. Under {@code -ea} a freed frame is overwritten,
 * and an assertion finds whoever touches a frame without holding it, or from another thread.
 */
public final class FramePool implements AutoCloseable {
    /** Stands for "no frame". */
    public static final int NONE = -1;

    /** Octets at the start of a slot that belong to the holder (see {@link #scratch}). */
    public static final int SCRATCH = 64;

    /** Octets of a small slot. */
    public static final int SMALL_SLOT = 2048;

    /** Octets of a large slot: an IP packet of 65,535 octets, headers, and the holder's. */
    public static final int LARGE_SLOT = 68 * 1024;

    /**
     * Where a frame that we build has its payload: room in front for Ethernet, VLAN, IPv6 and TCP
     * with options.
     */
    public static final int PAYLOAD_START = SCRATCH + 128;

    /**
     * Where a port puts the first octet of a received frame. Chosen so that the IP header is
     * aligned to 16.
     */
    public static final int RECEIVE_START = SCRATCH + 66;

    /** Checksum states: none known, to be completed by the port, or verified by the port. */
    public static final int CHECKSUM_NONE = 0;

    public static final int CHECKSUM_NEEDED = 1;
    public static final int CHECKSUM_VERIFIED = 2;

    /** Segmentation types of a super-frame. */
    public static final int SEGMENTATION_NONE = 0;

    public static final int SEGMENTATION_TCPV4 = 1;
    public static final int SEGMENTATION_TCPV6 = 4;
    public static final int SEGMENTATION_UDP = 5;

    // A descriptor is sixteen ints: the frame behind this one in whatever queue holds it, where the
    // octets begin from the start of the slot, how many there are, how many holders there are,
    // checksum and segmentation, the checksum's range, two of the stamp, and the holder's notes.
    static final int DESCRIPTOR_SHIFT = 4;
    private static final int NEXT = 0;
    private static final int START = 1;
    private static final int LENGTH = 2;
    private static final int REFERENCES = 3;
    private static final int OFFLOAD = 4;
    private static final int CHECKSUM_RANGE = 5;
    private static final int STAMP = 6;
    private static final int NOTES = 8;

    // The offload word: checksum state, segmentation type, segment size.
    private static final int SEGMENTATION_SHIFT = 8;
    private static final int SIZE_SHIFT = 16;
    private static final byte POISON = (byte) 0xdb;

    private final FrameSpace space;
    private final boolean isSpaceOwn;
    private final int lane;
    private final MemorySegment memory;
    private final long base;
    private final int smallTotal;
    private final long largeBase;
    private final int[] descriptors;
    private final FrameHolds holds;
    private final int firstSmall;
    private final int firstLarge;
    private final int smallCount;
    private final int largeCount;
    private final int[] freeSmall;
    private final int[] freeLarge;
    private int freeSmallCount;
    private int freeLargeCount;

    /**
     * Reserves the memory of a pool that shares it with no other.
     *
     * @param smallCount small frames, at least 1
     * @param largeCount large frames; 0 where the port has no segmentation offload
     */
    public FramePool(int smallCount, int largeCount) {
        this(new FrameSpace(1, smallCount, largeCount), 0, true);
    }

    /** The share of {@code lane} in {@code space}. */
    FramePool(FrameSpace space, int lane, boolean isSpaceOwn) {
        this.space = space;
        this.isSpaceOwn = isSpaceOwn;
        this.lane = lane;
        this.smallCount = space.smallEach();
        this.largeCount = space.largeEach();
        this.memory = space.memory();
        this.base = memory.address();
        this.smallTotal = space.smallTotal();
        this.largeBase = (long) smallTotal * SMALL_SLOT;
        this.descriptors = space.descriptors();
        this.holds = new FrameHolds(descriptors.length >> DESCRIPTOR_SHIFT);
        this.firstSmall = lane * smallCount;
        this.firstLarge = smallTotal + lane * largeCount;
        this.freeSmall = new int[smallCount];
        this.freeLarge = new int[largeCount];
        for (int i = smallCount - 1; i >= 0; i--) {
            freeSmall[freeSmallCount++] = firstSmall + i;
        }
        for (int i = largeCount - 1; i >= 0; i--) {
            freeLarge[freeLargeCount++] = firstLarge + i;
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
        int at = frame << DESCRIPTOR_SHIFT;
        assert descriptors[at + REFERENCES] == 0 : "frame " + frame + " is in use";
        assert holds.take(frame);
        descriptors[at + NEXT] = NONE;
        descriptors[at + START] = PAYLOAD_START;
        descriptors[at + LENGTH] = 0;
        descriptors[at + REFERENCES] = 1;
        descriptors[at + OFFLOAD] = 0;
        descriptors[at + CHECKSUM_RANGE] = 0;
        return frame;
    }

    /**
     * Adds a holder: the frame is free again only when each has released it. Only for frames of
     * this pool ({@link #isOwn}).
     */
    public void retain(int frame) {
        assert isOwn(frame) : "frame " + frame + " is another lane's, who counts its holders";
        put(frame, REFERENCES, references(frame) + 1);
        assert holds.take(frame);
    }

    /** Gives up one hold of the frame; the last one frees it. */
    public void release(int frame) {
        assert holds.give(frame);
        if (isOwn(frame)) {
            releaseOwn(frame);
        } else {
            space.sendHome(frame, lane);
        }
    }

    private void releaseOwn(int frame) {
        int at = (frame << DESCRIPTOR_SHIFT) + REFERENCES;
        int references = descriptors[at];
        assert references > 0 : "frame " + frame + " was freed twice";
        descriptors[at] = references - 1;
        if (references == 1) {
            assert poison(frame);
            if (frame < smallTotal) {
                freeSmall[freeSmallCount++] = frame;
            } else {
                freeLarge[freeLargeCount++] = frame;
            }
        }
    }

    /** Says that one hold of the frame is about to pass to another lane. */
    public void handOver(int frame) {
        assert holds.give(frame);
    }

    /** Says that one hold of the frame has come from another lane. */
    public void takeOver(int frame) {
        assert holds.take(frame);
    }

    /** Who may touch this pool, and all else that belongs to its lane. */
    public OwnerGuard guard() {
        return holds.guard();
    }

    /** Whether the frame is of this pool, and not another lane's on a visit. */
    public boolean isOwn(int frame) {
        return Integer.compareUnsigned(frame - firstSmall, smallCount) < 0
                || Integer.compareUnsigned(frame - firstLarge, largeCount) < 0;
    }

    /**
     * Takes back the holds that other lanes have given up; returns how many. Once a cycle, by the
     * owner.
     */
    public int collect() {
        int count = 0;
        for (SpscLongRing ring : space.homeward(lane)) {
            while (ring.hasNext()) {
                releaseOwn((int) ring.remove());
                count++;
            }
            ring.release();
        }
        return count;
    }

    private int get(int frame, int word) {
        assert holds.isHeld(frame);
        return descriptors[(frame << DESCRIPTOR_SHIFT) + word];
    }

    private void put(int frame, int word, int value) {
        assert holds.isHeld(frame);
        descriptors[(frame << DESCRIPTOR_SHIFT) + word] = value;
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
        memory.asSlice(slot(frame), SMALL_SLOT).fill(POISON);
        return true;
    }

    /** Whether the last holder has released the frame. For assertions and tests. */
    public boolean isFree(int frame) {
        return descriptors[(frame << DESCRIPTOR_SHIFT) + REFERENCES] == 0;
    }

    /** How many holders the frame has. */
    public int references(int frame) {
        return get(frame, REFERENCES);
    }

    /** Where the frame's slot begins. */
    public long slot(int frame) {
        assert frame >= 0 && frame < descriptors.length >> DESCRIPTOR_SHIFT : frame;
        return frame < smallTotal
                ? (long) frame * SMALL_SLOT
                : largeBase + (long) (frame - smallTotal) * LARGE_SLOT;
    }

    /** Octets of the frame's slot, its descriptor included. */
    public int slotLength(int frame) {
        return frame < smallTotal ? SMALL_SLOT : LARGE_SLOT;
    }

    public boolean isLarge(int frame) {
        return frame >= smallTotal;
    }

    /** Where the frame's octets begin, in {@link #memory()}. */
    public long data(int frame) {
        return slot(frame) + start(frame);
    }

    /** How many octets the frame has. */
    public int length(int frame) {
        return get(frame, LENGTH);
    }

    public void length(int frame, int length) {
        assert length >= 0 && length <= slotLength(frame) : length;
        put(frame, LENGTH, length);
    }

    /** Where the octets begin, from the start of the slot. */
    public int start(int frame) {
        return get(frame, START);
    }

    /** Places the frame's octets in its slot. */
    public void range(int frame, int start, int length) {
        assert start >= SCRATCH && length >= 0 && start + length <= slotLength(frame)
                : start + "+" + length;
        put(frame, START, start);
        put(frame, LENGTH, length);
    }

    /** Octets free in front of the data. */
    public int headroom(int frame) {
        return start(frame) - SCRATCH;
    }

    /** Octets free behind the data. */
    public int tailroom(int frame) {
        return slotLength(frame) - start(frame) - length(frame);
    }

    /** Opens {@code octets} in front of the data for a header and returns where they begin. */
    public long push(int frame, int octets) {
        int start = start(frame) - octets;
        assert start >= SCRATCH : "no headroom for " + octets;
        put(frame, START, start);
        put(frame, LENGTH, length(frame) + octets);
        return slot(frame) + start;
    }

    /** Takes {@code octets} off the front and returns where the data now begins. */
    public long pull(int frame, int octets) {
        int length = length(frame) - octets;
        assert length >= 0 : "only " + (length + octets) + " octets, asked to pull " + octets;
        int start = start(frame) + octets;
        put(frame, START, start);
        put(frame, LENGTH, length);
        return slot(frame) + start;
    }

    /** The frame behind this one in the queue that holds both, or {@link #NONE}. */
    public int next(int frame) {
        return get(frame, NEXT);
    }

    public void next(int frame, int next) {
        put(frame, NEXT, next);
    }

    /** One of the eight numbers that the holder keeps with the frame. */
    public int note(int frame, int which) {
        return get(frame, NOTES + which);
    }

    public void note(int frame, int which, int value) {
        put(frame, NOTES + which, value);
    }

    /** The holder's own {@value #SCRATCH} octets: where they begin, in {@link #memory()}. */
    public long scratch(int frame) {
        return slot(frame);
    }

    /** One of {@link #CHECKSUM_NONE}, {@link #CHECKSUM_NEEDED}, {@link #CHECKSUM_VERIFIED}. */
    public int checksum(int frame) {
        return get(frame, OFFLOAD) & 0xff;
    }

    public void checksum(int frame, int state) {
        put(frame, OFFLOAD, (get(frame, OFFLOAD) & ~0xff) | state);
    }

    /** One of the {@code SEGMENTATION} constants. */
    public int segmentation(int frame) {
        return get(frame, OFFLOAD) >>> SEGMENTATION_SHIFT & 0xff;
    }

    /** Octets of payload in each segment of a super-frame; 0 when it is none. */
    public int segmentSize(int frame) {
        return get(frame, OFFLOAD) >>> SIZE_SHIFT;
    }

    public void segmentation(int frame, int type, int segmentSize) {
        put(
                frame,
                OFFLOAD,
                checksum(frame) | type << SEGMENTATION_SHIFT | segmentSize << SIZE_SHIFT);
    }

    /**
     * Checksum, segmentation and segment size, and the checksum's range, in one word, to be copied
     * with {@link #offload(int, long)}.
     */
    public long offload(int frame) {
        return (get(frame, OFFLOAD) & 0xffffffffL) | (long) get(frame, CHECKSUM_RANGE) << 32;
    }

    public void offload(int frame, long word) {
        put(frame, OFFLOAD, (int) word);
        put(frame, CHECKSUM_RANGE, (int) (word >>> 32));
    }

    /**
     * Where the checksum that the port is to complete begins to count, from the first octet of the
     * frame.
     */
    public int checksumStart(int frame) {
        return get(frame, CHECKSUM_RANGE) & 0xffff;
    }

    /** Where that checksum is stored, from {@link #checksumStart}. */
    public int checksumOffset(int frame) {
        return get(frame, CHECKSUM_RANGE) >>> 16;
    }

    public void checksumRange(int frame, int start, int offset) {
        put(frame, CHECKSUM_RANGE, start | offset << 16);
    }

    /** When the port received the frame, in nanoseconds of the lane's clock. */
    public long stamp(int frame) {
        return (get(frame, STAMP) & 0xffffffffL) | (long) get(frame, STAMP + 1) << 32;
    }

    public void stamp(int frame, long nowNs) {
        put(frame, STAMP, (int) nowNs);
        put(frame, STAMP + 1, (int) (nowNs >>> 32));
    }

    /**
     * Octets at the start of {@link #memory} that are small slots, of all pools that share it: what
     * a device is given as its memory.
     */
    public long smallOctets() {
        return largeBase;
    }

    /** Small frames that belong to this pool. */
    public int smallCount() {
        return smallCount;
    }

    /** Large frames that belong to this pool. */
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

    /** Frees the memory, unless it is shared: then the space does. */
    @Override
    public void close() {
        if (isSpaceOwn) {
            space.close();
        }
    }

    @Override
    public String toString() {
        return "FramePool[%d of %d small and %d of %d large frames are free]"
                .formatted(freeSmallCount, smallCount, freeLargeCount, largeCount);
    }
}
