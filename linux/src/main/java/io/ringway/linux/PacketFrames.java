package io.ringway.linux;

import io.ringway.memory.FrameBatch;
import io.ringway.memory.FramePool;
import io.ringway.memory.Octets;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A receive ring of slots, one for each frame (TPACKET_V2).
 *
 * <p>Slots hold a frame of the interface's MTU. A super-frame does not fit; the kernel keeps it in
 * the socket's own queue then and says so in the slot, and it is read from there, straight into a
 * large frame. Without privilege that queue is too short for bulk, so slots are large instead.
 *
 * <pre>
 *  a slot: status (int), length (int), octets here (int), where the frame is (short), the packet (short),
 *  seconds (int), nanoseconds (int), VLAN tag (short), its type (short), 4 octets, sockaddr_ll, …
 * </pre>
 */
final class PacketFrames implements PacketReceiver {
    private static final int LENGTH = 4;
    private static final int LENGTH_HERE = 8;
    private static final int START = 12;
    private static final int VLAN_CONTROL = 24;
    private static final int VLAN_PROTOCOL = 26;
    // The sockaddr_ll is behind the 32 octets above.
    private static final int PACKET_TYPE = 32 + 10;
    private static final int BEFORE_FRAME = 128;
    private static final int SMALL_SLOT = 2_048;
    private static final int LARGE_SLOT = 128 << 10;
    private static final int LARGE_SLOTS = 256;
    private static final int BLOCK = 256 << 10;
    private static final int ETHERNET_AND_TAG = 18;
    private static final int QUEUED_OCTETS = 8 << 20;

    private final PacketSocket socket;
    private final PacketIntake intake;
    private final MemorySegment ring;
    private final int slotLength;
    private final int slotCount;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment state = Libc.newState(arena);
    private final MemorySegment discarded = arena.allocate(64);
    private int next;

    PacketFrames(PacketSocket socket, PacketIntake intake, int mtu, int slots) {
        this.socket = socket;
        this.intake = intake;
        boolean isQueued = socket.queueLongFrames(QUEUED_OCTETS);
        int needed = BEFORE_FRAME + mtu + ETHERNET_AND_TAG;
        int fitting = Math.max(SMALL_SLOT, Integer.highestOneBit(needed - 1) << 1);
        this.slotLength = isQueued ? fitting : LARGE_SLOT;
        this.slotCount = isQueued ? slots : Math.min(slots, LARGE_SLOTS);
        this.ring = map();
    }

    private MemorySegment map() {
        long octets = (long) slotLength * slotCount;
        int block = (int) Math.min(octets, Math.max(BLOCK, slotLength));
        try (Arena shortly = Arena.ofConfined()) {
            MemorySegment request = shortly.allocate(16, 8);
            Octets.putNative32(request, 0, block);
            Octets.putNative32(request, 4, (int) (octets / block));
            Octets.putNative32(request, 8, slotLength);
            Octets.putNative32(request, 12, slotCount);
            return socket.map(PacketSocket.RX_RING, request, octets);
        }
    }

    @Override
    public int receive(FrameBatch into, long nowNs) {
        int limit = into.room();
        // By slots and not by frames, so that even a flood of frames that are dropped ends.
        for (int i = 0; i < limit; i++) {
            long slot = (long) next * slotLength;
            int status = (int) PacketSocket.STATUS.getAcquire(ring, slot);
            if ((status & PacketIntake.USER) == 0 || !intake.isReady()) {
                break;
            }
            int frame = take(slot, status, nowNs);
            PacketSocket.STATUS.setRelease(ring, slot, 0);
            next = next + 1 & slotCount - 1;
            if (frame != FramePool.NONE) {
                into.add(frame);
            }
        }
        return intake.count();
    }

    private int take(long slot, int status, long nowNs) {
        if ((status & PacketIntake.LOSING) != 0) {
            intake.lost(socket.takeDrops());
        }
        int tag =
                PacketIntake.tag(
                        status,
                        Octets.native16(ring, slot + VLAN_CONTROL),
                        Octets.native16(ring, slot + VLAN_PROTOCOL));
        int length = Octets.native32(ring, slot + LENGTH);
        if ((status & PacketIntake.COPY) != 0) {
            return readQueued(length, tag, nowNs);
        }
        if (Octets.u8(ring, slot + PACKET_TYPE) == PacketIntake.OUTGOING) {
            return FramePool.NONE;
        }
        if (Octets.native32(ring, slot + LENGTH_HERE) < length) {
            // The socket's queue was full.
            intake.lost(1);
            return FramePool.NONE;
        }
        long at = slot + Octets.native16(ring, slot + START);
        return intake.copy(ring, at, length, tag, nowNs);
    }

    /** Reads the frame that the kernel has queued, or throws it away when there is none for it. */
    private int readQueued(int length, int tag, long nowNs) {
        int frame = intake.allocate(length);
        if (frame == FramePool.NONE) {
            read(discarded.address(), VirtioNetHeader.LENGTH);
            return FramePool.NONE;
        }
        long at = intake.readAt(frame, tag) - VirtioNetHeader.LENGTH;
        long count = read(intake.memory().address() + at, VirtioNetHeader.LENGTH + (long) length);
        if (count < VirtioNetHeader.LENGTH + length) {
            intake.release(frame);
            intake.lost(1);
            return FramePool.NONE;
        }
        intake.read(frame, length, tag, nowNs);
        return frame;
    }

    /** That the interface went down is told once, by whatever call comes next. */
    private long read(long address, long length) {
        long result;
        do {
            result = Libc.read(state, socket.descriptor(), address, length);
        } while (result == -Errno.EINTR || result == -Errno.ENETDOWN);
        return result;
    }

    @Override
    public void close() {
        socket.mute();
        intake.lost(socket.takeDrops());
        socket.unmap();
        while (read(discarded.address(), VirtioNetHeader.LENGTH) >= 0) {
            // What waits in the socket's queue has no slot any more.
        }
        arena.close();
    }
}
