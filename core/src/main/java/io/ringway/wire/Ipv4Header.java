package io.ringway.wire;

import io.ringway.memory.Octets;

import java.lang.foreign.MemorySegment;

/**
 * An IPv4 header (RFC 791 §3.1).
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |Version|  IHL  |      TOS      |          Total length         |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |         Identification        |Flags|     Fragment offset     |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |      TTL      |    Protocol   |        Header checksum        |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                            Source                             |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                          Destination                          |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                       Options, padding                        |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 */
public final class Ipv4Header {
    /** Octets of a header without options. */
    public static final int MIN_LENGTH = 20;

    public static final int MAX_LENGTH = 60;

    /** Bits of {@link #flagsAndOffset()}; the other 13 count units of eight octets. */
    public static final int DONT_FRAGMENT = 0x4000;

    public static final int MORE_FRAGMENTS = 0x2000;

    private static final int OFFSET_MASK = 0x1fff;

    private static final int VERSION_AND_LENGTH = 0;
    private static final int TOS = 1;
    private static final int TOTAL_LENGTH = 2;
    private static final int IDENTIFICATION = 4;
    private static final int FLAGS_AND_OFFSET = 6;
    private static final int TTL = 8;
    private static final int PROTOCOL = 9;
    private static final int CHECKSUM = 10;
    private static final int SOURCE = 12;
    private static final int DESTINATION = 16;

    private MemorySegment memory = MemorySegment.NULL;
    private long offset;

    public Ipv4Header wrap(MemorySegment memory, long offset) {
        this.memory = memory;
        this.offset = offset;
        return this;
    }

    /**
     * Whether version and both lengths are possible; the checksum is {@link #isChecksumValid()}'s.
     */
    public boolean isValid(int available) {
        if (available < MIN_LENGTH) {
            return false;
        }
        int first = Octets.u32(memory, offset);
        int headerLength = first >>> 22 & 0x3c;
        int totalLength = first & 0xffff;
        return first >>> 28 == 4
                && headerLength >= MIN_LENGTH
                && headerLength <= totalLength
                && totalLength <= available;
    }

    /** Whether the header's checksum is right; {@link #headerLength()} octets must be there. */
    public boolean isChecksumValid() {
        return Checksum.isIntact(Checksum.sum(memory, offset, headerLength(), 0));
    }

    public int version() {
        return Octets.u8(memory, offset + VERSION_AND_LENGTH) >>> 4;
    }

    /** Octets of this header with its options: 0 to 60, and at least 20 if it is valid. */
    public int headerLength() {
        return (Octets.u8(memory, offset + VERSION_AND_LENGTH) & 0xf) << 2;
    }

    /** Sets version 4 and the header's length, a multiple of 4 from 20 to 60. */
    public void headerLength(int length) {
        Octets.put8(memory, offset + VERSION_AND_LENGTH, 0x40 | length >>> 2);
    }

    /** The octet of DSCP (upper six bits) and ECN (lower two). */
    public int tos() {
        return Octets.u8(memory, offset + TOS);
    }

    public void tos(int tos) {
        Octets.put8(memory, offset + TOS, tos);
    }

    /** Octets of the packet, this header included. */
    public int totalLength() {
        return Octets.u16(memory, offset + TOTAL_LENGTH);
    }

    public void totalLength(int length) {
        Octets.put16(memory, offset + TOTAL_LENGTH, length);
    }

    public int identification() {
        return Octets.u16(memory, offset + IDENTIFICATION);
    }

    public void identification(int identification) {
        Octets.put16(memory, offset + IDENTIFICATION, identification);
    }

    /** The 16 bits of the flags and the fragment offset as they are on the wire. */
    public int flagsAndOffset() {
        return Octets.u16(memory, offset + FLAGS_AND_OFFSET);
    }

    public void flagsAndOffset(int flagsAndOffset) {
        Octets.put16(memory, offset + FLAGS_AND_OFFSET, flagsAndOffset);
    }

    public boolean isDontFragment() {
        return (flagsAndOffset() & DONT_FRAGMENT) != 0;
    }

    public boolean isMoreFragments() {
        return (flagsAndOffset() & MORE_FRAGMENTS) != 0;
    }

    /** Whether it is a piece of a packet: the first, the last or one between. */
    public boolean isFragment() {
        return (flagsAndOffset() & (MORE_FRAGMENTS | OFFSET_MASK)) != 0;
    }

    /**
     * Where the payload lies in that of the whole packet, in octets: a multiple of 8 up to 65,528.
     */
    public int fragmentOffset() {
        return (flagsAndOffset() & OFFSET_MASK) << 3;
    }

    public int ttl() {
        return Octets.u8(memory, offset + TTL);
    }

    public void ttl(int ttl) {
        Octets.put8(memory, offset + TTL, ttl);
    }

    /** One of {@link IpProtocol}. */
    public int protocol() {
        return Octets.u8(memory, offset + PROTOCOL);
    }

    public void protocol(int protocol) {
        Octets.put8(memory, offset + PROTOCOL, protocol);
    }

    public int headerChecksum() {
        return Octets.u16(memory, offset + CHECKSUM);
    }

    public void headerChecksum(int checksum) {
        Octets.put16(memory, offset + CHECKSUM, checksum);
    }

    /** Computes the checksum of the header as it stands and stores it. */
    public void updateChecksum() {
        headerChecksum(0);
        headerChecksum(Checksum.compute(memory, offset, headerLength()));
    }

    public int source() {
        return Octets.u32(memory, offset + SOURCE);
    }

    public void source(int address) {
        Octets.put32(memory, offset + SOURCE, address);
    }

    public int destination() {
        return Octets.u32(memory, offset + DESTINATION);
    }

    public void destination(int address) {
        Octets.put32(memory, offset + DESTINATION, address);
    }

    /** Both addresses in one read: the source in the upper 32 bits. */
    public long addresses() {
        return Octets.u64(memory, offset + SOURCE);
    }

    /** Writes a whole header without options, checksum included, in three stores. */
    public void set(
            int tos,
            int totalLength,
            int identification,
            int flagsAndOffset,
            int ttl,
            int protocol,
            int source,
            int destination) {
        int first = 0x4500_0000 | tos << 16 | totalLength;
        int second = identification << 16 | flagsAndOffset;
        int third = ttl << 24 | protocol << 16;
        long addresses = (long) source << 32 | (destination & 0xffff_ffffL);
        long sum =
                (first & 0xffff_ffffL)
                        + (second & 0xffff_ffffL)
                        + (third & 0xffff_ffffL)
                        + (addresses >>> 32)
                        + (addresses & 0xffff_ffffL);
        Octets.put64(memory, offset, (long) first << 32 | (second & 0xffff_ffffL));
        Octets.put32(memory, offset + TTL, third | Checksum.finish(sum));
        Octets.put64(memory, offset + SOURCE, addresses);
    }
}
