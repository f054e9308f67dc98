package io.ringway.nio;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.channels.AcceptPendingException;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.CompletionHandler;
import java.nio.channels.NotYetBoundException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.ShutdownChannelGroupException;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AsynchronousChannelProvider;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** An asynchronous channel over a {@link ServerSocketChannel} that does not block. */
final class AsyncServerSocketChannel extends AsynchronousServerSocketChannel {
    private final ServerSocketChannel channel;
    private final AsyncEndpoint endpoint;

    private AsyncServerSocketChannel(
            AsynchronousChannelProvider provider, AsyncGroup group, ServerSocketChannel channel)
            throws IOException {
        super(provider);
        this.channel = channel;
        this.endpoint = new AsyncEndpoint(group, channel);
    }

    static AsyncServerSocketChannel open(AsynchronousChannelProvider provider, AsyncGroup group)
            throws IOException {
        ServerSocketChannel channel = group.channels().openServerSocketChannel();
        try {
            return new AsyncServerSocketChannel(provider, group, channel);
        } catch (IOException | RuntimeException failed) {
            channel.close();
            throw failed;
        }
    }

    @Override
    public AsynchronousServerSocketChannel bind(@Nullable SocketAddress local, int backlog)
            throws IOException {
        ServerSocketChannel _ = channel.bind(local, backlog);
        return this;
    }

    @Override
    public <A> void accept(
            A attachment, CompletionHandler<AsynchronousSocketChannel, ? super A> handler) {
        Objects.requireNonNull(handler, "handler");
        AsyncOperation.tell(accepting(), endpoint.group().pool(), attachment, handler);
    }

    @Override
    public Future<AsynchronousSocketChannel> accept() {
        return accepting();
    }

    private CompletableFuture<AsynchronousSocketChannel> accepting() {
        if (!isOpen()) {
            return CompletableFuture.failedFuture(new ClosedChannelException());
        }
        if (!channel.socket().isBound()) {
            throw new NotYetBoundException();
        }
        AsyncOperation<AsynchronousSocketChannel, AsynchronousSocketChannel> operation =
                new AsyncOperation<>(
                        endpoint,
                        endpoint.reading(),
                        SelectionKey.OP_ACCEPT,
                        0,
                        TimeUnit.SECONDS,
                        this::acceptNow,
                        result -> result);
        if (!endpoint.reading().compareAndSet(null, operation)) {
            throw new AcceptPendingException();
        }
        operation.start(endpoint.group().reactor());
        if (!isOpen()) {
            // Closed meanwhile, by who did not see the operation.
            operation.closed();
        }
        return operation.outcome();
    }

    private @Nullable AsynchronousSocketChannel acceptNow() throws IOException {
        SocketChannel accepted = channel.accept();
        if (accepted == null) {
            return null;
        }
        try {
            return new AsyncSocketChannel(provider(), endpoint.group(), accepted);
        } catch (ShutdownChannelGroupException shutDown) {
            accepted.close();
            throw new IOException("the group of the channel is shut down", shutDown);
        }
    }

    // --- the rest is the channel's ---

    @Override
    public <T> AsynchronousServerSocketChannel setOption(SocketOption<T> name, T value)
            throws IOException {
        ServerSocketChannel _ = channel.setOption(name, value);
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
