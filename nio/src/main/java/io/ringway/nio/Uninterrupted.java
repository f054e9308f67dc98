package io.ringway.nio;

import io.ringway.TcpSocket;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.MemorySegment;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;

/**
 * Reads and writes as {@link java.net.Socket} has them: an interrupt does not end them where a
 * platform thread waits, but where a virtual one does; then the {@code Socket} closes itself.
 */
final class Uninterrupted {
    private Uninterrupted() {}

    /** Reads at least one octet; waits for at most {@code timeoutMs}, or for ever when it is 0. */
    static int read(
            SocketDoor door, TcpSocket socket, byte[] into, int offset, int length, int timeoutMs)
            throws IOException {
        boolean isInterrupted = false;
        long deadlineNs = System.nanoTime() + timeoutMs * 1_000_000L;
        try {
            while (true) {
                try {
                    socket.readTimeout(left(timeoutMs, deadlineNs));
                    return socket.read(into, offset, length);
                } catch (SocketTimeoutException late) {
                    throw new SocketTimeoutException("Read timed out");
                } catch (InterruptedIOException interrupted) {
                    isInterrupted |= goOn(interrupted);
                }
            }
        } catch (SocketException ended) {
            throw door.isClosed() ? closed(ended) : Failures.ofRead(socket, ended);
        } finally {
            restore(isInterrupted);
        }
    }

    private static Duration left(int timeoutMs, long deadlineNs) {
        return timeoutMs == 0
                ? Duration.ZERO
                : Duration.ofNanos(Math.max(1, deadlineNs - System.nanoTime()));
    }

    static void write(SocketDoor door, TcpSocket socket, byte[] from, int offset, int length)
            throws IOException {
        boolean isInterrupted = false;
        MemorySegment memory = MemorySegment.ofArray(from);
        int written = 0;
        try {
            while (written < length) {
                try {
                    socket.write(memory, offset + written, length - written);
                    written = length;
                } catch (InterruptedIOException interrupted) {
                    written += interrupted.bytesTransferred;
                    isInterrupted |= goOn(interrupted);
                }
            }
        } catch (SocketException ended) {
            throw door.isClosed() ? closed(ended) : Failures.ofWrite(socket, ended);
        } finally {
            restore(isInterrupted);
        }
    }

    /** Forgets the interrupt, until the call is over; but for a virtual thread. */
    static boolean goOn(InterruptedIOException interrupted) throws InterruptedIOException {
        if (Thread.currentThread().isVirtual()) {
            throw interrupted;
        }
        return Thread.interrupted();
    }

    private static SocketException closed(SocketException ended) {
        return new SocketException("Socket closed", ended);
    }

    private static void restore(boolean isInterrupted) {
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
