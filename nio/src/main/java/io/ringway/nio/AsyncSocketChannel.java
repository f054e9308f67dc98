package io.ringway.nio;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.CompletionHandler;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.ReadPendingException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritePendingException;
import java.nio.channels.spi.AsynchronousChannelProvider;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** An asynchronous channel over a {@link SocketChannel} that does not block. */
final class AsyncSocketChannel extends AsynchronousSocketChannel {
    private final SocketChannel channel;
    private final AsyncEndpoint endpoint;
    private volatile boolean isConnecting;

    AsyncSocketChannel(
            AsynchronousChannelProvider provider, AsyncGroup group, SocketChannel channel)
            throws IOException {
        super(provider);
        this.channel = channel;
        this.endpoint = new AsyncEndpoint(group, channel);
    }

    static AsyncSocketChannel open(AsynchronousChannelProvider provider, AsyncGroup group)
            throws IOException {
        SocketChannel channel = group.channels().openSocketChannel();
        try {
            return new AsyncSocketChannel(provider, group, channel);
        } catch (IOException | RuntimeException failed) {
            channel.close();
            throw failed;
        }
    }

    // --- connecting ---

    @Override
    public <A> void connect(
            SocketAddress remote, A attachment, CompletionHandler<Void, ? super A> handler) {
        Objects.requireNonNull(handler, "handler");
        AsyncOperation.tell(connecting(remote), endpoint.group().pool(), attachment, handler);
    }

    @Override
    public Future<Void> connect(SocketAddress remote) {
        return connecting(remote);
    }

    private CompletableFuture<Void> connecting(SocketAddress remote) {
        if (!isOpen()) {
            return CompletableFuture.failedFuture(new ClosedChannelException());
        }
        if (channel.isConnected()) {
            throw new AlreadyConnectedException();
        }
        AsyncOperation<Boolean, Void> operation =
                new AsyncOperation<>(
                        endpoint,
                        endpoint.writing(),
                        SelectionKey.OP_CONNECT,
                        0,
                        TimeUnit.SECONDS,
                        () -> connectNow(remote),
                        _ -> null);
        if (!endpoint.writing().compareAndSet(null, operation)) {
            throw new ConnectionPendingException();
        }
        // What is wrong with the address is the caller's to hear at once.
        try {
            var _ = Addresses.check(remote, null);
        } catch (RuntimeException wrong) {
            endpoint.writing().set(null);
            throw wrong;
        }
        operation.start(endpoint.group().reactor());
        return operation.outcome();
    }

    private @Nullable Boolean connectNow(SocketAddress remote) throws IOException {
        try {
            boolean isConnected = isConnecting ? channel.finishConnect() : channel.connect(remote);
            isConnecting = true;
            return isConnected ? Boolean.TRUE : null;
        } catch (IOException | RuntimeException failed) {
            closeAfter(failed);
            throw failed;
        }
    }

    /** A channel that could not be connected is closed; who waits hears why, not that it is. */
    private void closeAfter(Exception failed) {
        try {
            channel.close();
        } catch (IOException also) {
            failed.addSuppressed(also);
        }
        endpoint.group().remove(endpoint);
    }

    // --- reading ---

    @Override
    public <A> void read(
            ByteBuffer into,
            long timeout,
            TimeUnit unit,
            A attachment,
            CompletionHandler<Integer, ? super A> handler) {
        Objects.requireNonNull(handler, "handler");
        AsyncOperation.tell(
                read(into, timeout, unit), endpoint.group().pool(), attachment, handler);
    }

    @Override
    public Future<Integer> read(ByteBuffer into) {
        return read(into, 0, TimeUnit.SECONDS);
    }

    private CompletableFuture<Integer> read(ByteBuffer into, long timeout, TimeUnit unit) {
        requireWritable(into);
        boolean isFull = !into.hasRemaining();
        return begin(
                endpoint.reading(),
                SelectionKey.OP_READ,
                timeout,
                unit,
                () -> {
                    int count = channel.read(into);
                    return count == 0 && !isFull ? null : count;
                });
    }

    @Override
    public <A> void read(
            ByteBuffer[] into,
            int offset,
            int length,
            long timeout,
            TimeUnit unit,
            A attachment,
            CompletionHandler<Long, ? super A> handler) {
        Objects.requireNonNull(handler, "handler");
        Objects.checkFromIndexSize(offset, length, into.length);
        for (int i = offset; i < offset + length; i++) {
            requireWritable(into[i]);
        }
        boolean isFull = Gather.remaining(into, offset, length) == 0;
        CompletableFuture<Long> outcome =
                begin(
                        endpoint.reading(),
                        SelectionKey.OP_READ,
                        timeout,
                        unit,
                        () -> {
                            long count = channel.read(into, offset, length);
                            return count == 0 && !isFull ? null : count;
                        });
        AsyncOperation.tell(outcome, endpoint.group().pool(), attachment, handler);
    }

    private static void requireWritable(ByteBuffer into) {
        if (into.isReadOnly()) {
            throw new IllegalArgumentException("Read-only buffer");
        }
    }

    // --- writing ---

    @Override
    public <A> void write(
            ByteBuffer from,
            long timeout,
            TimeUnit unit,
            A attachment,
            CompletionHandler<Integer, ? super A> handler) {
        Objects.requireNonNull(handler, "handler");
        AsyncOperation.tell(
                write(from, timeout, unit), endpoint.group().pool(), attachment, handler);
    }

    @Override
    public Future<Integer> write(ByteBuffer from) {
        return write(from, 0, TimeUnit.SECONDS);
    }

    private CompletableFuture<Integer> write(ByteBuffer from, long timeout, TimeUnit unit) {
        boolean isEmpty = !from.hasRemaining();
        return begin(
                endpoint.writing(),
                SelectionKey.OP_WRITE,
                timeout,
                unit,
                () -> {
                    int count = channel.write(from);
                    return count == 0 && !isEmpty ? null : count;
                });
    }

    @Override
    public <A> void write(
            ByteBuffer[] from,
            int offset,
            int length,
            long timeout,
            TimeUnit unit,
            A attachment,
            CompletionHandler<Long, ? super A> handler) {
        Objects.requireNonNull(handler, "handler");
        Objects.checkFromIndexSize(offset, length, from.length);
        boolean isEmpty = Gather.remaining(from, offset, length) == 0;
        CompletableFuture<Long> outcome =
                begin(
                        endpoint.writing(),
                        SelectionKey.OP_WRITE,
                        timeout,
                        unit,
                        () -> {
                            long count = channel.write(from, offset, length);
                            return count == 0 && !isEmpty ? null : count;
                        });
        AsyncOperation.tell(outcome, endpoint.group().pool(), attachment, handler);
    }

    private <V> CompletableFuture<V> begin(
            AtomicReference<@Nullable AsyncOperation<?, ?>> slot,
            int selectionOp,
            long timeout,
            TimeUnit unit,
            AsyncOperation.Attempt<V> attempt) {
        if (!isOpen()) {
            return CompletableFuture.failedFuture(new ClosedChannelException());
        }
        if (!channel.isConnected()) {
            throw new NotYetConnectedException();
        }
        AsyncOperation<V, V> operation =
                new AsyncOperation<>(
                        endpoint, slot, selectionOp, timeout, unit, attempt, result -> result);
        if (!slot.compareAndSet(null, operation)) {
            throw selectionOp == SelectionKey.OP_READ
                    ? new ReadPendingException()
                    : new WritePendingException();
        }
        operation.start(endpoint.group().reactor());
        if (!isOpen()) {
            // Closed meanwhile, by who did not see the operation.
            operation.closed();
        }
        return operation.outcome();
    }

    // --- the rest is the channel's ---

    @Override
    public AsynchronousSocketChannel bind(@Nullable SocketAddress local) throws IOException {
        SocketChannel _ = channel.bind(local);
        return this;
    }

    @Override
    public <T> AsynchronousSocketChannel setOption(SocketOption<T> name, T value)
            throws IOException {
        SocketChannel _ = channel.setOption(name, value);
        return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> name) throws IOException {
        return channel.getOption(name);
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return channel.supportedOptions();
    }

    @Override
    public AsynchronousSocketChannel shutdownInput() throws IOException {
        SocketChannel _ = channel.shutdownInput();
        return this;
    }

    @Override
    public AsynchronousSocketChannel shutdownOutput() throws IOException {
        SocketChannel _ = channel.shutdownOutput();
        return this;
    }

    @Override
    public @Nullable SocketAddress getRemoteAddress() throws IOException {
        return channel.getRemoteAddress();
    }

    @Override
    public @Nullable SocketAddress getLocalAddress() throws IOException {
        return channel.getLocalAddress();
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public void close() throws IOException {
        endpoint.close();
    }
}
