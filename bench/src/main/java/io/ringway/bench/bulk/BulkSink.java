package io.ringway.bench.bulk;

import io.ringway.TcpConnection;
import io.ringway.TcpHandler;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Copies what comes into memory of its own, as an application does that wants it whole. */
final class BulkSink implements TcpHandler {
    private static final int BUFFER = 1 << 16;

    private final MemorySegment buffer = Arena.ofAuto().allocate(BUFFER, 64);
    private final Pattern pattern;
    private boolean isChecking = true;
    private long received;

    BulkSink(Pattern pattern) {
        this.pattern = pattern;
    }

    /** Whether every octet is compared with what was sent. */
    void isChecking(boolean value) {
        isChecking = value;
    }

    /** Octets copied so far. */
    long received() {
        return received;
    }

    @Override
    public void onReadable(TcpConnection connection) {
        int count;
        while ((count = connection.read(buffer, 0, BUFFER)) > 0) {
            if (isChecking) {
                pattern.check(buffer, 0, count, received);
            }
            received += count;
        }
    }
}
