package io.ringway.netty;

import io.netty.channel.ChannelPromise;
import io.netty.channel.ConnectTimeoutException;
import io.ringway.StackException;
import io.ringway.TcpConnection;
import io.ringway.layer.PacketInfo;
import io.ringway.tcp.ConnectionOptions;
import io.ringway.wire.Endpoint;

import org.jspecify.annotations.Nullable;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketAddress;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ConnectionPendingException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** A channel's attempt to connect: its promise and its time-out. The event loop only. */
final class Connecting {
    private final RingwaySocketChannel channel;
    private @Nullable ChannelPromise promise;
    private @Nullable SocketAddress to;
    private @Nullable Future<?> timeout;

    Connecting(RingwaySocketChannel channel) {
        this.channel = channel;
    }

    void connect(SocketAddress remote, @Nullable SocketAddress local, ChannelPromise asked) {
        // It can be cancelled meanwhile, so it is not made uncancellable.
        if (asked.isDone() || !channel.inner().isOpenFor(asked)) {
            return;
        }
        try {
            if (promise != null) {
                throw new ConnectionPendingException();
            }
            if (channel.isActive()) {
                throw new AlreadyConnectedException();
            }
            begin(remote, local);
        } catch (Exception refused) {
            asked.tryFailure(channel.inner().annotated(refused, remote));
            return;
        }
        promise = asked;
        to = remote;
        int millis = channel.config().getConnectTimeoutMillis();
        if (millis > 0) {
            timeout =
                    channel.eventLoop()
                            .schedule(() -> onTimeout(millis), millis, TimeUnit.MILLISECONDS);
        }
        var _ =
                asked.addListener(done -> {
                    if (done.isCancelled()) {
                        var _ = forget();
                        var _ = channel.close();
                    }
                });
    }

    private void begin(SocketAddress remote, @Nullable SocketAddress local) throws Exception {
        Endpoint peer = Addresses.toConnectTo(remote);
        if (local != null) {
            channel.doBind(local);
        }
        Endpoint from = channel.requestedLocal();
        requireRoute(peer);
        try {
            TcpConnection begun =
                    channel.handler()
                            .driver()
                            .connect(
                                    from,
                                    peer,
                                    ConnectionEvents.INSTANCE,
                                    ConnectionOptions.DEFAULT);
            channel.begun(begun);
        } catch (StackException refused) {
            ConnectException failure = new ConnectException(refused.getMessage());
            failure.initCause(refused);
            throw failure;
        }
    }

    private void requireRoute(Endpoint peer) throws NoRouteToHostException {
        PacketInfo route = new PacketInfo();
        route.destinationHigh = peer.address().high();
        route.destinationLow = peer.address().low();
        if (!channel.handler().lane().ip().chooseSource(route)) {
            throw new NoRouteToHostException(
                    "No route to host: give the stack a gateway, or an address of its network");
        }
    }

    private void onTimeout(int millis) {
        ChannelPromise waiting = promise;
        if (waiting != null
                && waiting.tryFailure(
                        new ConnectTimeoutException(
                                "connection timed out after " + millis + " ms: " + to))) {
            var _ = forget();
            var _ = channel.close();
        }
    }

    /** The connection is established. */
    void onOpen() {
        ChannelPromise waiting = forget();
        if (waiting == null) {
            return;
        }
        // The promise first, and then the pipeline in any case: whoever closes the channel in a
        // listener of the promise still sees it become active before it becomes inactive.
        boolean isWanted = waiting.trySuccess();
        channel.pipeline().fireChannelActive();
        if (!isWanted) {
            var _ = channel.close();
        }
    }

    /** The peer did not want us, or could not be reached. */
    void fail(Exception cause) {
        SocketAddress remote = to;
        ChannelPromise waiting = forget();
        if (waiting != null && remote != null) {
            waiting.tryFailure(channel.inner().annotated(cause, remote));
        }
    }

    /** The channel is being closed. */
    void close() {
        ChannelPromise waiting = forget();
        if (waiting != null) {
            waiting.tryFailure(new ClosedChannelException());
        }
    }

    private @Nullable ChannelPromise forget() {
        Future<?> clock = timeout;
        if (clock != null) {
            clock.cancel(false);
            timeout = null;
        }
        ChannelPromise waiting = promise;
        promise = null;
        return waiting;
    }
}
