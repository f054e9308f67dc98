package io.ringway.memory;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;

/**
 * A bounded stream of octets from one thread to one other, without locks: between a lane and
 * whoever talks to it. It has no memory of its own: octets lie in chunks that are borrowed from a
 * {@link ChunkPool} and given back as soon as they are read, so that a ring at rest costs nothing
 * but this object.
 *
 * <p>Each side knows only a bound. The reader knows that at least so many octets are there ({@link
 * #readable}), the writer that there is at least so much room ({@link #writable}); both look at the
 * other's position only when what they know is not enough (after Lamport, "Specifying Concurrent
 * Program Modules", 1983).
 *
 * <p>The last chunk is the writer's to fill and the reader's to give back. So the writer says by
 * one atomic step that it is going to write, and the reader, which has read everything, that it
 * takes the chunk away: whoever comes second sees the other.
 */
public final class ByteRing {
    private static final VarHandle TAIL = handle("tail", long.class);
    private static final VarHandle HEAD = handle("head", long.class);
    private static final VarHandle ROOM_WANTED = handle("roomWanted", int.class);

    /** In the tail: the reader gave back the last chunk; the writer begins with another. */
    private static final int RETIRED = 1;

    /** In the tail: the writer is filling the last chunk. */
    private static final int WRITING = 2;

    private static final int COUNT_SHIFT = 2;

    private final ChunkPool pool;
    private final int capacity;

    // Octets written so far, and the two flags.
    @SuppressWarnings("UnusedVariable") // Used by its handle.
    private long tail = RETIRED;

    // The chunk that begins a ring which had none; published with the tail.
    private @Nullable Chunk entry;

    // What room the writer waits for; 0 when it does not. Only the writer changes it.
    private int roomWanted;

    // The writer's.
    private long written;
    private long knownHead;
    private @Nullable Chunk last;
    private int filled;

    // The reader's, and the octets read so far.
    private long read;
    private long knownTail;
    private @Nullable Chunk first;
    private int taken;

    @SuppressWarnings("UnusedVariable") // Read by its handle.
    private long head;

    private static VarHandle handle(String field, Class<?> type) {
        try {
            return MethodHandles.lookup().findVarHandle(ByteRing.class, field, type);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** A ring that holds up to {@code capacity} octets, in chunks of {@code pool}. */
    public ByteRing(ChunkPool pool, int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException(
                    "a ring holds at least 1 octet; given a capacity of " + capacity);
        }
        this.pool = pool;
        this.capacity = capacity;
    }

    public int capacity() {
        return capacity;
    }

    /** How many octets there is room for, or less. Only the writer. */
    public int writable() {
        knownHead = (long) HEAD.getAcquire(this);
        return capacity - (int) (written - knownHead);
    }

    /**
     * Appends as many octets as there is room for, and lets the reader see them. Only the writer.
     *
     * @return how many, 0 to {@code length}
     */
    public int write(MemorySegment from, long offset, int length) {
        int room = capacity - (int) (written - knownHead);
        if (room < length) {
            room = writable();
        }
        int count = Math.min(room, length);
        if (count <= 0) {
            return 0;
        }
        if (roomWanted != 0) {
            ROOM_WANTED.setOpaque(this, 0);
        }
        claim();
        append(from, offset, count);
        written += count;
        TAIL.setRelease(this, written << COUNT_SHIFT);
        return count;
    }

    private void claim() {
        long seen = (long) TAIL.getOpaque(this);
        if ((seen & RETIRED) == 0 && TAIL.compareAndSet(this, seen, seen | WRITING)) {
            return;
        }
        // The reader has nothing, and looks for the entry when the tail has moved.
        last = pool.borrow();
        entry = last;
        filled = 0;
    }

    private void append(MemorySegment from, long offset, int count) {
        Chunk chunk = Objects.requireNonNull(last);
        int copied = 0;
        while (copied < count) {
            if (filled == Chunk.OCTETS) {
                Chunk fresh = pool.borrow();
                chunk.next = fresh;
                chunk = fresh;
                filled = 0;
            }
            int piece = Math.min(count - copied, Chunk.OCTETS - filled);
            MemorySegment.copy(from, offset + copied, chunk.memory, filled, piece);
            filled += piece;
            copied += piece;
        }
        last = chunk;
    }

    /**
     * Says that the writer waits until there is room for {@code octets}; or finds that there is by
     * now, and says nothing. Only the writer.
     *
     * <p>The writer says that it waits, fences and looks at the reader's position; the reader moves
     * its position, fences and looks whether the writer waits: one of them sees the other.
     *
     * @return whether there is so much room
     */
    public boolean awaitRoom(int octets) {
        ROOM_WANTED.setOpaque(this, octets);
        VarHandle.fullFence();
        if (writable() < octets) {
            return false;
        }
        ROOM_WANTED.setOpaque(this, 0);
        return true;
    }

    /**
     * Whether the writer waits for room, and there is as much as it wants: then it is to be told.
     * Only the reader, when it has read.
     */
    public boolean isRoomDue() {
        VarHandle.fullFence();
        int wanted = (int) ROOM_WANTED.getOpaque(this);
        return wanted != 0 && size() <= capacity - wanted;
    }

    /** How many octets there are to read, or less. Only the reader. */
    public int readable() {
        knownTail = (long) TAIL.getAcquire(this) >>> COUNT_SHIFT;
        return (int) (knownTail - read);
    }

    /**
     * Takes up to {@code length} octets. Only the reader.
     *
     * @return how many, 0 when there are none
     */
    public int read(MemorySegment into, long offset, int length) {
        int copied = 0;
        while (copied < length) {
            int piece = Math.min(viewLength(), length - copied);
            if (piece == 0) {
                break;
            }
            MemorySegment.copy(view(), taken, into, offset + copied, piece);
            taken += piece;
            read += piece;
            copied += piece;
        }
        if (copied > 0) {
            releaseRead();
        }
        return copied;
    }

    /**
     * How many octets lie together at {@link #viewOffset} of {@link #view}; 0 only when there are
     * none to read. Only the reader, as all that follows.
     */
    public int viewLength() {
        if (read == knownTail && readable() == 0) {
            return 0;
        }
        if (first == null) {
            first = Objects.requireNonNull(entry);
            taken = 0;
        } else if (taken == Chunk.OCTETS) {
            Chunk next = Objects.requireNonNull(first.next);
            pool.release(first);
            first = next;
            taken = 0;
        }
        return (int) Math.min(knownTail - read, Chunk.OCTETS - taken);
    }

    /** Where the first octets lie, after a {@link #viewLength} that was not 0. */
    public MemorySegment view() {
        return Objects.requireNonNull(first).memory;
    }

    /** Where in {@link #view} they begin. */
    public int viewOffset() {
        return taken;
    }

    /** Takes {@code octets} of the view, which ends with it. */
    public void consume(int octets) {
        assert octets >= 0 && octets <= knownTail - read && octets <= Chunk.OCTETS - taken : octets;
        if (octets > 0) {
            taken += octets;
            read += octets;
            releaseRead();
        }
    }

    private void releaseRead() {
        HEAD.setRelease(this, read);
        if (read == knownTail
                && TAIL.compareAndSet(this, read << COUNT_SHIFT, read << COUNT_SHIFT | RETIRED)) {
            pool.release(Objects.requireNonNull(first));
            first = null;
        }
    }

    /** Throws away all that is there. */
    public void clear() {
        for (int length = viewLength(); length > 0; length = viewLength()) {
            consume(length);
        }
    }

    /** Octets written since the beginning. Any thread. */
    public long writtenPosition() {
        return (long) TAIL.getAcquire(this) >>> COUNT_SHIFT;
    }

    /** Octets read since the beginning. Any thread. */
    public long readPosition() {
        return (long) HEAD.getAcquire(this);
    }

    /** Octets that are written and not read, about. Any thread. */
    public int size() {
        // The head first: it cannot overtake the tail that is read later.
        long from = readPosition();
        return (int) Math.min(capacity, writtenPosition() - from);
    }

    public boolean isEmpty() {
        return size() == 0;
    }

    /** Whether it holds no memory. Any thread. */
    public boolean isAtRest() {
        return ((long) TAIL.getAcquire(this) & RETIRED) != 0;
    }
}
