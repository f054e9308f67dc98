package io.ringway.memory;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Reads and writes of our own records at absolute addresses, in native order and without a bounds
 * check: TCBs, table buckets, descriptors of frames.
 *
 * <p>Only for addresses that are an index of ours times a length of ours, where an assertion checks
 * the index, and for the fixed part of a header whose frame was checked to be that long. Whatever
 * else a peer's octets can steer goes through {@link Octets}, which checks. The reason is measured:
 * one constant segment lets C2 fold base, length and liveness away, and a round trip through the
 * stack costs a fifth less, mostly because so much more of it is inlined. The mask tells C2 that an
 * address is none too large, so that even the comparison with the segment's length goes: one
 * instruction for an access in place of six.
 *
 * <p>Any thread.
 */
public final class Direct {
    @SuppressWarnings("restricted") // This class is what the restriction is about.
    private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    /** Addresses of user space have 47 bits on the machines that there are. */
    private static final long ADDRESS = (1L << 56) - 1;

    private static final ValueLayout.OfShort BIG_SHORT =
            JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt BIG_INT =
            JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong BIG_LONG =
            JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private Direct() {}

    // --- our own records, in native order: an address, and the octets from there ---

    public static int u8(long address, int at) {
        return ALL.get(JAVA_BYTE, (address & ADDRESS) + at) & 0xff;
    }

    public static int native16(long address, int at) {
        return ALL.get(JAVA_SHORT_UNALIGNED, (address & ADDRESS) + at) & 0xffff;
    }

    public static int native32(long address, int at) {
        return ALL.get(JAVA_INT_UNALIGNED, (address & ADDRESS) + at);
    }

    public static long native64(long address, int at) {
        return ALL.get(JAVA_LONG_UNALIGNED, (address & ADDRESS) + at);
    }

    public static void put8(long address, int at, int value) {
        ALL.set(JAVA_BYTE, (address & ADDRESS) + at, (byte) value);
    }

    public static void putNative16(long address, int at, int value) {
        ALL.set(JAVA_SHORT_UNALIGNED, (address & ADDRESS) + at, (short) value);
    }

    public static void putNative32(long address, int at, int value) {
        ALL.set(JAVA_INT_UNALIGNED, (address & ADDRESS) + at, value);
    }

    public static void putNative64(long address, int at, long value) {
        ALL.set(JAVA_LONG_UNALIGNED, (address & ADDRESS) + at, value);
    }

    // --- headers, in network order ---

    public static int u16(long address, int at) {
        return ALL.get(BIG_SHORT, (address & ADDRESS) + at) & 0xffff;
    }

    public static int u32(long address, int at) {
        return ALL.get(BIG_INT, (address & ADDRESS) + at);
    }

    public static long u64(long address, int at) {
        return ALL.get(BIG_LONG, (address & ADDRESS) + at);
    }

    public static void put16(long address, int at, int value) {
        ALL.set(BIG_SHORT, (address & ADDRESS) + at, (short) value);
    }

    public static void put32(long address, int at, int value) {
        ALL.set(BIG_INT, (address & ADDRESS) + at, value);
    }

    public static void put64(long address, int at, long value) {
        ALL.set(BIG_LONG, (address & ADDRESS) + at, value);
    }
}
