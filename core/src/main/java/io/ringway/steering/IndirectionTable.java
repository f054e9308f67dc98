package io.ringway.steering;

import java.util.Arrays;

/**
 * From the hash of a flow to its lane: the hash's lower bits name a bucket, and each bucket belongs
 * to a lane. As in a network card (RSS), but buckets can move while traffic runs.
 *
 * <p>Every lane has a copy of its own, and learns of changes by notes.
 */
public final class IndirectionTable {
    /** Buckets unless more are configured: as many as most network cards have. */
    public static final int DEFAULT_BUCKETS = 128;

    private final byte[] lanes;

    /** A table that deals the buckets to the lanes in turn. */
    public IndirectionTable(int buckets, int laneCount) {
        if (Integer.bitCount(buckets) != 1 || buckets < DEFAULT_BUCKETS || buckets > 1 << 15) {
            throw new IllegalArgumentException(
                    "an indirection table has 128 to 32768 buckets, a power of two; given "
                            + buckets);
        }
        this.lanes = new byte[buckets];
        for (int i = 0; i < buckets; i++) {
            lanes[i] = (byte) (i % laneCount);
        }
    }

    private IndirectionTable(byte[] lanes) {
        this.lanes = lanes;
    }

    public int buckets() {
        return lanes.length;
    }

    /** The lane of a bucket. */
    public int lane(int bucket) {
        return lanes[bucket];
    }

    /** From now on the bucket is {@code lane}'s. */
    public void assign(int bucket, int lane) {
        lanes[bucket] = (byte) lane;
    }

    /** How many buckets a lane has. */
    public int count(int lane) {
        int count = 0;
        for (byte of : lanes) {
            count += of == lane ? 1 : 0;
        }
        return count;
    }

    /** A table of the same content. */
    public IndirectionTable copy() {
        return new IndirectionTable(lanes.clone());
    }

    @Override
    public String toString() {
        return Arrays.toString(lanes);
    }
}
