package io.ringway.wire;

import io.ringway.memory.Octets;

import java.lang.foreign.MemorySegment;

/**
 * An IPv6 header (RFC 8200 §3).
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |Version| Traffic class |              Flow label               |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |        Payload length         |  Next header  |   Hop limit   |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                                                               |
 * +                       Source (16 octets)                      +
 * |                                                               |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                                                               |
 * +                    Destination (16 octets)                    +
 * |                                                               |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 */
public final class Ipv6Header {
    public static final int LENGTH = 40;

    /** Every link carries packets of this many octets (RFC 8200 §5). */
    public static final int MIN_MTU = 1280;

    private static final int FIRST = 0;
    private static final int PAYLOAD_LENGTH = 4;
    private static final int NEXT_HEADER = 6;
    private static final int HOP_LIMIT = 7;
    private static final int SOURCE = 8;
    private static final int DESTINATION = 24;

    private MemorySegment memory = MemorySegment.NULL;
    private long offset;

    public Ipv6Header wrap(MemorySegment memory, long offset) {
        this.memory = memory;
        this.offset = offset;
        return this;
    }

    /**
     * Whether the version is 6 and the payload is all there. Jumbograms (RFC 2675) have a payload
     * of 0 here.
     */
    public boolean isValid(int available) {
        if (available < LENGTH) {
            return false;
        }
        long start = Octets.u64(memory, offset + FIRST);
        return start >>> 60 == 6 && ((int) (start >>> 16) & 0xffff) <= available - LENGTH;
    }

    public int version() {
        return Octets.u8(memory, offset + FIRST) >>> 4;
    }

    /** The octet of DSCP (upper six bits) and ECN (lower two). */
    public int trafficClass() {
        return Octets.u16(memory, offset + FIRST) >>> 4 & 0xff;
    }

    public int flowLabel() {
        return Octets.u32(memory, offset + FIRST) & 0xf_ffff;
    }

    /** Sets version 6, the traffic class and the flow label of 20 bits. */
    public void trafficClassAndFlowLabel(int trafficClass, int flowLabel) {
        Octets.put32(
                memory,
                offset + FIRST,
                6 << 28 | (trafficClass & 0xff) << 20 | (flowLabel & 0xf_ffff));
    }

    /** Octets behind this header, extension headers included. */
    public int payloadLength() {
        return Octets.u16(memory, offset + PAYLOAD_LENGTH);
    }

    public void payloadLength(int length) {
        Octets.put16(memory, offset + PAYLOAD_LENGTH, length);
    }

    /** One of {@link IpProtocol}: an extension header or the transport. */
    public int nextHeader() {
        return Octets.u8(memory, offset + NEXT_HEADER);
    }

    public void nextHeader(int nextHeader) {
        Octets.put8(memory, offset + NEXT_HEADER, nextHeader);
    }

    public int hopLimit() {
        return Octets.u8(memory, offset + HOP_LIMIT);
    }

    public void hopLimit(int hopLimit) {
        Octets.put8(memory, offset + HOP_LIMIT, hopLimit);
    }

    public long sourceHigh() {
        return Octets.u64(memory, offset + SOURCE);
    }

    public long sourceLow() {
        return Octets.u64(memory, offset + SOURCE + 8);
    }

    public void source(long high, long low) {
        Octets.put64(memory, offset + SOURCE, high);
        Octets.put64(memory, offset + SOURCE + 8, low);
    }

    public long destinationHigh() {
        return Octets.u64(memory, offset + DESTINATION);
    }

    public long destinationLow() {
        return Octets.u64(memory, offset + DESTINATION + 8);
    }

    public void destination(long high, long low) {
        Octets.put64(memory, offset + DESTINATION, high);
        Octets.put64(memory, offset + DESTINATION + 8, low);
    }

    /** Writes the first eight octets, all but the addresses, in one store. */
    public void set(
            int trafficClass, int flowLabel, int payloadLength, int nextHeader, int hopLimit) {
        int first = 6 << 28 | (trafficClass & 0xff) << 20 | (flowLabel & 0xf_ffff);
        int second = payloadLength << 16 | nextHeader << 8 | hopLimit;
        Octets.put64(memory, offset + FIRST, (long) first << 32 | (second & 0xffff_ffffL));
    }
}
