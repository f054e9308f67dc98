package io.ringway.memory;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The one place that touches raw memory: unaligned reads and writes of a segment, in network order
 * ({@code u8}, {@code u16}, {@code u32}, {@code u64} and the matching {@code put}) and in native
 * order (the {@code native} family, for our own records).
 *
 * <p>Hot code reads fields packed, 64 bits at a time, and takes them apart with shifts: C2 stops
 * inlining a method with many segment accesses, which doubles the cost of a packet.
 *
 * <p>All methods are pure and may be called from any thread; offsets are octets from the start of
 * the segment.
 */
public final class Octets {
    private static final ValueLayout.OfShort BIG_SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt BIG_INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong BIG_LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfShort NATIVE_SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
    private static final ValueLayout.OfInt NATIVE_INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfLong NATIVE_LONG = ValueLayout.JAVA_LONG_UNALIGNED;

    private Octets() {}

    /** The octet at {@code offset}, 0 to 255. */
    public static int u8(MemorySegment memory, long offset) {
        return memory.get(JAVA_BYTE, offset) & 0xff;
    }

    /** The 16-bit number at {@code offset} in network order, 0 to 65,535. */
    public static int u16(MemorySegment memory, long offset) {
        return memory.get(BIG_SHORT, offset) & 0xffff;
    }

    /** The 32 bits at {@code offset} in network order. */
    public static int u32(MemorySegment memory, long offset) {
        return memory.get(BIG_INT, offset);
    }

    /** The 64 bits at {@code offset} in network order. */
    public static long u64(MemorySegment memory, long offset) {
        return memory.get(BIG_LONG, offset);
    }

    public static void put8(MemorySegment memory, long offset, int value) {
        memory.set(JAVA_BYTE, offset, (byte) value);
    }

    public static void put16(MemorySegment memory, long offset, int value) {
        memory.set(BIG_SHORT, offset, (short) value);
    }

    public static void put32(MemorySegment memory, long offset, int value) {
        memory.set(BIG_INT, offset, value);
    }

    public static void put64(MemorySegment memory, long offset, long value) {
        memory.set(BIG_LONG, offset, value);
    }

    public static int native16(MemorySegment memory, long offset) {
        return memory.get(NATIVE_SHORT, offset) & 0xffff;
    }

    public static int native32(MemorySegment memory, long offset) {
        return memory.get(NATIVE_INT, offset);
    }

    public static long native64(MemorySegment memory, long offset) {
        return memory.get(NATIVE_LONG, offset);
    }

    public static void putNative16(MemorySegment memory, long offset, int value) {
        memory.set(NATIVE_SHORT, offset, (short) value);
    }

    public static void putNative32(MemorySegment memory, long offset, int value) {
        memory.set(NATIVE_INT, offset, value);
    }

    public static void putNative64(MemorySegment memory, long offset, long value) {
        memory.set(NATIVE_LONG, offset, value);
    }

    /** Copies {@code length} octets; the two ranges may overlap. */
    public static void copy(
            MemorySegment from, long fromOffset, MemorySegment to, long toOffset, long length) {
        MemorySegment.copy(from, fromOffset, to, toOffset, length);
    }
}
