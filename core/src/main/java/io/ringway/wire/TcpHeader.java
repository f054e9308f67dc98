package io.ringway.wire;

import io.ringway.memory.Octets;

import java.lang.foreign.MemorySegment;

/**
 * A TCP header (RFC 9293 §3.1).
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |          Source port          |       Destination port        |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                        Sequence number                        |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                    Acknowledgment number                      |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * | Data  |       |C|E|U|A|P|R|S|F|                               |
 * |offset | Rsrvd |W|C|R|C|S|S|Y|I|            Window             |
 * |       |       |R|E|G|K|H|T|N|N|                               |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |           Checksum            |         Urgent pointer        |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                           Options                             |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 *
 * <p>Hot code reads {@link #portsAndSequence()} and {@link #ackOffsetFlagsWindow()} and takes them
 * apart with the static methods: two loads instead of seven.
 */
public final class TcpHeader {
    /** Octets of a header without options. */
    public static final int MIN_LENGTH = 20;

    public static final int MAX_LENGTH = 60;

    /** Where the checksum lies in the header, for the port's offload. */
    public static final int CHECKSUM = 16;

    public static final int FIN = 1;
    public static final int SYN = 2;
    public static final int RST = 4;
    public static final int PSH = 8;
    public static final int ACK = 16;
    public static final int URG = 32;
    public static final int ECE = 64;
    public static final int CWR = 128;

    private static final int SOURCE_PORT = 0;
    private static final int DESTINATION_PORT = 2;
    private static final int SEQUENCE = 4;
    private static final int ACKNOWLEDGMENT = 8;
    private static final int DATA_OFFSET = 12;
    private static final int FLAGS = 13;
    private static final int WINDOW = 14;
    private static final int URGENT_POINTER = 18;

    private MemorySegment memory = MemorySegment.NULL;
    private long offset;

    public TcpHeader wrap(MemorySegment memory, long offset) {
        this.memory = memory;
        this.offset = offset;
        return this;
    }

    /**
     * Whether the header and its options are whole; {@code available} is the segment with its data.
     */
    public boolean isValid(int available) {
        if (available < MIN_LENGTH) {
            return false;
        }
        int dataOffset = dataOffset();
        return dataOffset >= MIN_LENGTH && dataOffset <= available;
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

    /** The first eight octets: source port, destination port, sequence number, uppermost first. */
    public long portsAndSequence() {
        return Octets.u64(memory, offset + SOURCE_PORT);
    }

    /** The next eight: acknowledgment number, data offset, flags, window, uppermost first. */
    public long ackOffsetFlagsWindow() {
        return Octets.u64(memory, offset + ACKNOWLEDGMENT);
    }

    /** The ports, as {@link #ports()}, of a {@link #portsAndSequence()}. */
    public static int portsOf(long portsAndSequence) {
        return (int) (portsAndSequence >>> 32);
    }

    public static int sequenceOf(long portsAndSequence) {
        return (int) portsAndSequence;
    }

    public static int acknowledgmentOf(long ackOffsetFlagsWindow) {
        return (int) (ackOffsetFlagsWindow >>> 32);
    }

    /** Octets of header and options of an {@link #ackOffsetFlagsWindow()}. */
    public static int dataOffsetOf(long ackOffsetFlagsWindow) {
        return (int) (ackOffsetFlagsWindow >>> 26) & 0x3c;
    }

    public static int flagsOf(long ackOffsetFlagsWindow) {
        return (int) (ackOffsetFlagsWindow >>> 16) & 0xff;
    }

    public static int windowOf(long ackOffsetFlagsWindow) {
        return (int) ackOffsetFlagsWindow & 0xffff;
    }

    public int sequence() {
        return Octets.u32(memory, offset + SEQUENCE);
    }

    public void sequence(int sequence) {
        Octets.put32(memory, offset + SEQUENCE, sequence);
    }

    public int acknowledgment() {
        return Octets.u32(memory, offset + ACKNOWLEDGMENT);
    }

    public void acknowledgment(int acknowledgment) {
        Octets.put32(memory, offset + ACKNOWLEDGMENT, acknowledgment);
    }

    /** Octets of the header with its options: 0 to 60, and at least 20 if it is valid. */
    public int dataOffset() {
        return Octets.u8(memory, offset + DATA_OFFSET) >>> 2 & 0x3c;
    }

    /** Sets the header's length, a multiple of 4 from 20 to 60, and clears the reserved bits. */
    public void dataOffset(int length) {
        Octets.put8(memory, offset + DATA_OFFSET, length << 2);
    }

    /** {@link #FIN} to {@link #CWR}. */
    public int flags() {
        return Octets.u8(memory, offset + FLAGS);
    }

    public void flags(int flags) {
        Octets.put8(memory, offset + FLAGS, flags);
    }

    public boolean isFin() {
        return (flags() & FIN) != 0;
    }

    public boolean isSyn() {
        return (flags() & SYN) != 0;
    }

    public boolean isRst() {
        return (flags() & RST) != 0;
    }

    public boolean isAck() {
        return (flags() & ACK) != 0;
    }

    /** The 16 bits on the wire, not scaled (RFC 7323 §2.2). */
    public int window() {
        return Octets.u16(memory, offset + WINDOW);
    }

    public void window(int window) {
        Octets.put16(memory, offset + WINDOW, window);
    }

    public int checksum() {
        return Octets.u16(memory, offset + CHECKSUM);
    }

    public void checksum(int checksum) {
        Octets.put16(memory, offset + CHECKSUM, checksum);
    }

    public int urgentPointer() {
        return Octets.u16(memory, offset + URGENT_POINTER);
    }

    public void urgentPointer(int pointer) {
        Octets.put16(memory, offset + URGENT_POINTER, pointer);
    }

    /**
     * Writes the whole header in three stores, with checksum and urgent pointer 0.
     *
     * @param ports the source in the upper 16 bits
     * @param dataOffset octets of header and options
     */
    public void set(
            int ports, int sequence, int acknowledgment, int dataOffset, int flags, int window) {
        int third = dataOffset << 26 | flags << 16 | window;
        Octets.put64(memory, offset, (long) ports << 32 | (sequence & 0xffff_ffffL));
        Octets.put64(
                memory,
                offset + ACKNOWLEDGMENT,
                (long) acknowledgment << 32 | (third & 0xffff_ffffL));
        Octets.put32(memory, offset + CHECKSUM, 0);
    }
}
