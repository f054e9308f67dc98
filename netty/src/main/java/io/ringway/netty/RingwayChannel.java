package io.ringway.netty;

import io.netty.channel.AbstractChannel;
import io.netty.channel.Channel;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.Objects;

/**
 * What the channels of this package have in common: their place on an event loop that drives a
 * lane, and how they ask to be called there.
 */
abstract sealed class RingwayChannel extends AbstractChannel
        permits RingwayServerSocketChannel, RingwaySocketChannel, GroupChannel {
    // Without initializers, as the constructor of AbstractChannel asks for the unsafe already.
    private @Nullable RoutedUnsafe routed;
    private @Nullable RingwayUnsafe inner;

    private @Nullable RingwayIoHandler handler;
    private @Nullable IoRegistration registration;
    private volatile @Nullable InetSocketAddress local;
    private volatile @Nullable InetSocketAddress remote;

    /** Whether it is among those that the handler will call; the handler's. */
    boolean isAwake;

    /** Whether somebody asked for more to be read than has come. The event loop only. */
    boolean isReadPending;

    /**
     * @param handler of the lane that the channel is bound to, or null when any will do
     */
    RingwayChannel(@Nullable Channel parent, @Nullable RingwayIoHandler handler) {
        super(parent);
        this.handler = handler;
    }

    /** The handler has called, as was asked for. The event loop only. */
    abstract void onAwake();

    /** The channel is on its event loop. */
    abstract void onRegistered(RingwayIoHandler on);

    abstract RingwayUnsafe newRingwayUnsafe();

    /**
     * Gets ready to be bound, for as long as that may take, and then calls {@code bind}; or fails
     * the promise.
     */
    abstract void prepareBind(SocketAddress address, ChannelPromise promise, Runnable bind);

    /** The handler, once there is one. */
    final RingwayIoHandler handler() {
        RingwayIoHandler known = handler;
        if (known == null) {
            throw new IllegalStateException("the channel is not registered with an event loop");
        }
        return known;
    }

    final @Nullable RingwayIoHandler handlerOrNull() {
        return handler;
    }

    final void wakeLater() {
        RingwayIoHandler known = handler;
        if (known != null && isRegistered()) {
            known.awaken(this);
        }
    }

    @Override
    protected final AbstractUnsafe newUnsafe() {
        RingwayUnsafe made = newRingwayUnsafe();
        inner = made;
        routed = new RoutedUnsafe(this, made);
        return made;
    }

    @Override
    public final Unsafe unsafe() {
        return Objects.requireNonNull(routed);
    }

    final RingwayUnsafe inner() {
        return Objects.requireNonNull(inner);
    }

    @Override
    protected final boolean isCompatible(EventLoop loop) {
        return loop instanceof IoEventLoop one && one.isCompatible(RingwayIoHandle.class);
    }

    @Override
    protected final void doRegister(ChannelPromise promise) {
        var _ =
                ((IoEventLoop) eventLoop())
                        .register(new RingwayIoHandle.OfChannel(this))
                        .addListener(
                                (io.netty.util.concurrent.Future<? super IoRegistration> done) -> {
                                    if (done.isSuccess()) {
                                        IoRegistration got = (IoRegistration) done.getNow();
                                        RingwayIoHandler on = got.attachment();
                                        registration = got;
                                        handler = on;
                                        onRegistered(on);
                                        promise.setSuccess();
                                    } else {
                                        promise.setFailure(done.cause());
                                    }
                                });
    }

    @Override
    protected final void doDeregister() {
        IoRegistration had = registration;
        if (had != null) {
            registration = null;
            had.cancel();
        }
    }

    @Override
    public ChannelMetadata metadata() {
        return ONE_WAY;
    }

    private static final ChannelMetadata ONE_WAY = new ChannelMetadata(false, 16);

    final void addresses(
            @Nullable InetSocketAddress newLocal, @Nullable InetSocketAddress newRemote) {
        local = newLocal;
        remote = newRemote;
    }

    // Not as AbstractChannel has it, which keeps the first address that it sees.

    @Override
    public final @Nullable InetSocketAddress localAddress() {
        return local;
    }

    @Override
    public final @Nullable InetSocketAddress remoteAddress() {
        return remote;
    }

    @Override
    protected final @Nullable SocketAddress localAddress0() {
        return local;
    }

    @Override
    protected final @Nullable SocketAddress remoteAddress0() {
        return remote;
    }

    /** The half of a channel's unsafe that is ours. */
    abstract class RingwayUnsafe extends AbstractUnsafe {
        /** Writes on, though a write was cut short before. */
        final void flushNow() {
            super.flush0();
        }

        final boolean isOpenFor(ChannelPromise promise) {
            return ensureOpen(promise);
        }

        final Throwable annotated(Throwable cause, SocketAddress to) {
            return annotateConnectException(cause, to);
        }

        /** Closes the channel; what waits to be written fails for that reason. */
        final void closeFor(IOException cause) {
            close(voidPromise(), cause, new ClosedChannelException());
        }

        final void fail(ChannelPromise promise, Throwable cause) {
            safeSetFailure(promise, cause);
            closeIfClosed();
        }
    }
}
