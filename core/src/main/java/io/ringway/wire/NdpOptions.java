package io.ringway.wire;

import io.ringway.memory.Octets;

import java.lang.foreign.MemorySegment;

/**
 * The options of a neighbour discovery message, taken apart (RFC 4861 §4.6). Used over and over; it
 * keeps values and not the memory. Nothing is read outside the octets given, and an option too
 * short for its kind is passed over.
 */
public final class NdpOptions {
    public static final int SOURCE_LINK_ADDRESS = 1;
    public static final int TARGET_LINK_ADDRESS = 2;
    public static final int PREFIX = 3;
    public static final int MTU = 5;

    /** Octets of a link address option on Ethernet. */
    public static final int LINK_ADDRESS_LENGTH = 8;

    /** Prefixes that are kept of one advertisement; further ones are passed over. */
    public static final int MAX_PREFIXES = 8;

    private static final int PREFIX_LENGTH = 32;
    private static final int MTU_LENGTH = 8;
    private static final long NONE = -1;

    private long sourceMac = NONE;
    private long targetMac = NONE;
    private int mtu;
    private int prefixCount;
    private final long[] prefixHigh = new long[MAX_PREFIXES];
    private final long[] prefixLow = new long[MAX_PREFIXES];

    /** Prefix length, flags and valid lifetime as they are on the wire, from octet 2 on. */
    private final long[] prefixHead = new long[MAX_PREFIXES];

    private final int[] preferredSeconds = new int[MAX_PREFIXES];

    /**
     * Takes {@code length} octets of options apart, and forgets the former ones.
     *
     * @return false when an option's length is 0 or reaches past the end: the message must be
     *     dropped (RFC 4861 §6.1)
     */
    public boolean parse(MemorySegment memory, long offset, int length) {
        sourceMac = NONE;
        targetMac = NONE;
        mtu = 0;
        prefixCount = 0;
        int position = 0;
        while (position < length) {
            if (position + 2 > length) {
                return false;
            }
            int octets = 8 * Octets.u8(memory, offset + position + 1);
            if (octets == 0 || position + octets > length) {
                return false;
            }
            take(memory, offset + position, octets);
            position += octets;
        }
        return true;
    }

    private void take(MemorySegment memory, long option, int octets) {
        switch (Octets.u8(memory, option)) {
            case SOURCE_LINK_ADDRESS -> sourceMac = mac(memory, option);
            case TARGET_LINK_ADDRESS -> targetMac = mac(memory, option);
            case MTU -> {
                if (octets == MTU_LENGTH) {
                    mtu = Octets.u32(memory, option + 4);
                }
            }
            case PREFIX -> {
                if (octets == PREFIX_LENGTH && prefixCount < MAX_PREFIXES) {
                    takePrefix(memory, option);
                }
            }
            default -> {
                // RFC 4861 §4.6: what is not known is passed over in silence.
            }
        }
    }

    private static long mac(MemorySegment memory, long option) {
        return Octets.u64(memory, option) & MacAddress.BROADCAST;
    }

    private void takePrefix(MemorySegment memory, long option) {
        prefixHead[prefixCount] = Octets.u64(memory, option);
        preferredSeconds[prefixCount] = Octets.u32(memory, option + 8);
        prefixHigh[prefixCount] = Octets.u64(memory, option + 16);
        prefixLow[prefixCount] = Octets.u64(memory, option + 24);
        prefixCount++;
    }

    public boolean hasSourceMac() {
        return sourceMac != NONE;
    }

    /** The sender's link address; meaningful with {@link #hasSourceMac()}. */
    public long sourceMac() {
        return sourceMac;
    }

    public boolean hasTargetMac() {
        return targetMac != NONE;
    }

    /** The target's link address; meaningful with {@link #hasTargetMac()}. */
    public long targetMac() {
        return targetMac;
    }

    /** The link's MTU, unsigned; 0 when it was not told. */
    public int mtu() {
        return mtu;
    }

    /** Prefixes told: 0 to {@link #MAX_PREFIXES}. */
    public int prefixCount() {
        return prefixCount;
    }

    public long prefixHigh(int index) {
        return prefixHigh[index];
    }

    public long prefixLow(int index) {
        return prefixLow[index];
    }

    /** Bits of the prefix: 0 to 255, of which those over 128 make no sense. */
    public int prefixLength(int index) {
        return (int) (prefixHead[index] >>> 40) & 0xff;
    }

    /** Whether addresses of the prefix are on this link. */
    public boolean isOnLink(int index) {
        return (prefixHead[index] & 0x80_0000_0000L) != 0;
    }

    /** Whether a host may make itself an address of the prefix (RFC 4862 §5.5.3). */
    public boolean isAutonomous(int index) {
        return (prefixHead[index] & 0x40_0000_0000L) != 0;
    }

    /** 4,294,967,295 means for ever. */
    public long validSeconds(int index) {
        return prefixHead[index] & 0xffff_ffffL;
    }

    /** 4,294,967,295 means for ever. */
    public long preferredSeconds(int index) {
        return preferredSeconds[index] & 0xffff_ffffL;
    }

    /**
     * Writes a link address option and returns its octets, 8.
     *
     * @param kind {@link #SOURCE_LINK_ADDRESS} or {@link #TARGET_LINK_ADDRESS}
     */
    public static int putLinkAddress(MemorySegment memory, long offset, int kind, long mac) {
        Octets.put64(memory, offset, (long) kind << 56 | 1L << 48 | mac);
        return LINK_ADDRESS_LENGTH;
    }
}
