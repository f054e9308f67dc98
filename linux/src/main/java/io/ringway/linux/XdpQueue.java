package io.ringway.linux;

import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.memory.FrameBatch;
import io.ringway.memory.FramePool;
import io.ringway.memory.Octets;
import io.ringway.port.PortQueue;
import io.ringway.port.Segmentation;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A queue of an AF_XDP port. Frames of the pool wait in the fill ring for the kernel to receive
 * into, and lie in the transmit ring until it is done with them; no octet is copied here.
 *
 * <p>Only what does not fit into one slot is copied, to and from a large frame, and only where the
 * MTU asks for it.
 */
final class XdpQueue implements PortQueue {
    private static final int SLOT_SHIFT = Integer.numberOfTrailingZeros(FramePool.SMALL_SLOT);
    private static final int CONTINUED = 1;
    private static final int HAS_METADATA = 2;
    private static final int METADATA_CHECKSUM = 2;
    private static final int MSG_DONTWAIT = 0x40;
    private static final long RETRY_NS = 20_000;
    private static final long RETRY_DOWN_NS = 1_000_000;
    private static final long NEIGHBOURS_NS = 100_000;

    /** Octets of a frame in pieces that one piece has. */
    private static final int PIECE = FramePool.SMALL_SLOT - FramePool.PAYLOAD_START;

    private final XdpPort port;
    private final int number;
    private final XdpSocket socket;
    private final @Nullable XdpNeighbours neighbours;
    private final FramePool pool;
    private final Counters counters;
    private final MemorySegment memory;
    private final int receivedChecksum;
    private final int waiting;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment state = Libc.newState(arena);
    private final MemorySegment nothing = arena.allocate(Long.BYTES);

    // How often the kernel holds each small frame: a frame may be on its way twice.
    private final byte[] lent;
    private int filled;
    private int unfinished;
    private long droppedBefore;
    // The large frame that gathers pieces until the last one comes.
    private int gathered = FramePool.NONE;
    private boolean isSkipping;
    private int refused;
    private boolean isDown;
    private long retryAtNs = Long.MAX_VALUE;
    private long neighboursAtNs;
    private boolean isOpen = true;

    /**
     * Over a socket that is bound.
     *
     * @param neighbours whose answers the kernel gets, where an address is shared and this is the
     *     first queue
     * @param receivedChecksum the state of the checksums of frames received
     * @param waiting how many frames are to wait for the kernel to fill
     */
    XdpQueue(
            XdpPort port,
            int number,
            XdpSocket socket,
            @Nullable XdpNeighbours neighbours,
            FramePool pool,
            Counters counters,
            int receivedChecksum,
            int waiting) {
        this.port = port;
        this.number = number;
        this.socket = socket;
        this.neighbours = neighbours;
        this.pool = pool;
        this.counters = counters;
        this.memory = pool.memory();
        this.receivedChecksum = receivedChecksum;
        this.waiting = waiting;
        this.lent = new byte[(int) (pool.smallOctets() >>> SLOT_SHIFT)];
        fill();
    }

    @Override
    public int receive(FrameBatch into, long nowNs) {
        reap();
        if (retryAtNs <= nowNs) {
            kick(nowNs);
            countRefused();
        }
        int before = into.count();
        if (neighbours != null && nowNs - neighboursAtNs >= NEIGHBOURS_NS) {
            neighboursAtNs = nowNs;
            neighbours.receive(pool, into, nowNs);
        }
        int count = Math.min(socket.receive.available(), into.room());
        if (count > 0) {
            receive(into, count, nowNs);
        }
        if (filled < waiting) {
            fill();
        }
        return into.count() - before;
    }

    private void receive(FrameBatch into, int count, long nowNs) {
        XdpRing ring = socket.receive;
        int received = 0;
        long octets = 0;
        for (int i = 0; i < count; i++) {
            int frame = take(ring.address(i), ring.length(i), ring.options(i));
            if (frame != FramePool.NONE) {
                pool.checksum(frame, receivedChecksum);
                pool.stamp(frame, nowNs);
                into.add(frame);
                octets += pool.length(frame);
                received++;
            }
        }
        ring.remove(count);
        filled -= count;
        if (filled == 0) {
            countDropped();
        }
        counters.add(Counter.FRAMES_RECEIVED, received);
        counters.add(Counter.OCTETS_RECEIVED, octets);
    }

    /** The frame that the kernel has filled. */
    private int take(long address, int length, int options) {
        int frame = (int) (address >>> SLOT_SHIFT);
        lent[frame]--;
        pool.range(frame, (int) address & (FramePool.SMALL_SLOT - 1), length);
        if ((options & CONTINUED) == 0 && gathered == FramePool.NONE && !isSkipping) {
            return frame;
        }
        return gather(frame, length, (options & CONTINUED) != 0);
    }

    /** Adds a piece to the large frame that gathers them; returns it when it is whole. */
    private int gather(int piece, int length, boolean isContinued) {
        if (gathered == FramePool.NONE && !isSkipping) {
            gathered = pool.allocateLarge();
            if (gathered == FramePool.NONE) {
                isSkipping = true;
                counters.increment(Counter.PORT_NO_FRAME);
            } else {
                pool.range(gathered, FramePool.RECEIVE_START, 0);
            }
        }
        if (!isSkipping) {
            if (length <= pool.tailroom(gathered)) {
                long end = pool.data(gathered) + pool.length(gathered);
                Octets.copy(memory, pool.data(piece), memory, end, length);
                pool.length(gathered, pool.length(gathered) + length);
            } else {
                pool.release(gathered);
                isSkipping = true;
                counters.increment(Counter.PORT_TOO_LONG);
            }
        }
        pool.release(piece);
        if (isContinued) {
            return FramePool.NONE;
        }
        int whole = isSkipping ? FramePool.NONE : gathered;
        gathered = FramePool.NONE;
        isSkipping = false;
        return whole;
    }

    /** Sees to it that enough frames wait for the kernel, as far as the pool has them. */
    private void fill() {
        XdpRing ring = socket.fill;
        for (int i = waiting - filled; i > 0; i--) {
            int frame = pool.allocate();
            if (frame == FramePool.NONE) {
                break;
            }
            lent[frame]++;
            ring.put((long) frame << SLOT_SHIFT);
            filled++;
        }
        ring.publish();
        if (ring.needsWakeup()) {
            // It receives nothing, but tells the driver that there are frames again.
            Libc.read(state, socket.descriptor(), nothing.address(), 1);
        }
    }

    /** All frames that waited were used up at once, so some may have found none. */
    private void countDropped() {
        long dropped = socket.dropped();
        counters.add(Counter.PORT_NO_FRAME, dropped - droppedBefore);
        droppedBefore = dropped;
    }

    @Override
    public int transmit(FrameBatch from, long nowNs) {
        reap();
        int count = from.count();
        int accepted = isDown ? refuseWhileDown(from, nowNs) : 0;
        long octets = 0;
        int sent = 0;
        while (accepted < count) {
            int frame = from.get(accepted);
            int length = pool.length(frame);
            int result = pool.isLarge(frame) ? putInPieces(frame, length) : put(frame, length);
            if (result < 0) {
                break;
            }
            sent += result;
            octets += result == 0 ? 0 : length;
            accepted++;
        }
        from.removeFirst(accepted);
        if (sent > 0) {
            socket.transmit.publish();
            kick(nowNs);
        } else if (retryAtNs <= nowNs) {
            kick(nowNs);
        }
        counters.add(Counter.FRAMES_SENT, sent - Math.min(sent, refused));
        counters.add(Counter.OCTETS_SENT, octets);
        countRefused();
        return accepted;
    }

    /** Puts a small frame into the ring; returns 1, or -1 when the ring is full. */
    private int put(int frame, int length) {
        XdpRing ring = socket.transmit;
        if (ring.room(1) == 0 || completionRoom() == 0) {
            return -1;
        }
        long at = pool.data(frame);
        int options = 0;
        if (pool.checksum(frame) == FramePool.CHECKSUM_NEEDED) {
            options = leaveChecksum(frame, at, length);
        }
        lend(frame, at, length, options);
        return 1;
    }

    private void lend(int frame, long at, int length, int options) {
        lent[frame]++;
        unfinished++;
        socket.transmit.put(at, length, options);
    }

    private int completionRoom() {
        return socket.completion.size() - unfinished;
    }

    /**
     * Leaves the checksum to the device by words in front of the frame, where other holders have
     * nothing; where a frame's headers leave no room for them, makes it here.
     */
    private int leaveChecksum(int frame, long at, int length) {
        if (pool.headroom(frame) < XdpSocket.METADATA) {
            boolean isMade =
                    Segmentation.completeChecksum(
                            memory,
                            at,
                            length,
                            pool.checksumStart(frame),
                            pool.checksumOffset(frame));
            assert isMade : frame;
            return 0;
        }
        // struct xsk_tx_metadata: flags (long), start and offset of the checksum (short), a time
        // (long).
        Octets.putNative64(memory, at - 24, METADATA_CHECKSUM);
        Octets.putNative64(
                memory, at - 16, pool.checksumStart(frame) | pool.checksumOffset(frame) << 16);
        Octets.putNative64(memory, at - 8, 0);
        return HAS_METADATA;
    }

    /**
     * Copies a large frame, which is not in the kernel's sight, to small ones; returns 1, 0 when it
     * can never be sent, or -1 when there is no room now.
     */
    private int putInPieces(int frame, int length) {
        int pieces = (length + PIECE - 1) / PIECE;
        if (pieces > 1 && !port.isScattered()) {
            counters.increment(Counter.PORT_TOO_LONG);
            pool.release(frame);
            return 0;
        }
        if (pool.freeSmallCount() < pieces
                || socket.transmit.room(pieces) < pieces
                || completionRoom() < pieces) {
            return -1;
        }
        for (int done = 0; done < length; done += PIECE) {
            int part = Math.min(PIECE, length - done);
            int piece = pool.allocate();
            pool.length(piece, part);
            Octets.copy(memory, pool.data(frame) + done, memory, pool.data(piece), part);
            int options = done + part < length ? CONTINUED : 0;
            if (done == 0 && pool.checksum(frame) == FramePool.CHECKSUM_NEEDED) {
                pool.offload(piece, pool.offload(frame));
                options |= leaveChecksum(piece, pool.data(piece), part);
            }
            lend(piece, pool.data(piece), part, options);
        }
        pool.release(frame);
        return 1;
    }

    /** Releases what the kernel has sent. */
    private void reap() {
        if (unfinished == 0) {
            return;
        }
        XdpRing ring = socket.completion;
        int count = ring.available();
        for (int i = 0; i < count; i++) {
            int frame = (int) (ring.address(i) >>> SLOT_SHIFT);
            lent[frame]--;
            pool.release(frame);
        }
        if (count > 0) {
            ring.remove(count);
            unfinished -= count;
        }
    }

    /** Has the kernel send what is in the ring, where it waits for a call. */
    private void kick(long nowNs) {
        XdpRing ring = socket.transmit;
        retryAtNs = Long.MAX_VALUE;
        if (!ring.needsWakeup()) {
            return;
        }
        int pending = ring.pending();
        for (int attempts = pending; attempts > 0 && pending > 0; attempts--) {
            long result = Libc.send(state, socket.descriptor(), 0, 0, MSG_DONTWAIT);
            int left = ring.pending();
            isDown = isDown(result);
            if (result == -Errno.EBUSY) {
                // One frame went nowhere: the link has no carrier.
                refused++;
            } else if (left == pending) {
                // No memory for more, nor room for the completions; or the driver goes on by
                // itself, and then the next call is one too many.
                retryAtNs = nowNs + (isDown ? RETRY_DOWN_NS : RETRY_NS);
                return;
            }
            pending = left;
            reap();
        }
        if (pending > 0) {
            retryAtNs = nowNs + RETRY_NS;
        }
    }

    private static boolean isDown(long result) {
        return result == -Errno.ENETDOWN || result == -Errno.ENXIO || result == -Errno.ENODEV;
    }

    /** Nothing queues up for an interface that is down; what is in the ring has to wait. */
    private int refuseWhileDown(FrameBatch from, long nowNs) {
        kick(nowNs);
        if (!isDown) {
            return 0;
        }
        int count = from.count();
        for (int i = 0; i < count; i++) {
            pool.release(from.get(i));
        }
        counters.add(Counter.PORT_TRANSMIT_ERROR, count);
        return count;
    }

    private void countRefused() {
        if (refused > 0) {
            counters.add(Counter.PORT_TRANSMIT_ERROR, refused);
            refused = 0;
        }
    }

    /** What the kernel did not take at once is tried again soon. */
    @Override
    public long nextDeadlineNs() {
        return retryAtNs;
    }

    @Override
    public int pollDescriptor() {
        return socket.descriptor();
    }

    @Override
    public int[] pollDescriptors() {
        return neighbours == null
                ? new int[] {socket.descriptor()}
                : new int[] {socket.descriptor(), neighbours.descriptor()};
    }

    @Override
    public void close() {
        if (!isOpen) {
            return;
        }
        isOpen = false;
        kick(0);
        port.onQueueClosed(number);
        socket.close();
        for (int frame = 0; frame < lent.length; frame++) {
            for (; lent[frame] > 0; lent[frame]--) {
                pool.release(frame);
            }
        }
        if (gathered != FramePool.NONE) {
            pool.release(gathered);
            gathered = FramePool.NONE;
        }
        arena.close();
    }
}
