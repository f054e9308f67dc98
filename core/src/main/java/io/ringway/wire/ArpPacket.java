package io.ringway.wire;

import io.ringway.memory.Octets;

import java.lang.foreign.MemorySegment;

/**
 * An ARP packet for IPv4 over Ethernet (RFC 826).
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |         Hardware type         |         Protocol type         |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |Hardware length|Protocol length|           Operation           |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                    Sender hardware address                    |
 * +                               +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                               |    Sender protocol address    |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |Sender protocol (continued)    |    Target hardware address    |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+                               +
 * |                                                               |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                    Target protocol address                    |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 */
public final class ArpPacket {
    public static final int LENGTH = 28;

    public static final int REQUEST = 1;
    public static final int REPLY = 2;

    /**
     * Hardware type 1, protocol type 0x0800, lengths 6 and 4: the only kind there is on Ethernet.
     */
    private static final long IPV4_OVER_ETHERNET = 0x0001_0800_0604L;

    private static final int TYPES = 0;
    private static final int OPERATION = 6;
    private static final int SENDER_MAC = 8;
    private static final int SENDER_IP = 14;
    private static final int TARGET_MAC = 18;
    private static final int TARGET_IP = 24;

    private MemorySegment memory = MemorySegment.NULL;
    private long offset;

    public ArpPacket wrap(MemorySegment memory, long offset) {
        this.memory = memory;
        this.offset = offset;
        return this;
    }

    /** Whether it is whole, and about IPv4 over Ethernet. */
    public boolean isValid(int available) {
        return available >= LENGTH
                && Octets.u64(memory, offset + TYPES) >>> 16 == IPV4_OVER_ETHERNET;
    }

    /** {@link #REQUEST}, {@link #REPLY} or what the peer makes up. */
    public int operation() {
        return Octets.u16(memory, offset + OPERATION);
    }

    public long senderMac() {
        return Octets.u64(memory, offset + SENDER_MAC) >>> 16;
    }

    public int senderIp() {
        return Octets.u32(memory, offset + SENDER_IP);
    }

    public long targetMac() {
        return Octets.u64(memory, offset + TARGET_MAC) >>> 16;
    }

    public int targetIp() {
        return Octets.u32(memory, offset + TARGET_IP);
    }

    /** Writes the whole packet. */
    public void set(int operation, long senderMac, int senderIp, long targetMac, int targetIp) {
        Octets.put64(memory, offset + TYPES, IPV4_OVER_ETHERNET << 16 | (operation & 0xffff));
        Octets.put64(memory, offset + SENDER_MAC, senderMac << 16 | senderIp >>> 16);
        Octets.put64(memory, offset + SENDER_IP + 2, (long) senderIp << 48 | targetMac);
        Octets.put32(memory, offset + TARGET_IP, targetIp);
    }
}
