package io.ringway.nio;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The octets of a pipe that are written and not read, at most 64 KiB as Linux has it. */
final class PipeBuffer {
    private static final int CAPACITY = 64 * 1024;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition readable = lock.newCondition();
    private final Condition writable = lock.newCondition();
    private final Watchers readers = new Watchers();
    private final Watchers writers = new Watchers();

    private byte[] octets = {};
    private int first;
    private volatile int count;
    private volatile boolean isSourceClosed;
    private volatile boolean isSinkClosed;

    Watchers readers() {
        return readers;
    }

    Watchers writers() {
        return writers;
    }

    /** Whether a read would not block. */
    boolean isReadable() {
        return count > 0 || isSinkClosed;
    }

    /** Whether a write would not block. */
    boolean isWritable() {
        return count < CAPACITY || isSourceClosed;
    }

    /**
     * Reads what is there.
     *
     * @param isWaiting whether to wait for the first octet
     * @return how many octets, 0 when there are none, also because an end was closed or the thread
     *     interrupted while it waited; -1 at the end of the stream
     */
    int read(ByteBuffer into, boolean isWaiting) {
        if (!into.hasRemaining()) {
            return 0;
        }
        lock.lock();
        try {
            while (isWaiting && !isReadable() && !isSourceClosed) {
                if (!await(readable)) {
                    return 0;
                }
            }
            if (count == 0) {
                return isSinkClosed ? -1 : 0;
            }
            int taken = take(into);
            writable.signalAll();
            return taken;
        } finally {
            lock.unlock();
            writers.fire(SelectionKey.OP_WRITE);
        }
    }

    /** Waits; false when the thread was interrupted, which it then still is. */
    @SuppressWarnings("WaitNotInLoop") // Those who call it loop.
    private static boolean await(Condition condition) {
        try {
            condition.await();
            return true;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // Under the lock.
    private int take(ByteBuffer into) {
        int total = 0;
        while (count > 0 && into.hasRemaining()) {
            int piece = Math.min(Math.min(count, octets.length - first), into.remaining());
            into.put(octets, first, piece);
            first = first + piece == octets.length ? 0 : first + piece;
            count -= piece;
            total += piece;
        }
        return total;
    }

    /**
     * Writes what there is room for.
     *
     * @param isWaiting whether to wait until all is written
     * @return how many octets; fewer than all when the sink was closed or the thread interrupted
     * @throws IOException when the source is closed: nobody will ever read it
     */
    int write(ByteBuffer from, boolean isWaiting) throws IOException {
        int total = 0;
        lock.lock();
        try {
            do {
                if (isSourceClosed) {
                    throw new IOException("Broken pipe");
                }
                total += put(from);
                readable.signalAll();
            } while (isWaiting && from.hasRemaining() && !isSinkClosed && await(writable));
            return total;
        } finally {
            lock.unlock();
            readers.fire(SelectionKey.OP_READ);
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // Under the lock.
    private int put(ByteBuffer from) {
        if (octets.length == 0 && from.hasRemaining()) {
            octets = new byte[CAPACITY];
        }
        int total = 0;
        while (count < octets.length && from.hasRemaining()) {
            int end = first + count < octets.length ? first + count : first + count - octets.length;
            int room = Math.min(octets.length - count, octets.length - end);
            int piece = Math.min(room, from.remaining());
            from.get(octets, end, piece);
            count += piece;
            total += piece;
        }
        return total;
    }

    void closeSource() {
        lock.lock();
        try {
            isSourceClosed = true;
            readable.signalAll();
            writable.signalAll();
        } finally {
            lock.unlock();
        }
        writers.fire(SelectionKey.OP_WRITE);
    }

    void closeSink() {
        lock.lock();
        try {
            isSinkClosed = true;
            readable.signalAll();
            writable.signalAll();
        } finally {
            lock.unlock();
        }
        readers.fire(SelectionKey.OP_READ);
    }
}
