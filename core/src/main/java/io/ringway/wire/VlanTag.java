package io.ringway.wire;

import io.ringway.memory.Octets;

import java.lang.foreign.MemorySegment;

/**
 * What follows an Ethernet header whose type is 0x8100: the tag and the type of what it carries
 * (IEEE 802.1Q).
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * | PCP |D|         VID           |           EtherType           |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 */
public final class VlanTag {
    public static final int LENGTH = 4;

    /** The greatest VLAN identifier; 0 means priority alone, and 4,095 is reserved. */
    public static final int MAX_IDENTIFIER = 4094;

    private static final int CONTROL = 0;
    private static final int TYPE = 2;

    private MemorySegment memory = MemorySegment.NULL;
    private long offset;

    /** Takes the offset of the first octet behind the Ethernet header. */
    public VlanTag wrap(MemorySegment memory, long offset) {
        this.memory = memory;
        this.offset = offset;
        return this;
    }

    public boolean isValid(int available) {
        return available >= LENGTH;
    }

    /** The VLAN's number, 0 to 4,095. */
    public int identifier() {
        return control() & 0xfff;
    }

    /** The priority code point, 0 to 7. */
    public int priority() {
        return control() >>> 13;
    }

    public boolean isDropEligible() {
        return (control() & 0x1000) != 0;
    }

    public int control() {
        return Octets.u16(memory, offset + CONTROL);
    }

    public void control(int priority, boolean isDropEligible, int identifier) {
        Octets.put16(
                memory,
                offset + CONTROL,
                priority << 13 | (isDropEligible ? 0x1000 : 0) | (identifier & 0xfff));
    }

    /** EtherType of what the tag carries. */
    public int type() {
        return Octets.u16(memory, offset + TYPE);
    }

    public void type(int type) {
        Octets.put16(memory, offset + TYPE, type);
    }
}
