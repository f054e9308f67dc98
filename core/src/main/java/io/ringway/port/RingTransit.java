package io.ringway.port;

import io.ringway.memory.Counters;
import io.ringway.memory.FrameBatch;
import io.ringway.memory.FramePool;
import io.ringway.memory.Octets;
import io.ringway.memory.PaddedLong;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * Frames in transit between two ends on threads of their own: a ring of octets that belongs to
 * neither pool. The sender copies a frame in and may forget it; the receiver copies it out, into a
 * frame of its own pool.
 *
 * <pre>
 *  0   length (int)       octets of the frame, or SKIP: the next record is at the start of the ring
 *  8   offload (long)     the frame's offload word
 *  16  arrival (long)     when it may be received
 *  32  the frame
 * </pre>
 *
 * <p>Records begin on cache lines. Positions are octets since the start and only grow.
 */
final class RingTransit implements Transit {
    private static final int HEADER = 32;
    private static final int LINE = 64;
    private static final int SKIP = -1;

    private final MemorySegment memory;
    private final int capacity;
    private final boolean isTimed;

    // The sender's.
    private final PaddedLong tail = new PaddedLong();
    private long end;
    private long knownHead;

    // The receiver's.
    private final PaddedLong head = new PaddedLong();
    private long knownTail;
    private @Nullable FramePool frames;

    private volatile boolean isAttached;

    /**
     * A ring of at least {@code octets} octets.
     *
     * @param isTimed whether the receiver looks at the arrival times; without, a frame is
     *     receivable at once though the receiver's clock is behind the sender's
     */
    RingTransit(int octets, boolean isTimed) {
        this.capacity = Integer.highestOneBit(octets - 1) << 1;
        this.memory = Arena.ofAuto().allocate(capacity, LINE);
        this.isTimed = isTimed;
    }

    private static int recordLength(int length) {
        return HEADER + length + LINE - 1 & -LINE;
    }

    @Override
    public boolean hasRoom(int count, long octets) {
        // Each record may need a line more than its octets, and one of them may not fit before the
        // end of the ring.
        long needed = octets + (long) count * (HEADER + LINE);
        long skipped = capacity - (end & capacity - 1);
        return isFree(skipped < needed ? needed + skipped : needed);
    }

    private boolean isFree(long octets) {
        if (end + octets - knownHead <= capacity) {
            return true;
        }
        knownHead = head.getAcquire();
        return end + octets - knownHead <= capacity;
    }

    @Override
    public long reserve(int length) {
        int record = recordLength(length);
        long untilWrap = capacity - (end & capacity - 1);
        if (record > untilWrap) {
            if (!isFree(untilWrap + record)) {
                return NO_ROOM;
            }
            Octets.putNative32(memory, end & capacity - 1, SKIP);
            end += untilWrap;
        } else if (!isFree(record)) {
            return NO_ROOM;
        }
        return (end & capacity - 1) + HEADER;
    }

    @Override
    public MemorySegment memory() {
        return memory;
    }

    @Override
    public void commit(int length, long offload, long arrivalNs) {
        long record = end & capacity - 1;
        Octets.putNative32(memory, record, length);
        Octets.putNative64(memory, record + 8, offload);
        Octets.putNative64(memory, record + 16, arrivalNs);
        end += recordLength(length);
    }

    @Override
    public void publish() {
        tail.setRelease(end);
    }

    @Override
    public int count() {
        // Bounded by octets instead: hasRoom and reserve say when it is full.
        return 0;
    }

    @Override
    public void attach(FramePool pool, Counters counters) {
        frames = pool;
        isAttached = true;
    }

    @Override
    public void detach() {
        isAttached = false;
        head.setRelease(tail.getAcquire());
        frames = null;
    }

    @Override
    public boolean isAttached() {
        return isAttached;
    }

    @Override
    public int receive(FrameBatch into, long nowNs) {
        FramePool pool = Objects.requireNonNull(frames, "the queue is closed");
        long position = head.get();
        int room = into.room();
        int received = 0;
        while (received < room && hasRecordAt(position)) {
            long record = position & capacity - 1;
            int length = Octets.native32(memory, record);
            if (length == SKIP) {
                position += capacity - record;
                continue;
            }
            if (isTimed && Octets.native64(memory, record + 16) > nowNs) {
                break;
            }
            int frame = copyOut(pool, record, length, nowNs);
            if (frame == FramePool.NONE) {
                // The pool is empty: like a device without buffers, but with a ring that the sender
                // sees fill up.
                break;
            }
            into.add(frame);
            received++;
            position += recordLength(length);
        }
        head.setRelease(position);
        return received;
    }

    private boolean hasRecordAt(long position) {
        if (position < knownTail) {
            return true;
        }
        knownTail = tail.getAcquire();
        return position < knownTail;
    }

    private int copyOut(FramePool pool, long record, int length, long nowNs) {
        int frame =
                FramePool.RECEIVE_START + length <= FramePool.SMALL_SLOT
                        ? pool.allocate()
                        : pool.allocateLarge();
        if (frame != FramePool.NONE) {
            long at = pool.slot(frame) + FramePool.RECEIVE_START;
            Octets.copy(memory, record + HEADER, pool.memory(), at, length);
            pool.range(frame, FramePool.RECEIVE_START, length);
            pool.offload(frame, Octets.native64(memory, record + 8));
            pool.stamp(frame, isTimed ? Octets.native64(memory, record + 16) : nowNs);
        }
        return frame;
    }

    @Override
    public long nextArrivalNs() {
        long position = head.get();
        while (hasRecordAt(position)) {
            long record = position & capacity - 1;
            if (Octets.native32(memory, record) != SKIP) {
                return Octets.native64(memory, record + 16);
            }
            position += capacity - record;
        }
        return Long.MAX_VALUE;
    }
}
