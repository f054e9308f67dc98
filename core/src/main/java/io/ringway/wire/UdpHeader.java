package io.ringway.wire;

import io.ringway.memory.Octets;

import java.lang.foreign.MemorySegment;

/**
 * A UDP header (RFC 768).
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |          Source port          |       Destination port        |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |            Length             |           Checksum            |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 */
public final class UdpHeader {
    public static final int LENGTH = 8;

    /** Where the checksum lies in the header, for the port's offload. */
    public static final int CHECKSUM = 6;

    private static final int SOURCE_PORT = 0;
    private static final int DESTINATION_PORT = 2;
    private static final int DATAGRAM_LENGTH = 4;

    private MemorySegment memory = MemorySegment.NULL;
    private long offset;

    public UdpHeader wrap(MemorySegment memory, long offset) {
        this.memory = memory;
        this.offset = offset;
        return this;
    }

    /**
     * Whether the header is whole and its length within what is there; a jumbogram's 0 (RFC 2675
     * §4) is not.
     */
    public boolean isValid(int available) {
        return available >= LENGTH && length() >= LENGTH && length() <= available;
    }

    public int sourcePort() {
        return Octets.u16(memory, offset + SOURCE_PORT);
    }

    public void sourcePort(int port) {
        Octets.put16(memory, offset + SOURCE_PORT, port);
    }

    public int destinationPort() {
        return Octets.u16(memory, offset + DESTINATION_PORT);
    }

    public void destinationPort(int port) {
        Octets.put16(memory, offset + DESTINATION_PORT, port);
    }

    /** Both ports in one read: the source in the upper 16 bits. */
    public int ports() {
        return Octets.u32(memory, offset + SOURCE_PORT);
    }

    /** Octets of header and data. */
    public int length() {
        return Octets.u16(memory, offset + DATAGRAM_LENGTH);
    }

    public void length(int length) {
        Octets.put16(memory, offset + DATAGRAM_LENGTH, length);
    }

    /** 0 means that the sender computed none; IPv6 does not allow that (RFC 8200 §8.1). */
    public int checksum() {
        return Octets.u16(memory, offset + CHECKSUM);
    }

    public void checksum(int checksum) {
        Octets.put16(memory, offset + CHECKSUM, checksum);
    }

    /** Writes the whole header in one store. */
    public void set(int sourcePort, int destinationPort, int length, int checksum) {
        Octets.put64(
                memory,
                offset,
                (long) sourcePort << 48
                        | (long) destinationPort << 32
                        | (long) length << 16
                        | checksum);
    }
}
