package io.ringway.nio;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.spi.SelectorProvider;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/** The end of a pipe that is written. */
final class PipeSink extends Pipe.SinkChannel implements SelectableDoor {
    private final PipeBuffer buffer;
    private final ReentrantLock writing = new ReentrantLock();

    PipeSink(SelectorProvider provider, PipeBuffer buffer) {
        super(provider);
        this.buffer = buffer;
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        Objects.requireNonNull(from);
        writing.lock();
        try {
            requireOpen();
            if (!isBlocking()) {
                return buffer.write(from, false);
            }
            boolean isDone = false;
            begin();
            try {
                int count = buffer.write(from, true);
                isDone = !from.hasRemaining();
                return count;
            } finally {
                if (Interrupts.isUntold(this, isDone)) {
                    begin();
                }
                end(isDone);
            }
        } finally {
            writing.unlock();
        }
    }

    private void requireOpen() throws ClosedChannelException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
    }

    @Override
    public long write(ByteBuffer[] from, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, from.length);
        writing.lock();
        try {
            requireOpen();
            long total = 0;
            for (int i = offset; i < offset + length; i++) {
                total += write(from[i]);
                if (from[i].hasRemaining()) {
                    break;
                }
            }
            return total;
        } finally {
            writing.unlock();
        }
    }

    @Override
    public long write(ByteBuffer[] from) throws IOException {
        return write(from, 0, from.length);
    }

    @Override
    protected void implCloseSelectableChannel() {
        buffer.closeSink();
    }

    @Override
    protected void implConfigureBlocking(boolean isBlocking) throws IOException {
        // What waits in the other mode ends first.
        writing.lock();
        try {
            requireOpen();
        } finally {
            writing.unlock();
        }
    }

    @Override
    public int readyOps(int interest) {
        return buffer.isWritable() ? interest & SelectionKey.OP_WRITE : 0;
    }

    @Override
    public Watchers watchers() {
        return buffer.writers();
    }

    /** The watchers hear of everything. */
    @Override
    public void arm(int interest) {}

    @Override
    public @Nullable SelectableChannel kernel() {
        return null;
    }
}
