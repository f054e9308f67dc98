package io.ringway;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.MemorySegment;
import java.net.SocketException;
import java.util.concurrent.locks.ReentrantLock;

/** The threads that read from a socket, one after the other. */
final class SocketReader {
    private static final long NOT_AT_ALL = -1;

    private final ReentrantLock turn = new ReentrantLock();
    private volatile long timeoutNs;

    /** How long a read waits at most; 0 is for ever. */
    void timeout(long ns) {
        timeoutNs = ns;
    }

    /** Waits for its turn at {@code lock}. */
    static void take(ReentrantLock lock) throws InterruptedIOException {
        if (!lock.tryLock()) {
            try {
                lock.lockInterruptibly();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while another thread had its turn");
            }
        }
    }

    /**
     * Reads what is there, and waits for the first octet if that is wanted.
     *
     * @return how many octets, 0 when there are none, or -1 at the end of the stream
     */
    int read(LaneSocket from, MemorySegment into, long offset, int length, boolean isBlocking)
            throws IOException {
        return read(from, into, offset, length, isBlocking ? timeoutNs : NOT_AT_ALL);
    }

    /** The same, waiting for at most {@code waitNs}; 0 is for ever. */
    int read(LaneSocket from, MemorySegment into, long offset, int length, long waitNs)
            throws IOException {
        if (length == 0) {
            return 0;
        }
        take(turn);
        try {
            int count = readThere(from, into, offset, length);
            if (count == 0 && waitNs != NOT_AT_ALL) {
                await(from, waitNs);
                count = readThere(from, into, offset, length);
            }
            return count;
        } finally {
            turn.unlock();
        }
    }

    private static int readThere(LaneSocket from, MemorySegment into, long offset, int length)
            throws SocketException {
        if (from.isLetGo()) {
            throw SocketErrors.closed();
        }
        if (from.isInputShut()) {
            return -1;
        }
        // Whether it is over is asked first: the lane says so behind the last octet.
        boolean isOver = from.isInputOver();
        int count = from.input().read(into, offset, length);
        if (count > 0) {
            from.afterRead();
            return count;
        }
        if (!isOver || from.isEndOfInput()) {
            return isOver ? -1 : 0;
        }
        throw SocketErrors.over(from.reason());
    }

    private static void await(LaneSocket from, long ns) throws IOException {
        from.requireOffLane();
        long deadlineNs = ns == 0 ? SocketNote.NEVER : System.nanoTime() + ns;
        if (!from.received().await(from.input().readPosition() + 1, deadlineNs)) {
            throw SocketErrors.timedOut("nothing was received", ns);
        }
        if (from.isLetGo()) {
            throw SocketErrors.closedWhileWaiting();
        }
    }
}
