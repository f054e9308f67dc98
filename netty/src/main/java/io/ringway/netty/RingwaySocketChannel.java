package io.ringway.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.FileRegion;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.SocketChannelConfig;
import io.netty.util.internal.StringUtil;
import io.ringway.TcpConnection;
import io.ringway.tcp.CloseReason;
import io.ringway.wire.Endpoint;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetConnectedException;

/**
 * A TCP connection of a stack as a Netty channel. It lives on the event loop that drives its lane:
 * what arrives goes from the lane's duty cycle straight into the pipeline, and what the pipeline
 * writes and flushes meanwhile leaves at the end of the same cycle.
 *
 * <p>A buffer that is read is the frame that the octets came in ({@link RetainLimit}); release it
 * as any other. Without a {@code RCVBUF_ALLOCATOR} of one's own a read gives one frame. With {@code
 * AUTO_READ} off octets stay unread in the connection, and so its window closes.
 */
public final class RingwaySocketChannel extends RingwayChannel implements SocketChannel {
    private final RingwaySocketChannelConfig config;
    private final InputSide input = new InputSide(this);
    private final Connecting connecting = new Connecting(this);
    private volatile @Nullable TcpConnection connection;
    private @Nullable Endpoint requestedLocal;
    private @Nullable CloseReason over;
    private boolean isWriteCutShort;
    private volatile boolean isConnected;
    private volatile boolean isClosed;
    private volatile boolean isOutputShutdown;

    /** For {@code Bootstrap.channel(RingwaySocketChannel.class)}. */
    public RingwaySocketChannel() {
        this(null, null, null);
    }

    /** A connection that was accepted, on its event loop. */
    RingwaySocketChannel(
            @Nullable Channel parent,
            @Nullable RingwayIoHandler handler,
            @Nullable TcpConnection connection) {
        super(parent, handler);
        this.config = new RingwaySocketChannelConfig(this);
        if (connection != null) {
            this.connection = connection;
            opened(connection);
        }
    }

    private void opened(TcpConnection by) {
        addresses(by.local().toInetSocketAddress(), by.remote().toInetSocketAddress());
        isConnected = true;
    }

    @Override
    @SuppressWarnings("NullAway") // Null for a channel that was not accepted, as in Netty.
    public ServerSocketChannel parent() {
        return (ServerSocketChannel) super.parent();
    }

    @Override
    public SocketChannelConfig config() {
        return config;
    }

    @Override
    public boolean isOpen() {
        return !isClosed;
    }

    @Override
    public boolean isActive() {
        return isConnected && !isClosed;
    }

    /** The connection, when there is one that is not over. The event loop only. */
    @Nullable TcpConnection liveConnection() {
        TcpConnection known = connection;
        return known != null && over == null && known.isOpen() ? known : null;
    }

    /** The connection, perhaps over. Any thread. */
    @Nullable TcpConnection connection() {
        return connection;
    }

    @Override
    RingwayUnsafe newRingwayUnsafe() {
        return new SocketUnsafe();
    }

    @Override
    void onRegistered(RingwayIoHandler on) {
        TcpConnection known = liveConnection();
        if (known != null) {
            config.apply(known);
        }
        if (over != null) {
            on.awaken(this);
        }
    }

    // --- opening ---

    @Override
    void prepareBind(SocketAddress address, ChannelPromise promise, Runnable bind) {
        bind.run();
    }

    @Override
    protected void doBind(SocketAddress address) throws BindException {
        Endpoint local = Addresses.endpoint(address);
        if (!local.address().isUnspecified()
                && !handler().lane().ip().isLocal(local.address().high(), local.address().low())) {
            throw new BindException(
                    "Cannot assign requested address: " + address + " is not the stack's");
        }
        requestedLocal = local;
        addresses((InetSocketAddress) address, null);
    }

    @Nullable Endpoint requestedLocal() {
        return requestedLocal;
    }

    /** A connection was begun. */
    void begun(TcpConnection by) {
        connection = by;
        by.attachment(this);
        config.applyToSyn(by);
        if (config.isFastOpen()) {
            by.fastOpen();
            writeEarly();
        }
    }

    /**
     * What was written before connecting, flushed or not, may go with the SYN; what finds no room
     * follows when the connection is open. As Netty's other transports have it, the flush is ours.
     */
    private void writeEarly() {
        ChannelOutboundBuffer written = inner().outboundBuffer();
        if (written == null) {
            return;
        }
        written.addFlush();
        try {
            doWrite(written);
        } catch (Exception untold) {
            // It is tried again, and fails again, when the channel is active and can tell.
            isWriteCutShort = true;
        }
    }

    /** The connection is established. */
    void onOpen() {
        TcpConnection by = liveConnection();
        if (by == null || isClosed) {
            return;
        }
        opened(by);
        config.apply(by);
        connecting.onOpen();
        onWritable();
    }

    // --- reading ---

    @Override
    protected void doBeginRead() {
        isReadPending = true;
        if (over != null || input.hasNews(liveConnection())) {
            wakeLater();
        }
    }

    void onAutoReadCleared() {
        if (!isRegistered() || eventLoop().inEventLoop()) {
            isReadPending = false;
        } else {
            eventLoop().execute(() -> isReadPending &= config.isAutoRead());
        }
    }

    /** Octets or the end of the stream have come. */
    void onReadable() {
        if (!isRegistered()) {
            return;
        }
        TcpConnection from = liveConnection();
        if (from == null) {
            return;
        }
        if (isReadPending || input.isShutdown()) {
            input.read(from);
        } else if (from.isEndOfStream()) {
            // Nothing is held back by that, so it is told though nobody asked.
            input.readEnd();
        }
    }

    @Override
    void onAwake() {
        if (isClosed) {
            return;
        }
        TcpConnection from = liveConnection();
        if (from != null && (isReadPending || input.isShutdown())) {
            input.read(from);
        } else if (over != null) {
            tellOver(over);
        }
    }

    /** The connection is over; comes once, and last. */
    void onOver(CloseReason reason) {
        over = reason;
        if (isClosed || !isRegistered()) {
            return;
        }
        if (!isConnected) {
            connecting.fail(Failures.ofConnecting(reason));
            var _ = close();
        } else {
            tellOver(reason);
        }
    }

    private void tellOver(CloseReason reason) {
        if (reason == CloseReason.CLOSED) {
            input.readEnd();
            return;
        }
        IOException failure = Failures.ofConnection(reason);
        pipeline().fireExceptionCaught(failure);
        inner().closeFor(failure);
    }

    // --- writing ---

    @Override
    protected Object filterOutboundMessage(Object message) {
        if (message instanceof ByteBuf || message instanceof FileRegion) {
            return message;
        }
        throw new UnsupportedOperationException(
                "a channel of TCP writes ByteBuf and FileRegion; given "
                        + StringUtil.simpleClassName(message));
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer in) throws Exception {
        TcpConnection to = liveConnection();
        if (to == null) {
            throw new ClosedChannelException();
        }
        while (true) {
            Object message = in.current();
            if (message == null) {
                return;
            }
            boolean isWritten =
                    message instanceof ByteBuf octets
                            ? OutputSide.write(to, octets, in, handler().buffers())
                            : OutputSide.write(to, (FileRegion) message, in, handler().buffers());
            if (!isWritten) {
                isWriteCutShort = true;
                return;
            }
            in.remove();
        }
    }

    /** There is room in the send queue again. */
    void onWritable() {
        if (isWriteCutShort && isConnected && !isClosed) {
            isWriteCutShort = false;
            inner().flushNow();
        }
    }

    // --- ending ---

    @Override
    protected void doDisconnect() {
        doClose();
    }

    @Override
    protected void doClose() {
        isClosed = true;
        isReadPending = false;
        connecting.close();
        TcpConnection had = connection;
        if (had == null) {
            return;
        }
        if (had.lane().isOnLane()) {
            close(had);
        } else {
            // Never registered, so nothing was written to it.
            had.execute(TcpConnection::abort);
        }
    }

    private void close(TcpConnection had) {
        if (had.isOpen()) {
            had.attachment(null);
            config.applyLinger(had);
            had.close();
        }
    }

    @Override
    protected void doShutdownOutput() {
        isOutputShutdown = true;
        TcpConnection to = liveConnection();
        if (to != null) {
            to.shutdownOutput();
        }
    }

    @Override
    public boolean isInputShutdown() {
        return input.isShutdown() || isClosed;
    }

    @Override
    public boolean isOutputShutdown() {
        return isOutputShutdown || isClosed;
    }

    @Override
    public boolean isShutdown() {
        return isInputShutdown() && isOutputShutdown();
    }

    @Override
    public ChannelFuture shutdownInput() {
        return shutdownInput(newPromise());
    }

    @Override
    public ChannelFuture shutdownInput(ChannelPromise promise) {
        onLoop(() -> shutInput(promise));
        return promise;
    }

    private void shutInput(ChannelPromise promise) {
        if (isNotConnected(promise)) {
            return;
        }
        input.shut();
        wakeLater();
        promise.setSuccess();
    }

    private boolean isNotConnected(ChannelPromise promise) {
        if (isActive()) {
            return false;
        }
        promise.setFailure(
                isClosed ? new ClosedChannelException() : new NotYetConnectedException());
        return true;
    }

    private void onLoop(Runnable task) {
        if (eventLoop().inEventLoop()) {
            task.run();
        } else {
            eventLoop().execute(task);
        }
    }

    @Override
    public ChannelFuture shutdownOutput() {
        return shutdownOutput(newPromise());
    }

    @Override
    public ChannelFuture shutdownOutput(ChannelPromise promise) {
        onLoop(() -> {
            if (!isNotConnected(promise)) {
                inner().shutdownOutput(promise);
            }
        });
        return promise;
    }

    @Override
    public ChannelFuture shutdown() {
        return shutdown(newPromise());
    }

    @Override
    public ChannelFuture shutdown(ChannelPromise promise) {
        onLoop(() -> {
            if (!isNotConnected(promise)) {
                input.shut();
                wakeLater();
                inner().shutdownOutput(promise);
            }
        });
        return promise;
    }

    private final class SocketUnsafe extends RingwayUnsafe {
        @Override
        public void connect(
                SocketAddress remote, @Nullable SocketAddress local, ChannelPromise promise) {
            connecting.connect(remote, local, promise);
        }

        @Override
        protected void flush0() {
            // What is written while a write waits for room goes behind it.
            if (!isWriteCutShort) {
                super.flush0();
            }
        }
    }
}
