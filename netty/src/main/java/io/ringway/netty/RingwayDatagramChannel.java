package io.ringway.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.AddressedEnvelope;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DatagramChannelConfig;
import io.netty.util.internal.StringUtil;
import io.ringway.StackException;
import io.ringway.UdpOptions;
import io.ringway.UdpSocket;
import io.ringway.layer.IcmpError;
import io.ringway.wire.Endpoint;
import io.ringway.wire.IpAddress;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketAddress;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.UnresolvedAddressException;
import java.util.concurrent.TimeUnit;

/**
 * A UDP socket of a stack as a Netty channel. The socket is in every lane, and the channel on one
 * event loop: datagrams that come to the lane of that loop are read without a copy, and those of
 * other lanes are copied and passed on. With {@link io.ringway.LanesConfig#isUdpByPort} all of a
 * socket's come to one lane.
 *
 * <p>With {@code AUTO_READ} off as many datagrams wait as {@link
 * io.ringway.udp.UdpConfig#receiveQueueDatagrams} says; more are dropped.
 */
public final class RingwayDatagramChannel extends GroupChannel {
    private static final ChannelMetadata CONNECTABLE = new ChannelMetadata(true, 16);

    private final RingwayDatagramChannelConfig config = new RingwayDatagramChannelConfig(this);
    private final DatagramInput input = new DatagramInput(this);
    private @Nullable UdpSocket socket;
    private @Nullable IOException peerError;
    private boolean isRetryDue;
    private volatile boolean isBound;
    private volatile boolean isConnected;
    private volatile boolean isClosed;

    /** For {@code Bootstrap.channel(RingwayDatagramChannel.class)}. */
    public RingwayDatagramChannel() {}

    @Override
    @Nullable UdpSocket socketOrNull() {
        return socket;
    }

    @Override
    public ChannelMetadata metadata() {
        return CONNECTABLE;
    }

    @Override
    public DatagramChannelConfig config() {
        return config;
    }

    @Override
    public boolean isOpen() {
        return !isClosed;
    }

    @Override
    public boolean isActive() {
        return !isClosed && (isBound || (config.isActiveOnRegistration() && isRegistered()));
    }

    @Override
    public boolean isConnected() {
        return isConnected && !isClosed;
    }

    @Override
    RingwayUnsafe newRingwayUnsafe() {
        return new DatagramUnsafe();
    }

    @Override
    void onRegistered(RingwayIoHandler on) {}

    // --- opening ---

    @Override
    void prepareBind(SocketAddress address, ChannelPromise promise, Runnable bind) {
        if (isBound) {
            inner().fail(promise, new AlreadyBoundException());
            return;
        }
        open(address, promise, bind);
    }

    /** Binds the socket in all lanes, and goes on here. */
    private void open(SocketAddress address, ChannelPromise promise, Runnable then) {
        try {
            UdpOptions options =
                    UdpOptions.DEFAULT
                            .withShared(config.isShared())
                            .withReused(config.isReuseAddress());
            var _ =
                    handler()
                            .stack()
                            .startBind(Addresses.toListenAt(address), input, options)
                            .whenComplete((got, refused) ->
                                    eventLoop()
                                            .execute(() ->
                                                    onBound(got, refused, address, promise, then)));
        } catch (RuntimeException wrong) {
            inner().fail(promise, wrong);
        }
    }

    private void onBound(
            @Nullable UdpSocket got,
            @Nullable Throwable refused,
            SocketAddress address,
            ChannelPromise promise,
            Runnable then) {
        if (got == null || refused != null) {
            Throwable why = refused == null ? new AlreadyBoundException() : refused;
            inner().fail(promise, RingwayServerSocketChannel.bindFailure(address, why));
            return;
        }
        if (isClosed) {
            got.close();
        } else {
            socket = got.onLane(handler().lane().index());
            addresses(Addresses.withPort(address, got.local().port()), null);
            joinAll();
        }
        then.run();
    }

    @Override
    protected void doBind(SocketAddress address) {
        isBound = true;
    }

    private void connectTo(SocketAddress remote) throws IOException {
        UdpSocket by = socket;
        if (by == null) {
            throw new ClosedChannelException();
        }
        try {
            by.connect(Addresses.toConnectTo(remote));
        } catch (StackException refused) {
            ConnectException failure = new ConnectException(refused.getMessage());
            failure.initCause(refused);
            throw failure;
        }
        isBound = true;
        isConnected = true;
        addresses(by.local().toInetSocketAddress(), (InetSocketAddress) remote);
    }

    @Override
    protected void doDisconnect() {
        UdpSocket by = socket;
        if (by != null && isConnected) {
            by.disconnect();
            addresses(by.local().toInetSocketAddress(), null);
        }
        isConnected = false;
    }

    @Override
    protected void doClose() {
        isClosed = true;
        UdpSocket had = socket;
        if (had != null) {
            socket = null;
            had.close();
        }
        input.close();
    }

    // --- receiving ---

    @Override
    protected void doBeginRead() {
        isReadPending = true;
        if (!input.isEmpty() || peerError != null) {
            wakeLater();
        }
    }

    @Override
    void onAwake() {
        if (isClosed) {
            return;
        }
        if (isReadPending) {
            tellError();
        }
        if (isReadPending && !input.isEmpty()) {
            input.read();
        }
    }

    void onAutoReadCleared() {
        if (!isRegistered() || eventLoop().inEventLoop()) {
            isReadPending = false;
        } else {
            eventLoop().execute(() -> isReadPending &= config.isAutoRead());
        }
    }

    /** ICMP told of the peer: whoever reads or writes next hears of it. The event loop only. */
    void onError(IcmpError.Kind kind) {
        peerError =
                kind == IcmpError.Kind.PORT_UNREACHABLE
                        ? new PortUnreachableException()
                        : new IOException("ICMP: " + kind);
        if (isReadPending) {
            tellError();
        }
    }

    private void tellError() {
        IOException error = peerError;
        if (error != null && !isClosed) {
            peerError = null;
            pipeline().fireExceptionCaught(error);
        }
    }

    // --- sending ---

    @Override
    protected Object filterOutboundMessage(Object message) {
        if (message instanceof ByteBuf) {
            return message;
        }
        if (message instanceof AddressedEnvelope<?, ?> envelope
                && envelope.content() instanceof ByteBuf
                && (envelope.recipient() == null
                        || envelope.recipient() instanceof InetSocketAddress)) {
            if (envelope.recipient() instanceof InetSocketAddress to && to.isUnresolved()) {
                throw new UnresolvedAddressException();
            }
            return message;
        }
        throw new UnsupportedOperationException(
                "a channel of UDP writes DatagramPacket, AddressedEnvelope<ByteBuf,"
                        + " InetSocketAddress> and, connected, ByteBuf; given "
                        + StringUtil.simpleClassName(message));
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer in) throws Exception {
        if (socket == null) {
            bindToWrite();
            return;
        }
        config.applyTo(socket);
        for (Object message = in.current(); message != null; message = in.current()) {
            IOException error = peerError;
            if (error != null) {
                peerError = null;
                in.remove(error);
                continue;
            }
            try {
                boolean isSent =
                        message instanceof ByteBuf octets
                                ? send(octets, null)
                                : send((AddressedEnvelope<?, ?>) message);
                if (!isSent) {
                    retry();
                    return;
                }
                in.remove();
            } catch (IOException | RuntimeException refused) {
                // Of this one datagram; the others go on.
                in.remove(refused);
            }
        }
    }

    /** Active since it was registered, it is bound when something is to be sent. */
    private void bindToWrite() {
        if (!isRetryDue) {
            isRetryDue = true;
            SocketAddress anywhere = new Endpoint(IpAddress.ANY_IPV6, 0).toInetSocketAddress();
            ChannelPromise promise = newPromise();
            var _ =
                    promise.addListener(done -> {
                        if (!done.isSuccess()) {
                            inner().closeFor(
                                            new IOException(
                                                    "cannot be bound to send", done.cause()));
                        }
                    });
            open(
                    anywhere,
                    promise,
                    () -> {
                        isBound = true;
                        isRetryDue = false;
                        inner().flushNow();
                    });
        }
    }

    private boolean send(AddressedEnvelope<?, ?> envelope) throws IOException {
        return send((ByteBuf) envelope.content(), (InetSocketAddress) envelope.recipient());
    }

    private boolean send(ByteBuf octets, @Nullable InetSocketAddress to) throws IOException {
        UdpSocket by = socket;
        if (by == null || (to == null && !isConnected)) {
            throw new NotYetConnectedException();
        }
        Endpoint peer = to == null ? null : Addresses.toConnectTo(to);
        return DatagramOutput.send(by, octets, peer, handler().lane());
    }

    /** The pool or the queue has no room; there will be some when the port has taken frames. */
    private void retry() {
        if (!isRetryDue) {
            isRetryDue = true;
            var _ =
                    eventLoop()
                            .schedule(
                                    () -> {
                                        isRetryDue = false;
                                        inner().flushNow();
                                    },
                                    DatagramOutput.RETRY_MICROS,
                                    TimeUnit.MICROSECONDS);
        }
    }

    private final class DatagramUnsafe extends RingwayUnsafe {
        @Override
        public void connect(
                SocketAddress remote, @Nullable SocketAddress local, ChannelPromise promise) {
            if (!promise.setUncancellable() || !ensureOpen(promise)) {
                return;
            }
            if (socket != null) {
                finishConnect(remote, promise);
                return;
            }
            SocketAddress from =
                    local == null
                            ? new Endpoint(IpAddress.ANY_IPV6, 0).toInetSocketAddress()
                            : local;
            open(from, promise, () -> finishConnect(remote, promise));
        }

        private void finishConnect(SocketAddress remote, ChannelPromise promise) {
            boolean wasActive = isActive();
            try {
                connectTo(remote);
            } catch (IOException | RuntimeException refused) {
                safeSetFailure(promise, annotateConnectException(refused, remote));
                return;
            }
            safeSetSuccess(promise);
            if (!wasActive && isActive()) {
                pipeline().fireChannelActive();
            }
        }

        @Override
        protected void flush0() {
            if (!isRetryDue) {
                super.flush0();
            }
        }
    }
}
