package io.ringway.ip;

import io.ringway.memory.Direct;
import io.ringway.memory.FrameBatch;
import io.ringway.memory.FramePool;

import java.lang.foreign.MemorySegment;

/**
 * Puts the Ethernet header in front (IEEE 802.3, with an 802.1Q tag where we are in a VLAN) and
 * appends the frame to the output.
 *
 * <pre>
 *  0        6        12    14
 * | destination | source | type |
 * | destination | source | 0x8100 | tag | type |
 * </pre>
 */
final class EthernetOutput {
    static final int TYPE_IPV4 = 0x0800;
    static final int TYPE_ARP = 0x0806;
    static final int TYPE_VLAN = 0x8100;
    static final int TYPE_IPV6 = 0x86dd;

    static final int HEADER = 14;
    private static final int TAGGED_HEADER = 18;

    private final FramePool frames;
    private final FrameBatch out;
    private final long mac;
    private final int vlan;

    EthernetOutput(FramePool frames, FrameBatch out, long mac, int vlan) {
        this.frames = frames;
        this.out = out;
        this.mac = mac;
        this.vlan = vlan;
    }

    long mac() {
        return mac;
    }

    /** Octets of the header. */
    int headerLength() {
        return vlan == 0 ? HEADER : TAGGED_HEADER;
    }

    /**
     * Writes the header at an offset of the pool's memory: two overlapping stores, three with a
     * tag.
     */
    void write(MemorySegment memory, long at, long destination, int type) {
        assert memory.isNative() && at >= 0 && at + headerLength() <= memory.byteSize() : at;
        long address = memory.address() + at;
        Direct.put64(address, 0, destination << 16 | mac >>> 32);
        if (vlan == 0) {
            Direct.put64(address, 6, mac << 16 | type);
        } else {
            Direct.put64(address, 6, mac << 16 | TYPE_VLAN);
            Direct.put32(address, 14, vlan << 16 | type);
        }
    }

    /** Pushes the header in front of a packet. */
    void push(int frame, long destination, int type) {
        int length = headerLength();
        write(frames.memory(), frames.push(frame, length), destination, type);
        shiftChecksum(frames, frame, length);
    }

    /** Appends a frame with its header; the output must have room. */
    void append(int frame) {
        out.add(frame);
    }

    int room() {
        return out.room();
    }

    /**
     * Keeps the place of a checksum that the port completes, when {@code octets} of header are
     * pushed before it.
     */
    static void shiftChecksum(FramePool frames, int frame, int octets) {
        if (frames.checksum(frame) == FramePool.CHECKSUM_NEEDED) {
            frames.checksumRange(
                    frame, frames.checksumStart(frame) + octets, frames.checksumOffset(frame));
        }
    }
}
