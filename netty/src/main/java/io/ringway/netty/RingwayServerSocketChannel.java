package io.ringway.netty;

import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.ServerSocketChannelConfig;
import io.ringway.TcpConnection;
import io.ringway.TcpHandler;
import io.ringway.TcpListener;
import io.ringway.tcp.CloseReason;

import org.jspecify.annotations.Nullable;

import java.net.BindException;
import java.net.SocketAddress;
import java.nio.channels.AlreadyBoundException;
import java.util.ArrayDeque;
import java.util.concurrent.CompletionException;

/**
 * Accepts connections to a port of a stack. It listens in every lane, whichever event loop it is
 * on: a connection that comes to a lane becomes a {@link RingwaySocketChannel} on the event loop of
 * that lane, while this channel's own pipeline, which is shown it first, stays where it is.
 *
 * <p>To stop reading ({@code AUTO_READ} off) leaves connections waiting, as many as {@code
 * SO_BACKLOG} says; more are reset.
 */
public final class RingwayServerSocketChannel extends RingwayChannel
        implements ServerSocketChannel {
    private final RingwayServerSocketChannelConfig config =
            new RingwayServerSocketChannelConfig(this);
    private final ArrayDeque<RingwaySocketChannel> accepted = new ArrayDeque<>();
    private @Nullable TcpListener listener;
    private volatile boolean isBound;
    private volatile boolean isClosed;

    /** For {@code ServerBootstrap.channel(RingwayServerSocketChannel.class)}. */
    public RingwayServerSocketChannel() {
        super(null, null);
    }

    @Override
    public ServerSocketChannelConfig config() {
        return config;
    }

    @Override
    public boolean isOpen() {
        return !isClosed;
    }

    @Override
    public boolean isActive() {
        return isBound && !isClosed;
    }

    @Override
    RingwayUnsafe newRingwayUnsafe() {
        return new ServerUnsafe();
    }

    @Override
    void onRegistered(RingwayIoHandler on) {}

    @Override
    void prepareBind(SocketAddress address, ChannelPromise promise, Runnable bind) {
        if (listener != null) {
            promise.setFailure(new AlreadyBoundException());
            return;
        }
        try {
            var _ =
                    handler()
                            .stack()
                            .startListen(
                                    Addresses.toListenAt(address),
                                    _ -> new Acceptor(),
                                    config.options())
                            .whenComplete((got, refused) ->
                                    eventLoop()
                                            .execute(() -> {
                                                if (refused == null) {
                                                    onListening(got, address, bind);
                                                } else {
                                                    inner().fail(
                                                                    promise,
                                                                    bindFailure(address, refused));
                                                }
                                            }));
        } catch (RuntimeException wrong) {
            inner().fail(promise, wrong);
        }
    }

    private void onListening(TcpListener got, SocketAddress address, Runnable bind) {
        if (isClosed) {
            got.startClose();
        } else {
            listener = got;
            addresses(Addresses.withPort(address, got.local().port()), null);
        }
        // Which fails the promise of a channel that was closed meanwhile.
        bind.run();
    }

    static BindException bindFailure(SocketAddress address, Throwable refused) {
        Throwable cause =
                refused instanceof CompletionException && refused.getCause() != null
                        ? refused.getCause()
                        : refused;
        BindException failure = new BindException(cause.getMessage() + ": " + address);
        failure.initCause(cause);
        return failure;
    }

    @Override
    protected void doBind(SocketAddress address) {
        isBound = true;
    }

    @Override
    protected void doClose() {
        isClosed = true;
        TcpListener had = listener;
        if (had != null) {
            had.startClose();
        }
        for (RingwaySocketChannel left = accepted.poll(); left != null; left = accepted.poll()) {
            left.unsafe().closeForcibly();
        }
    }

    // --- accepting ---

    @Override
    protected void doBeginRead() {
        isReadPending = true;
        if (!accepted.isEmpty()) {
            wakeLater();
        }
    }

    @Override
    void onAwake() {
        if (isReadPending && !isClosed && !accepted.isEmpty()) {
            show();
        }
    }

    /** A connection came, on this event loop or another. */
    private void onAccepted(RingwaySocketChannel child) {
        if (eventLoop().inEventLoop()) {
            add(child);
        } else {
            eventLoop().execute(() -> add(child));
        }
    }

    private void add(RingwaySocketChannel child) {
        if (isClosed || accepted.size() >= config.getBacklog()) {
            child.unsafe().closeForcibly();
            return;
        }
        accepted.add(child);
        if (isReadPending) {
            show();
        }
    }

    /** Shows the pipeline what was accepted. */
    private void show() {
        var handle = inner().recvBufAllocHandle();
        handle.reset(config);
        do {
            RingwaySocketChannel child = accepted.poll();
            if (child == null) {
                break;
            }
            handle.incMessagesRead(1);
            isReadPending = false;
            pipeline().fireChannelRead(child);
        } while (handle.continueReading());
        handle.readComplete();
        pipeline().fireChannelReadComplete();
        if (!accepted.isEmpty() && isReadPending) {
            wakeLater();
        }
    }

    void onAutoReadCleared() {
        if (isRegistered() && !eventLoop().inEventLoop()) {
            eventLoop().execute(() -> isReadPending &= config.isAutoRead());
        } else {
            isReadPending = false;
        }
    }

    @Override
    protected void doDisconnect() {
        throw new UnsupportedOperationException("a server channel has no peer");
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer in) {
        throw new UnsupportedOperationException("nothing can be written to a server channel");
    }

    @Override
    protected Object filterOutboundMessage(Object message) {
        throw new UnsupportedOperationException("nothing can be written to a server channel");
    }

    /** The handler of the connections that come to one lane. */
    private final class Acceptor implements TcpHandler {
        @Override
        public void onOpen(TcpConnection connection) {
            RingwaySocketChannel child =
                    new RingwaySocketChannel(
                            RingwayServerSocketChannel.this,
                            RingwayIoHandler.current(),
                            connection.hold());
            connection.attachment(child);
            onAccepted(child);
        }

        @Override
        public void onReadable(TcpConnection connection) {
            ConnectionEvents.INSTANCE.onReadable(connection);
        }

        @Override
        public void onWritable(TcpConnection connection) {
            ConnectionEvents.INSTANCE.onWritable(connection);
        }

        @Override
        public void onClosed(TcpConnection connection, CloseReason reason) {
            ConnectionEvents.INSTANCE.onClosed(connection, reason);
        }
    }

    private final class ServerUnsafe extends RingwayUnsafe {
        @Override
        public void connect(
                SocketAddress remote, @Nullable SocketAddress local, ChannelPromise promise) {
            safeSetFailure(
                    promise, new UnsupportedOperationException("a server channel has no peer"));
        }
    }
}
