package io.ringway.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.RecvByteBufAllocator;

import org.jspecify.annotations.Nullable;

import java.net.SocketAddress;

/**
 * A channel's unsafe with two ways of its own: a connection is registered with the event loop of
 * its lane, whichever its group chose, and to be bound in all lanes takes a while.
 *
 * <p>That is why no group or bootstrap of ours is needed: Netty's acceptor registers a child with
 * "the next" loop of the child group, and here it ends up on its own.
 */
final class RoutedUnsafe implements Channel.Unsafe {
    private final RingwayChannel channel;
    private final RingwayChannel.RingwayUnsafe to;

    RoutedUnsafe(RingwayChannel channel, RingwayChannel.RingwayUnsafe to) {
        this.channel = channel;
        this.to = to;
    }

    @Override
    public void register(EventLoop loop, ChannelPromise promise) {
        RingwayIoHandler home = channel.handlerOrNull();
        if (home == null || home.loop().equals(loop)) {
            to.register(loop, promise);
        } else if (channel.isCompatible(loop)) {
            to.register(home.loop(), promise);
        } else {
            promise.setFailure(
                    new IllegalStateException(
                            "a connection of Ringway stays on the event loop of its lane, and the"
                                    + " child group has another kind of loop, "
                                    + loop.getClass().getName()
                                    + ": give ServerBootstrap.group(…) one group, of"
                                    + " RingwayIoHandler.newGroup(stack), for both"));
        }
    }

    @Override
    public void bind(SocketAddress address, ChannelPromise promise) {
        if (promise.setUncancellable() && to.isOpenFor(promise)) {
            channel.prepareBind(address, promise, () -> to.bind(address, promise));
        }
    }

    @Override
    public void connect(SocketAddress remote, @Nullable SocketAddress local, ChannelPromise p) {
        to.connect(remote, local, p);
    }

    @Override
    @SuppressWarnings("deprecation") // Of the interface.
    public RecvByteBufAllocator.Handle recvBufAllocHandle() {
        return to.recvBufAllocHandle();
    }

    @Override
    public SocketAddress localAddress() {
        return to.localAddress();
    }

    @Override
    public SocketAddress remoteAddress() {
        return to.remoteAddress();
    }

    @Override
    public void disconnect(ChannelPromise promise) {
        to.disconnect(promise);
    }

    @Override
    public void close(ChannelPromise promise) {
        to.close(promise);
    }

    @Override
    public void closeForcibly() {
        to.closeForcibly();
    }

    @Override
    public void deregister(ChannelPromise promise) {
        to.deregister(promise);
    }

    @Override
    public void beginRead() {
        to.beginRead();
    }

    @Override
    public void write(Object message, ChannelPromise promise) {
        to.write(message, promise);
    }

    @Override
    public void flush() {
        to.flush();
    }

    @Override
    public ChannelPromise voidPromise() {
        return to.voidPromise();
    }

    @Override
    public ChannelOutboundBuffer outboundBuffer() {
        return to.outboundBuffer();
    }
}
