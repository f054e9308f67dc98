package io.ringway.linux;

import io.ringway.memory.FrameBatch;
import io.ringway.memory.FramePool;
import io.ringway.memory.Octets;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A receive ring of blocks that hold frames of any length one behind the other (TPACKET_V3). A
 * block comes to us when it is full, or a millisecond after its first frame.
 *
 * <pre>
 *  a block: version (int), offset of private data (int), status (int), frames (int), first frame (int), …
 *  a frame: offset of the next (int), seconds (int), nanoseconds (int), length here (int), length (int),
 *           status (int), where the frame is (short), the packet (short), hash (int), VLAN tag (int), its type (short), …
 * </pre>
 */
final class PacketBlocks implements PacketReceiver {
    private static final int BLOCK_STATUS = 8;
    private static final int FRAME_COUNT = 12;
    private static final int FIRST_FRAME = 16;
    private static final int NEXT = 0;
    private static final int LENGTH_HERE = 12;
    private static final int LENGTH = 16;
    private static final int STATUS = 20;
    private static final int START = 24;
    private static final int VLAN_CONTROL = 32;
    private static final int VLAN_PROTOCOL = 36;
    // The sockaddr_ll is behind the 48 octets of the header.
    private static final int PACKET_TYPE = 48 + 10;
    private static final int BLOCK = 256 << 10;
    private static final int LEAST_BLOCKS = 8;
    private static final int SLOT = 2_048;
    private static final int RETIRE_MS = 1;

    private final PacketSocket socket;
    private final PacketIntake intake;
    private final MemorySegment ring;
    private final int blockCount;
    private int block;
    // In the block that is ours: how many frames are left, and where the next one is.
    private int left;
    private long at;
    private boolean isOurs;

    PacketBlocks(PacketSocket socket, PacketIntake intake, int frames) {
        this.socket = socket;
        this.intake = intake;
        this.blockCount = Math.max(LEAST_BLOCKS, frames / (BLOCK / SLOT));
        this.ring = map();
    }

    private MemorySegment map() {
        long octets = (long) BLOCK * blockCount;
        try (Arena arena = Arena.ofConfined()) {
            // struct tpacket_req3: as tpacket_req, then retire time, private octets, features.
            MemorySegment request = arena.allocate(28, 8);
            Octets.putNative32(request, 0, BLOCK);
            Octets.putNative32(request, 4, blockCount);
            Octets.putNative32(request, 8, SLOT);
            Octets.putNative32(request, 12, (int) (octets / SLOT));
            Octets.putNative32(request, 16, RETIRE_MS);
            return socket.map(PacketSocket.RX_RING, request, octets);
        }
    }

    @Override
    public int receive(FrameBatch into, long nowNs) {
        int limit = into.room();
        for (int i = 0; i < limit && hasFrame() && intake.isReady(); i++) {
            int frame = take(nowNs);
            if (frame != FramePool.NONE) {
                into.add(frame);
            }
        }
        return intake.count();
    }

    private boolean hasFrame() {
        // A block of no frames may retire as well: look at the next one too, but not for ever.
        for (int i = 0; i < blockCount && left == 0; i++) {
            if (isOurs) {
                giveBack();
            }
            long start = (long) block * BLOCK;
            int status = (int) PacketSocket.STATUS.getAcquire(ring, start + BLOCK_STATUS);
            if ((status & PacketIntake.USER) == 0) {
                return false;
            }
            if ((status & PacketIntake.LOSING) != 0) {
                intake.lost(socket.takeDrops());
            }
            isOurs = true;
            left = Octets.native32(ring, start + FRAME_COUNT);
            at = start + Octets.native32(ring, start + FIRST_FRAME);
        }
        return left > 0;
    }

    private void giveBack() {
        PacketSocket.STATUS.setRelease(ring, (long) block * BLOCK + BLOCK_STATUS, 0);
        block = block + 1 == blockCount ? 0 : block + 1;
        isOurs = false;
    }

    private int take(long nowNs) {
        long header = at;
        left--;
        at += Octets.native32(ring, header + NEXT);
        int length = Octets.native32(ring, header + LENGTH);
        int frame = FramePool.NONE;
        if (Octets.native32(ring, header + LENGTH_HERE) < length) {
            intake.lost(1);
        } else if (Octets.u8(ring, header + PACKET_TYPE) != PacketIntake.OUTGOING) {
            int tag =
                    PacketIntake.tag(
                            Octets.native32(ring, header + STATUS),
                            Octets.native32(ring, header + VLAN_CONTROL),
                            Octets.native16(ring, header + VLAN_PROTOCOL));
            long from = header + Octets.native16(ring, header + START);
            frame = intake.copy(ring, from, length, tag, nowNs);
        }
        if (left == 0) {
            giveBack();
        }
        return frame;
    }

    @Override
    public void close() {
        socket.mute();
        intake.lost(socket.takeDrops());
        socket.unmap();
    }
}
