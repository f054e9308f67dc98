package io.ringway.wire;

import io.ringway.memory.Octets;

import java.lang.foreign.MemorySegment;

/**
 * The head of an ICMP message (RFC 792, RFC 1191 §4).
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |     Type      |     Code      |           Checksum            |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * | Identifier, pointer, gateway  |     Sequence, next-hop MTU    |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                             Body                              |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 */
public final class Icmpv4Header {
    public static final int LENGTH = 8;

    public static final int ECHO_REPLY = 0;
    public static final int DESTINATION_UNREACHABLE = 3;
    public static final int REDIRECT = 5;
    public static final int ECHO_REQUEST = 8;
    public static final int TIME_EXCEEDED = 11;
    public static final int PARAMETER_PROBLEM = 12;
    public static final int TIMESTAMP_REQUEST = 13;
    public static final int TIMESTAMP_REPLY = 14;

    /**
     * Codes of {@link #DESTINATION_UNREACHABLE} (RFC 792, RFC 1122 §3.2.2.1, RFC 1812 §5.2.7.1).
     */
    public static final int NETWORK_UNREACHABLE = 0;

    public static final int HOST_UNREACHABLE = 1;
    public static final int PROTOCOL_UNREACHABLE = 2;
    public static final int PORT_UNREACHABLE = 3;
    public static final int FRAGMENTATION_NEEDED = 4;
    public static final int SOURCE_ROUTE_FAILED = 5;
    public static final int NETWORK_PROHIBITED = 9;
    public static final int HOST_PROHIBITED = 10;
    public static final int PROHIBITED = 13;

    /** Codes of {@link #TIME_EXCEEDED}. */
    public static final int TTL_EXCEEDED = 0;

    public static final int REASSEMBLY_EXCEEDED = 1;

    /** Where the checksum lies in the header. */
    public static final int CHECKSUM = 2;

    private static final int TYPE = 0;
    private static final int CODE = 1;
    private static final int REST = 4;
    private static final int IDENTIFIER = 4;
    private static final int SEQUENCE = 6;

    private MemorySegment memory = MemorySegment.NULL;
    private long offset;

    public Icmpv4Header wrap(MemorySegment memory, long offset) {
        this.memory = memory;
        this.offset = offset;
        return this;
    }

    public boolean isValid(int available) {
        return available >= LENGTH;
    }

    public int type() {
        return Octets.u8(memory, offset + TYPE);
    }

    public int code() {
        return Octets.u8(memory, offset + CODE);
    }

    /** Type and code in one read: the type in the upper 8 bits. */
    public int typeAndCode() {
        return Octets.u16(memory, offset + TYPE);
    }

    public void typeAndCode(int type, int code) {
        Octets.put16(memory, offset + TYPE, type << 8 | code);
    }

    public int checksum() {
        return Octets.u16(memory, offset + CHECKSUM);
    }

    public void checksum(int checksum) {
        Octets.put16(memory, offset + CHECKSUM, checksum);
    }

    /** Whether the checksum over the whole message, {@code length} octets, is right. */
    public boolean isChecksumValid(int length) {
        return Checksum.isIntact(Checksum.sum(memory, offset, length, 0));
    }

    /** Computes the checksum over the whole message, {@code length} octets, and stores it. */
    public void updateChecksum(int length) {
        checksum(0);
        checksum(Checksum.compute(memory, offset, length));
    }

    /** Whether it reports an error, so that no error may answer it (RFC 1122 §3.2.2). */
    public boolean isError() {
        return switch (type()) {
            case DESTINATION_UNREACHABLE, 4, REDIRECT, TIME_EXCEEDED, PARAMETER_PROBLEM -> true;
            default -> false;
        };
    }

    /** The four octets before the body, whose meaning depends on the type. */
    public int rest() {
        return Octets.u32(memory, offset + REST);
    }

    public void rest(int rest) {
        Octets.put32(memory, offset + REST, rest);
    }

    /** Of an echo request or reply. */
    public int identifier() {
        return Octets.u16(memory, offset + IDENTIFIER);
    }

    /** Of an echo request or reply. */
    public int sequence() {
        return Octets.u16(memory, offset + SEQUENCE);
    }

    public void identifierAndSequence(int identifier, int sequence) {
        Octets.put32(memory, offset + REST, identifier << 16 | (sequence & 0xffff));
    }

    /** The next hop's MTU of {@link #FRAGMENTATION_NEEDED}; 0 from routers older than RFC 1191. */
    public int mtu() {
        return Octets.u16(memory, offset + SEQUENCE);
    }

    /** Of {@link #PARAMETER_PROBLEM}: the octet of the quoted packet that is wrong. */
    public int pointer() {
        return Octets.u8(memory, offset + REST);
    }
}
