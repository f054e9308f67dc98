package io.ringway.linux;

import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.memory.FrameBatch;
import io.ringway.memory.FramePool;
import io.ringway.memory.Octets;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The sending half of an AF_PACKET queue: a ring of slots for frames of ordinary length
 * (TPACKET_V2), which one call starts, and a call of its own for each longer one.
 *
 * <p>A slot holds a frame from when it is copied in until the driver is done with it; the frame
 * itself is released at once. A long frame goes from the pool's memory, without the ring and its
 * copy, through another socket, since one with a ring sends by nothing else.
 *
 * <pre>
 *  a slot: status (int), length with the header of virtio (int), …; at 32 the header, at 42 the frame
 * </pre>
 */
final class PacketSender {
    private static final int AVAILABLE = 0;
    private static final int SEND_REQUEST = 1;
    private static final int SLOT = 2_048;
    private static final int BLOCK = 64 << 10;
    private static final int LENGTH = 4;
    private static final int HEADER = 32;
    private static final int ROOM = SLOT - HEADER - VirtioNetHeader.LENGTH;
    private static final int MSG_DONTWAIT = 0x40;

    private final PacketSocket ringSocket;
    private final int longFrames;
    private final FramePool pool;
    private final Counters counters;
    private final MemorySegment memory;
    private final MemorySegment ring;
    private final int slotCount;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment state = Libc.newState(arena);
    // Where the next frame goes, and the first that the kernel has not taken yet.
    private int next;
    private int first;
    private int waiting;
    private int sent;
    private long octets;

    /**
     * Sends over two sockets.
     *
     * @param longFrames the descriptor of a bound socket without a transmit ring
     */
    PacketSender(
            PacketSocket ringSocket, int longFrames, FramePool pool, Counters counters, int slots) {
        this.ringSocket = ringSocket;
        this.longFrames = longFrames;
        this.pool = pool;
        this.counters = counters;
        this.memory = pool.memory();
        this.slotCount = slots;
        long length = (long) slots * SLOT;
        try (Arena shortly = Arena.ofConfined()) {
            MemorySegment request = shortly.allocate(16, 8);
            Octets.putNative32(request, 0, BLOCK);
            Octets.putNative32(request, 4, (int) (length / BLOCK));
            Octets.putNative32(request, 8, SLOT);
            Octets.putNative32(request, 12, slots);
            this.ring = ringSocket.map(PacketSocket.TX_RING, request, length);
        }
    }

    int transmit(FrameBatch from) {
        int count = from.count();
        int accepted = 0;
        while (accepted < count && accept(from.get(accepted))) {
            pool.release(from.get(accepted));
            accepted++;
        }
        from.removeFirst(accepted);
        start();
        if (sent > 0) {
            counters.add(Counter.FRAMES_SENT, sent);
            counters.add(Counter.OCTETS_SENT, octets);
            sent = 0;
            octets = 0;
        }
        return accepted;
    }

    private boolean accept(int frame) {
        int length = pool.length(frame);
        return length <= ROOM ? fill(frame, length) : write(frame, length);
    }

    private boolean fill(int frame, int length) {
        if (waiting == slotCount) {
            return false;
        }
        long slot = (long) next * SLOT;
        if ((int) PacketSocket.STATUS.getAcquire(ring, slot) != AVAILABLE) {
            return false;
        }
        VirtioNetHeader.write(pool, frame, ring, slot + HEADER);
        Octets.copy(memory, pool.data(frame), ring, slot + HEADER + VirtioNetHeader.LENGTH, length);
        Octets.putNative32(ring, slot + LENGTH, VirtioNetHeader.LENGTH + length);
        PacketSocket.STATUS.setRelease(ring, slot, SEND_REQUEST);
        next = next + 1 & slotCount - 1;
        waiting++;
        sent++;
        octets += length;
        return true;
    }

    /** Sends one frame by itself, behind those that wait in the ring. */
    private boolean write(int frame, int length) {
        start();
        if (waiting > 0) {
            return false;
        }
        assert pool.headroom(frame) >= VirtioNetHeader.LENGTH : pool.headroom(frame);
        long at = pool.data(frame) - VirtioNetHeader.LENGTH;
        VirtioNetHeader.write(pool, frame, memory, at);
        long result;
        do {
            result =
                    Libc.write(
                            state,
                            longFrames,
                            memory.address() + at,
                            VirtioNetHeader.LENGTH + (long) length);
        } while (result == -Errno.EINTR);
        if (result == -Errno.EAGAIN || result == -Errno.ENOBUFS) {
            return false;
        }
        if (result < 0) {
            counters.increment(Counter.PORT_TRANSMIT_ERROR);
        } else {
            sent++;
            octets += length;
        }
        return true;
    }

    /** Makes the kernel send what waits in the ring. */
    void start() {
        if (waiting == 0) {
            return;
        }
        long result = Libc.send(state, ringSocket.descriptor(), 0, 0, MSG_DONTWAIT);
        while (waiting > 0 && statusOfFirst() != SEND_REQUEST) {
            first = first + 1 & slotCount - 1;
            waiting--;
        }
        if (result < 0 && !isTransient((int) -result)) {
            revoke();
        }
    }

    private int statusOfFirst() {
        return (int) PacketSocket.STATUS.getAcquire(ring, (long) first * SLOT);
    }

    private static boolean isTransient(int errno) {
        return errno == Errno.EAGAIN || errno == Errno.ENOBUFS || errno == Errno.EINTR;
    }

    /** The interface is down, or gone: what the kernel did not take is not to leave much later. */
    private void revoke() {
        counters.add(Counter.PORT_TRANSMIT_ERROR, waiting);
        while (waiting > 0) {
            next = next - 1 & slotCount - 1;
            PacketSocket.STATUS.setRelease(ring, (long) next * SLOT, AVAILABLE);
            waiting--;
        }
    }

    /** Whether frames wait that the kernel did not take at once. */
    boolean isWaiting() {
        return waiting > 0;
    }

    void close() {
        ringSocket.unmap();
        arena.close();
    }
}
