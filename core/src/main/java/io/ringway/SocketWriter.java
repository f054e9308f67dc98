package io.ringway;

import io.ringway.memory.ByteRing;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.MemorySegment;
import java.net.SocketException;
import java.util.concurrent.locks.ReentrantLock;

/** The threads that write to a socket, one after the other. */
final class SocketWriter {
    private final ReentrantLock turn = new ReentrantLock();

    /** Writes all octets, and waits for room where there is none. */
    void write(LaneSocket to, MemorySegment from, long offset, int length) throws IOException {
        SocketReader.take(turn);
        try {
            int written = put(to, from, offset, length);
            while (written < length) {
                await(to, length - written, written);
                written += put(to, from, offset + written, length - written);
            }
        } finally {
            turn.unlock();
        }
    }

    /** Writes what there is room for, and returns how many octets that were. */
    int writeNow(LaneSocket to, MemorySegment from, long offset, int length) throws IOException {
        SocketReader.take(turn);
        try {
            return put(to, from, offset, length);
        } finally {
            turn.unlock();
        }
    }

    /** Writes an octet that is urgent, if there is room. */
    boolean writeUrgentNow(LaneSocket to, byte octet) throws IOException {
        SocketReader.take(turn);
        try {
            requireOpen(to);
            ByteRing ring = to.output();
            if (ring.writable() == 0) {
                return false;
            }
            // Before the octet, so that who sees the octet sees this.
            to.urgent().send(ring.writtenPosition() + 1);
            return put(to, MemorySegment.ofArray(new byte[] {octet}), 0, 1) == 1;
        } finally {
            turn.unlock();
        }
    }

    private static int put(LaneSocket to, MemorySegment from, long offset, int length)
            throws SocketException {
        requireOpen(to);
        int taken = to.output().write(from, offset, length);
        if (taken > 0) {
            to.send().post();
        }
        return taken;
    }

    private static void requireOpen(LaneSocket to) throws SocketException {
        if (to.isLetGo()) {
            throw SocketErrors.closed();
        }
        if (to.isOutputShut()) {
            throw SocketErrors.outputShut();
        }
        if (to.isOutputOver()) {
            throw SocketErrors.over(to.reason());
        }
    }

    private static void await(LaneSocket to, int wanted, int written) throws IOException {
        to.requireOffLane();
        ByteRing ring = to.output();
        int room = Math.min(wanted, Math.max(1, ring.capacity() / 4));
        try {
            to.send().await(ring.writtenPosition() + room - ring.capacity(), SocketNote.NEVER);
        } catch (InterruptedIOException interrupted) {
            interrupted.bytesTransferred = written;
            throw interrupted;
        }
        if (to.isLetGo()) {
            throw SocketErrors.closedWhileWaiting();
        }
    }
}
