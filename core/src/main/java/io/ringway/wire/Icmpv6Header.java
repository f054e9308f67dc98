package io.ringway.wire;

import io.ringway.memory.Octets;

import java.lang.foreign.MemorySegment;

/**
 * The head of an ICMPv6 message (RFC 4443 §2.1).
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |     Type      |     Code      |           Checksum            |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |         Identifier, MTU, pointer, flags (by the type)         |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                             Body                              |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 */
public final class Icmpv6Header {
    public static final int LENGTH = 8;

    public static final int DESTINATION_UNREACHABLE = 1;
    public static final int PACKET_TOO_BIG = 2;
    public static final int TIME_EXCEEDED = 3;
    public static final int PARAMETER_PROBLEM = 4;
    public static final int ECHO_REQUEST = 128;
    public static final int ECHO_REPLY = 129;
    public static final int MLD_QUERY = 130;
    public static final int MLD_REPORT = 131;
    public static final int MLD_DONE = 132;
    public static final int ROUTER_SOLICITATION = 133;
    public static final int ROUTER_ADVERTISEMENT = 134;
    public static final int NEIGHBOUR_SOLICITATION = 135;
    public static final int NEIGHBOUR_ADVERTISEMENT = 136;
    public static final int REDIRECT = 137;
    public static final int MLD2_REPORT = 143;

    /** Codes of {@link #DESTINATION_UNREACHABLE} (RFC 4443 §3.1). */
    public static final int NO_ROUTE = 0;

    public static final int PROHIBITED = 1;
    public static final int BEYOND_SCOPE = 2;
    public static final int ADDRESS_UNREACHABLE = 3;
    public static final int PORT_UNREACHABLE = 4;
    public static final int SOURCE_POLICY = 5;
    public static final int ROUTE_REJECTED = 6;

    /** Codes of {@link #TIME_EXCEEDED} (RFC 4443 §3.3). */
    public static final int HOP_LIMIT_EXCEEDED = 0;

    public static final int REASSEMBLY_EXCEEDED = 1;

    /** Codes of {@link #PARAMETER_PROBLEM} (RFC 4443 §3.4). */
    public static final int ERRONEOUS_FIELD = 0;

    public static final int UNKNOWN_NEXT_HEADER = 1;
    public static final int UNKNOWN_OPTION = 2;

    /** Where the checksum lies in the header. */
    public static final int CHECKSUM = 2;

    private static final int TYPE = 0;
    private static final int CODE = 1;
    private static final int REST = 4;
    private static final int IDENTIFIER = 4;
    private static final int SEQUENCE = 6;

    private MemorySegment memory = MemorySegment.NULL;
    private long offset;

    public Icmpv6Header wrap(MemorySegment memory, long offset) {
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

    /**
     * Whether the checksum over the whole message is right.
     *
     * @param length octets of the message
     * @param pseudoHeader its sum, with protocol {@link IpProtocol#ICMPV6}
     */
    public boolean isChecksumValid(int length, long pseudoHeader) {
        return Checksum.isIntact(Checksum.sum(memory, offset, length, pseudoHeader));
    }

    /** Computes the checksum over the whole message and stores it; parameters as above. */
    public void updateChecksum(int length, long pseudoHeader) {
        checksum(0);
        checksum(Checksum.finish(Checksum.sum(memory, offset, length, pseudoHeader)));
    }

    /** Whether it reports an error, so that no error may answer it (RFC 4443 §2.4 e). */
    public boolean isError() {
        return type() < 128;
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

    /** Of {@link #PACKET_TOO_BIG}, unsigned. */
    public int mtu() {
        return Octets.u32(memory, offset + REST);
    }

    /** Of {@link #PARAMETER_PROBLEM}: the octet of the quoted packet that is wrong, unsigned. */
    public int pointer() {
        return Octets.u32(memory, offset + REST);
    }
}
