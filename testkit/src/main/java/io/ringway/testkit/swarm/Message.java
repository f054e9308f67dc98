package io.ringway.testkit.swarm;

import io.ringway.memory.Octets;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;

/**
 * What is in a message: octets that follow from its connection and the time it was sent, so that it
 * can be written again, and checked, without being kept.
 */
final class Message {
    private static final long GOLDEN = 0x9e37_79b9_7f4a_7c15L;
    private static final long STEP = 0x0101_0101_0101_0101L;
    private static final boolean IS_LITTLE = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

    private Message() {}

    /** Writes a whole message. */
    static void write(MemorySegment memory, long at, int octets, int connection, long sentNs) {
        int words = octets >> 3;
        for (int i = 0; i < words; i++) {
            Octets.putNative64(memory, at + 8L * i, word(connection, sentNs, i));
        }
        for (int i = words << 3; i < octets; i++) {
            Octets.put8(memory, at + i, octet(connection, sentNs, i));
        }
    }

    /** Whether {@code length} octets are those from octet {@code from} of the message on. */
    static boolean isRight(
            MemorySegment memory, long at, int from, int length, int connection, long sentNs) {
        int i = 0;
        if ((from & 7) == 0) {
            for (; i + 8 <= length; i += 8) {
                long expected = word(connection, sentNs, (from + i) >> 3);
                if (Octets.native64(memory, at + i) != expected) {
                    return false;
                }
            }
        }
        for (; i < length; i++) {
            if (Octets.u8(memory, at + i) != octet(connection, sentNs, from + i)) {
                return false;
            }
        }
        return true;
    }

    private static long word(int connection, long sentNs, int index) {
        return (sentNs ^ ((long) connection << 20)) * GOLDEN + index * STEP;
    }

    private static int octet(int connection, long sentNs, int at) {
        int shift = (at & 7) << 3;
        return (int) (word(connection, sentNs, at >> 3) >>> (IS_LITTLE ? shift : 56 - shift))
                & 0xff;
    }
}
