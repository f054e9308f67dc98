package io.ringway.port;

import io.ringway.memory.Octets;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/**
 * Writes a capture in the pcapng format (draft-ietf-opsawg-pcapng): one section, one Ethernet
 * interface, stamps in nanoseconds, the direction of each frame.
 *
 * <p>Blocks are collected in a buffer, and written when it is full or on {@link #flush}. Several
 * writers may share one stream, since only whole blocks are written to it, one writer at a time.
 * When writing fails, the first failure is kept for {@link #failure} and nothing more is written: a
 * full disk shall not stop a stack. One thread owns a writer.
 */
public final class PcapngWriter {
    /**
     * Octets of the longest frame, or of a frame's segments with {@value #RECORD} octets for each.
     */
    static final int MOST_OCTETS = 1 << 20;

    /**
     * Octets that a frame takes besides its own: the block's fields, its direction, and padding.
     */
    static final int RECORD = 48;

    private static final int CAPACITY = 2 << 20;
    private static final int SECTION_HEADER = 0x0a0d0d0a;
    private static final int BYTE_ORDER_MAGIC = 0x1a2b3c4d;
    private static final int INTERFACE_DESCRIPTION = 1;
    private static final int ENHANCED_PACKET = 6;
    private static final int LINK_TYPE_ETHERNET = 1;
    private static final int OPTION_END = 0;
    private static final int OPTION_APPLICATION = 4;
    private static final int OPTION_INTERFACE_NAME = 2;
    private static final int OPTION_MAC_ADDRESS = 6;
    private static final int OPTION_RESOLUTION = 9;
    private static final int OPTION_FLAGS = 2;
    private static final int INBOUND = 1;
    private static final int OUTBOUND = 2;

    private final OutputStream file;
    private final long epochOffsetNs;
    private final MemorySegment buffer = Arena.ofAuto().allocate(CAPACITY, Long.BYTES);
    private final byte[] copied = new byte[CAPACITY];
    private int position;
    private int mark;
    private @Nullable IOException failure;

    /**
     * A writer that has written nothing yet; the first of a file begins with {@link #begin}.
     *
     * @param epochOffsetNs what to add to a lane's time to get nanoseconds since 1970
     */
    public PcapngWriter(OutputStream file, long epochOffsetNs) {
        this.file = file;
        this.epochOffsetNs = epochOffsetNs;
    }

    /** Writes what a file begins with: the section, and the interface that all frames belong to. */
    public void begin(String interfaceName, long macAddress) {
        int start = position;
        put32(SECTION_HEADER);
        put32(0);
        put32(BYTE_ORDER_MAGIC);
        put16(1);
        put16(0);
        // The length of the section: not known.
        put64(-1);
        putOption(OPTION_APPLICATION, "Ringway".getBytes(StandardCharsets.UTF_8));
        endBlock(start);

        start = position;
        put32(INTERFACE_DESCRIPTION);
        put32(0);
        put16(LINK_TYPE_ETHERNET);
        put16(0);
        // No limit to the length of a frame.
        put32(0);
        byte[] name = interfaceName.getBytes(StandardCharsets.UTF_8);
        putOption(OPTION_INTERFACE_NAME, name.length <= 255 ? name : new byte[] {'?'});
        byte[] mac = new byte[6];
        for (int i = 0; i < mac.length; i++) {
            mac[i] = (byte) (macAddress >>> (40 - 8 * i));
        }
        putOption(OPTION_MAC_ADDRESS, mac);
        putOption(OPTION_RESOLUTION, new byte[] {9});
        endBlock(start);
        mark = position;
    }

    private void putOption(int code, byte[] value) {
        put16(code);
        put16(value.length);
        MemorySegment.copy(value, 0, buffer, ValueLayout.JAVA_BYTE, position, value.length);
        pad(value.length);
    }

    /** Ends the options and the block, and writes its length at both ends. */
    private void endBlock(int start) {
        put16(OPTION_END);
        put16(0);
        int length = position + Integer.BYTES - start;
        Octets.putNative32(buffer, start + Integer.BYTES, length);
        put32(length);
    }

    /**
     * Begins the block of one frame and returns where in {@link #memory} its {@code length} octets
     * go; then {@link #endFrame}. There is room for {@value #MOST_OCTETS} octets of blocks since
     * the last {@link #makeRoom}.
     */
    long beginFrame(int length, long nowNs) {
        long stamp = nowNs + epochOffsetNs;
        put32(ENHANCED_PACKET);
        put32(0);
        put32(0);
        put32((int) (stamp >>> 32));
        put32((int) stamp);
        put32(length);
        put32(length);
        return position;
    }

    void endFrame(int length, boolean isOutbound) {
        // Up to here seven words of the block are written.
        int start = position - 7 * Integer.BYTES;
        pad(length);
        put16(OPTION_FLAGS);
        put16(Integer.BYTES);
        put32(isOutbound ? OUTBOUND : INBOUND);
        endBlock(start);
    }

    /** Writes one frame as it is. */
    public void write(
            MemorySegment memory, long offset, int length, boolean isOutbound, long nowNs) {
        makeRoom();
        long at = beginFrame(length, nowNs);
        Octets.copy(memory, offset, buffer, at, length);
        endFrame(length, isOutbound);
        keep();
    }

    MemorySegment memory() {
        return buffer;
    }

    /**
     * Makes room for {@value #MOST_OCTETS} octets; what follows may be taken back with {@link
     * #forget}.
     */
    void makeRoom() {
        if (position > CAPACITY - MOST_OCTETS) {
            flush();
        }
        mark = position;
    }

    /** What was written since {@link #makeRoom} stays. */
    void keep() {
        mark = position;
    }

    /** Takes back what was written since {@link #makeRoom}. */
    void forget() {
        position = mark;
    }

    /** Hands everything to the stream. */
    public void flush() {
        if (position == 0 || failure != null) {
            position = 0;
            return;
        }
        MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, copied, 0, position);
        try {
            synchronized (file) {
                file.write(copied, 0, position);
            }
        } catch (IOException e) {
            failure = e;
        }
        position = 0;
        mark = 0;
    }

    /** Why nothing more is written, or null while all is well. */
    public @Nullable IOException failure() {
        return failure;
    }

    private void pad(int length) {
        position += length;
        while ((length++ & 3) != 0) {
            Octets.put8(buffer, position++, 0);
        }
    }

    private void put16(int value) {
        Octets.putNative16(buffer, position, value);
        position += Short.BYTES;
    }

    private void put32(int value) {
        Octets.putNative32(buffer, position, value);
        position += Integer.BYTES;
    }

    private void put64(long value) {
        Octets.putNative64(buffer, position, value);
        position += Long.BYTES;
    }
}
