package io.ringway.nio;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The channel that does not block below an asynchronous one, and what is under way on it: one
 * operation of the reading kind (read, accept) and one of the writing kind (write, connect).
 */
final class AsyncEndpoint {
    private static final int READING = SelectionKey.OP_READ | SelectionKey.OP_ACCEPT;

    private final AsyncGroup group;
    private final SelectableChannel channel;
    private final AtomicReference<@Nullable AsyncOperation<?, ?>> reading = new AtomicReference<>();
    private final AtomicReference<@Nullable AsyncOperation<?, ?>> writing = new AtomicReference<>();

    /**
     * @param channel which does not block from now on
     * @throws java.nio.channels.ShutdownChannelGroupException when the group takes no more
     */
    AsyncEndpoint(AsyncGroup group, SelectableChannel channel) throws IOException {
        this.group = group;
        this.channel = channel;
        SelectableChannel _ = channel.configureBlocking(false);
        group.add(this);
    }

    SelectableChannel channel() {
        return channel;
    }

    AsyncGroup group() {
        return group;
    }

    AtomicReference<@Nullable AsyncOperation<?, ?>> reading() {
        return reading;
    }

    AtomicReference<@Nullable AsyncOperation<?, ?>> writing() {
        return writing;
    }

    /** Goes on with what is ready, and returns what is still to be waited for. Reactor only. */
    int goOn(int readyOps) {
        int again = 0;
        if ((readyOps & READING) != 0) {
            again |= goOn(reading.get());
        }
        if ((readyOps & ~READING) != 0) {
            again |= goOn(writing.get());
        }
        return again;
    }

    private static int goOn(@Nullable AsyncOperation<?, ?> operation) {
        return operation == null || operation.goOn() ? 0 : operation.selectionOp();
    }

    /** Closes the channel, and fails what is under way. Does nothing the second time. */
    void close() throws IOException {
        try {
            channel.close();
        } finally {
            group.remove(this);
            fail(reading.get());
            fail(writing.get());
        }
    }

    private static void fail(@Nullable AsyncOperation<?, ?> operation) {
        if (operation != null) {
            operation.closed();
        }
    }

    void closeQuietly() {
        try {
            close();
        } catch (IOException failed) {
            // It is closed all the same, and who gave up does not want to know.
        }
    }
}
