package io.ringway.nio;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.spi.SelectorProvider;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/** The end of a pipe that is read. */
final class PipeSource extends Pipe.SourceChannel implements SelectableDoor {
    private final PipeBuffer buffer;
    private final ReentrantLock reading = new ReentrantLock();

    PipeSource(SelectorProvider provider, PipeBuffer buffer) {
        super(provider);
        this.buffer = buffer;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        if (into.isReadOnly()) {
            throw new IllegalArgumentException("a read needs a buffer that is not read-only");
        }
        reading.lock();
        try {
            requireOpen();
            return isBlocking() ? await(into) : readNow(into);
        } finally {
            reading.unlock();
        }
    }

    private void requireOpen() throws ClosedChannelException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
    }

    private int await(ByteBuffer into) throws AsynchronousCloseException {
        int count = 0;
        begin();
        try {
            count = buffer.read(into, true);
            return count;
        } finally {
            if (Interrupts.isUntold(this, count > 0)) {
                begin();
            }
            end(count > 0);
        }
    }

    private int readNow(ByteBuffer into) {
        return buffer.read(into, false);
    }

    @Override
    public long read(ByteBuffer[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        reading.lock();
        try {
            requireOpen();
            long total = 0;
            for (int i = offset; i < offset + length; i++) {
                if (into[i].hasRemaining()) {
                    int count = total == 0 ? read(into[i]) : readNow(into[i]);
                    if (count < 0) {
                        return total == 0 ? -1 : total;
                    }
                    total += count;
                    if (into[i].hasRemaining()) {
                        break;
                    }
                }
            }
            return total;
        } finally {
            reading.unlock();
        }
    }

    @Override
    public long read(ByteBuffer[] into) throws IOException {
        return read(into, 0, into.length);
    }

    @Override
    protected void implCloseSelectableChannel() {
        buffer.closeSource();
    }

    @Override
    protected void implConfigureBlocking(boolean isBlocking) throws IOException {
        // What waits in the other mode ends first.
        reading.lock();
        try {
            requireOpen();
        } finally {
            reading.unlock();
        }
    }

    @Override
    public int readyOps(int interest) {
        return buffer.isReadable() ? interest & SelectionKey.OP_READ : 0;
    }

    @Override
    public Watchers watchers() {
        return buffer.readers();
    }

    /** The watchers hear of everything. */
    @Override
    public void arm(int interest) {}

    @Override
    public @Nullable SelectableChannel kernel() {
        return null;
    }
}
