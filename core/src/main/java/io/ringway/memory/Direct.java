package io.ringway.memory;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;

/**
 * Reads and writes of our own records at absolute addresses, in native order and without a bounds
 * check: TCBs, table buckets, descriptors of frames.
 *
 * <p>Only for addresses that are an index of ours times a length of ours, where an assertion checks
 * the index. Whatever a peer's octets can steer goes through {@link Octets}, which checks. The
 * reason is measured: one constant segment lets C2 fold base, length and liveness away, and a round
 * trip through the stack costs a fifth less, mostly because so much more of it is inlined.
 *
 * <p>Any thread.
 */
public final class Direct {
    @SuppressWarnings("restricted") // This class is what the restriction is about.
    private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private Direct() {}

    public static int u8(long address) {
        return ALL.get(JAVA_BYTE, address) & 0xff;
    }

    public static int native16(long address) {
        return ALL.get(JAVA_SHORT_UNALIGNED, address) & 0xffff;
    }

    public static int native32(long address) {
        return ALL.get(JAVA_INT_UNALIGNED, address);
    }

    public static long native64(long address) {
        return ALL.get(JAVA_LONG_UNALIGNED, address);
    }

    public static void put8(long address, int value) {
        ALL.set(JAVA_BYTE, address, (byte) value);
    }

    public static void putNative16(long address, int value) {
        ALL.set(JAVA_SHORT_UNALIGNED, address, (short) value);
    }

    public static void putNative32(long address, int value) {
        ALL.set(JAVA_INT_UNALIGNED, address, value);
    }

    public static void putNative64(long address, long value) {
        ALL.set(JAVA_LONG_UNALIGNED, address, value);
    }
}
