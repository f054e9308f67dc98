package io.ringway.memory;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The memory in which the lanes of a stack have their {@link FramePool}s, equal shares of it. First
 * come the small slots of all lanes and then the large ones, so that a device can be given all
 * small ones as one range.
 *
 * <p>Between any two pools there are two rings, by which frames that one lane allocated and another
 * released go home. Each has room for all frames that there are, so it never is full.
 */
public final class FrameSpace implements AutoCloseable {
    private static final int MOST_LANES = 64;

    private final int smallEach;
    private final int largeEach;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory;
    private final int[] descriptors;
    private final @Nullable FramePool[] pools;

    /** By the lane whose home it is, then the lane that sends, without itself. */
    private final SpscLongRing[][] homeward;

    /**
     * Reserves the memory.
     *
     * @param lanes how many pools, 1 to 64
     * @param smallEach small frames of each, at least 1
     * @param largeEach large frames of each; 0 where the port has no segmentation offload
     */
    public FrameSpace(int lanes, int smallEach, int largeEach) {
        require(lanes, smallEach, largeEach);
        this.smallEach = smallEach;
        this.largeEach = largeEach;
        long octets =
                (long) lanes * smallEach * FramePool.SMALL_SLOT
                        + (long) lanes * largeEach * FramePool.LARGE_SLOT;
        this.memory = LargeMemory.allocate(arena, octets, 4096);
        this.descriptors = new int[((smallEach + largeEach) * lanes) << FramePool.DESCRIPTOR_SHIFT];
        this.homeward = new SpscLongRing[lanes][lanes - 1];
        for (SpscLongRing[] rings : homeward) {
            for (int from = 0; from < rings.length; from++) {
                rings[from] = new SpscLongRing(smallEach + largeEach);
            }
        }
        this.pools = new FramePool[lanes];
    }

    private static void require(int lanes, int smallEach, int largeEach) {
        if (smallEach < 1 || largeEach < 0) {
            throw new IllegalArgumentException(
                    "a frame pool needs at least 1 small frame and no negative number of large"
                            + " ones; given "
                            + smallEach
                            + " and "
                            + largeEach);
        }
        if (lanes < 1 || lanes > MOST_LANES) {
            throw new IllegalArgumentException(
                    "a stack has 1 to " + MOST_LANES + " lanes; given " + lanes);
        }
        long all = (long) lanes * (smallEach + largeEach);
        if (all > Integer.MAX_VALUE >> FramePool.DESCRIPTOR_SHIFT) {
            throw new IllegalArgumentException(
                    "all lanes together can have "
                            + (Integer.MAX_VALUE >> FramePool.DESCRIPTOR_SHIFT)
                            + " frames; given "
                            + lanes
                            + " lanes with "
                            + (smallEach + largeEach)
                            + " each");
        }
    }

    /** The share of a lane. Control path; one thread. */
    public FramePool pool(int lane) {
        FramePool pool = pools[lane];
        if (pool == null) {
            pool = new FramePool(this, lane, false);
            pools[lane] = pool;
        }
        return pool;
    }

    int smallEach() {
        return smallEach;
    }

    int largeEach() {
        return largeEach;
    }

    int smallTotal() {
        return smallEach * homeward.length;
    }

    MemorySegment memory() {
        return memory;
    }

    int[] descriptors() {
        return descriptors;
    }

    /** What comes home to {@code lane}. */
    SpscLongRing[] homeward(int lane) {
        return homeward[lane];
    }

    /** Sends a free frame home; the thread of lane {@code from}. */
    void sendHome(int frame, int from) {
        int smallTotal = smallTotal();
        int home = frame < smallTotal ? frame / smallEach : (frame - smallTotal) / largeEach;
        SpscLongRing ring = homeward[home][from < home ? from : from - 1];
        boolean isSent = ring.offer(frame);
        assert isSent : "more frames came home than there are";
        ring.publish();
    }

    /** Frees the memory of all pools. */
    @Override
    public void close() {
        arena.close();
    }
}
