package io.ringway.wire;

import io.ringway.memory.Octets;

import java.lang.foreign.MemorySegment;

/**
 * An Ethernet II header (RFC 894).
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                          Destination                          |
 * +                               +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                               |            Source             |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+                               +
 * |                                                               |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |           EtherType           |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 */
public final class EthernetHeader {
    public static final int LENGTH = 14;

    public static final int TYPE_IPV4 = 0x0800;
    public static final int TYPE_ARP = 0x0806;
    public static final int TYPE_VLAN = 0x8100;
    public static final int TYPE_IPV6 = 0x86dd;

    /** Numbers below are the length of an IEEE 802.3 frame and no type. */
    public static final int TYPE_MIN = 0x0600;

    private static final int DESTINATION = 0;
    private static final int SOURCE = 6;
    private static final int TYPE = 12;

    private MemorySegment memory = MemorySegment.NULL;
    private long offset;

    public EthernetHeader wrap(MemorySegment memory, long offset) {
        this.memory = memory;
        this.offset = offset;
        return this;
    }

    public boolean isValid(int available) {
        return available >= LENGTH;
    }

    /** The station's address in the lower 48 bits, as {@link MacAddress} explains. */
    public long destination() {
        return Octets.u64(memory, offset + DESTINATION) >>> 16;
    }

    public void destination(long mac) {
        Octets.put32(memory, offset + DESTINATION, (int) (mac >>> 16));
        Octets.put16(memory, offset + DESTINATION + 4, (int) mac);
    }

    public long source() {
        return Octets.u64(memory, offset + SOURCE - 2) & MacAddress.BROADCAST;
    }

    public void source(long mac) {
        Octets.put16(memory, offset + SOURCE, (int) (mac >>> 32));
        Octets.put32(memory, offset + SOURCE + 2, (int) mac);
    }

    public int type() {
        return Octets.u16(memory, offset + TYPE);
    }

    public void type(int type) {
        Octets.put16(memory, offset + TYPE, type);
    }

    /** Writes the whole header in three stores. */
    public void set(long destination, long source, int type) {
        Octets.put64(memory, offset + DESTINATION, destination << 16 | source >>> 32);
        Octets.put32(memory, offset + SOURCE + 2, (int) source);
        Octets.put16(memory, offset + TYPE, type);
    }
}
