package io.ringway.wire;

import io.ringway.memory.Octets;

import java.lang.foreign.MemorySegment;

/**
 * Writes TCP options. Each method writes at {@code offset} and returns how many octets it wrote;
 * all but a Fast Open cookie fill whole 32-bit words, with NOPs in front, so that the values lie
 * aligned (RFC 7323 appendix A).
 *
 * <p>Pure but for the memory; any thread that owns it.
 */
public final class TcpOptionsWriter {
    private TcpOptionsWriter() {}

    /** The maximum segment size, 4 octets. */
    public static int mss(MemorySegment memory, long offset, int mss) {
        Octets.put32(memory, offset, 0x0204_0000 | mss);
        return 4;
    }

    /** NOP and the window scale, 4 octets. */
    public static int windowScale(MemorySegment memory, long offset, int shift) {
        Octets.put32(memory, offset, 0x0103_0300 | shift);
        return 4;
    }

    /** NOP, NOP and SACK-permitted, 4 octets. */
    public static int sackPermitted(MemorySegment memory, long offset) {
        Octets.put32(memory, offset, 0x0101_0402);
        return 4;
    }

    /** NOP, NOP and the timestamps, 12 octets. */
    public static int timestamps(MemorySegment memory, long offset, int value, int echo) {
        return headedTimestamps(memory, offset, 0x0101_080a, value, echo);
    }

    /**
     * SACK-permitted in the place of the NOPs before the timestamps, 12 octets: what a SYN carries.
     */
    public static int sackPermittedAndTimestamps(
            MemorySegment memory, long offset, int value, int echo) {
        return headedTimestamps(memory, offset, 0x0402_080a, value, echo);
    }

    private static int headedTimestamps(
            MemorySegment memory, long offset, int head, int value, int echo) {
        Octets.put32(memory, offset, head);
        Octets.put64(memory, offset + 4, (long) value << 32 | (echo & 0xffff_ffffL));
        return TcpOptions.TIMESTAMPS_LENGTH;
    }

    /** NOP, NOP and the head of a SACK option with {@code count} blocks to follow, 4 octets. */
    public static int sackHead(MemorySegment memory, long offset, int count) {
        assert count >= 1 && count <= TcpOptions.MAX_SACK_BLOCKS : count;
        Octets.put32(memory, offset, 0x0101_0500 | (2 + 8 * count));
        return 4;
    }

    /** One block of a SACK option, 8 octets: from {@code start} up to and without {@code end}. */
    public static int sackBlock(MemorySegment memory, long offset, int start, int end) {
        Octets.put64(memory, offset, (long) start << 32 | (end & 0xffff_ffffL));
        return 8;
    }

    /** The user time-out (RFC 5482 §3), 4 octets; over 32,767 seconds it is told in minutes. */
    public static int userTimeout(MemorySegment memory, long offset, long seconds) {
        int value =
                seconds <= 0x7fff ? (int) seconds : 0x8000 | (int) Math.min(seconds / 60, 0x7fff);
        Octets.put32(memory, offset, 0x1c04_0000 | value);
        return 4;
    }

    /**
     * A Fast Open cookie (RFC 7413 §4.1.1), or the request for one if {@code length} is 0; 2 octets
     * and the cookie.
     */
    public static int fastOpen(
            MemorySegment memory, long offset, MemorySegment cookie, long from, int length) {
        Octets.put16(memory, offset, TcpOptions.KIND_FAST_OPEN << 8 | (2 + length));
        Octets.copy(cookie, from, memory, offset + 2, length);
        return 2 + length;
    }

    /**
     * Fills {@code length} octets of options up to a multiple of 4 with NOPs, and returns how many
     * it wrote.
     */
    public static int pad(MemorySegment memory, long offset, int length) {
        int padding = -length & 3;
        for (int i = 0; i < padding; i++) {
            Octets.put8(memory, offset + i, TcpOptions.KIND_NOP);
        }
        return padding;
    }
}
