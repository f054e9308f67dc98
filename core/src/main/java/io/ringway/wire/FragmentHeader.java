package io.ringway.wire;

import io.ringway.memory.Octets;

import java.lang.foreign.MemorySegment;

/**
 * An IPv6 fragment header (RFC 8200 §4.5).
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |  Next header  |   Reserved    |     Fragment offset     |Res|M|
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                        Identification                         |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 */
public final class FragmentHeader {
    public static final int LENGTH = 8;

    private static final int NEXT_HEADER = 0;
    private static final int OFFSET_AND_FLAG = 2;
    private static final int IDENTIFICATION = 4;
    private static final int OFFSET_MASK = 0xfff8;
    private static final int MORE_FRAGMENTS = 1;

    private MemorySegment memory = MemorySegment.NULL;
    private long offset;

    public FragmentHeader wrap(MemorySegment memory, long offset) {
        this.memory = memory;
        this.offset = offset;
        return this;
    }

    public boolean isValid(int available) {
        return available >= LENGTH;
    }

    public int nextHeader() {
        return Octets.u8(memory, offset + NEXT_HEADER);
    }

    /** Where the piece lies in the fragmentable part, in octets: a multiple of 8 up to 65,528. */
    public int fragmentOffset() {
        return Octets.u16(memory, offset + OFFSET_AND_FLAG) & OFFSET_MASK;
    }

    public boolean isMoreFragments() {
        return (Octets.u16(memory, offset + OFFSET_AND_FLAG) & MORE_FRAGMENTS) != 0;
    }

    /** Whether it is the whole packet: such a one is never kept for reassembly (RFC 6946 §4). */
    public boolean isAtomic() {
        return (Octets.u16(memory, offset + OFFSET_AND_FLAG) & (OFFSET_MASK | MORE_FRAGMENTS)) == 0;
    }

    public int identification() {
        return Octets.u32(memory, offset + IDENTIFICATION);
    }

    /**
     * Writes the whole header in one store.
     *
     * @param fragmentOffset a multiple of 8
     */
    public void set(
            int nextHeader, int fragmentOffset, boolean isMoreFragments, int identification) {
        long first =
                (long) nextHeader << 24
                        | (fragmentOffset & OFFSET_MASK)
                        | (isMoreFragments ? 1 : 0);
        Octets.put64(memory, offset, first << 32 | (identification & 0xffff_ffffL));
    }
}
