package io.ringway.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.ringway.TcpConnection;

import org.jspecify.annotations.Nullable;

/** How a connection's octets and their end come to its channel's pipeline. The event loop only. */
final class InputSide {
    private final RingwaySocketChannel channel;
    private volatile boolean isShutdown;
    private boolean isEndTold;

    InputSide(RingwaySocketChannel channel) {
        this.channel = channel;
    }

    /** Whether nothing more will be read. Any thread. */
    boolean isShutdown() {
        return isShutdown;
    }

    /** The application wants nothing more; what comes is thrown away. */
    void shut() {
        isShutdown = true;
    }

    /** Whether a read would find something. */
    boolean hasNews(@Nullable TcpConnection from) {
        if (isShutdown) {
            return !isEndTold;
        }
        return from != null && (from.available() > 0 || from.isEndOfStream());
    }

    /** Reads what there is, as far as the channel wants it. */
    void read(TcpConnection from) {
        if (isShutdown) {
            discard(from);
            readEnd();
            return;
        }
        var handle = channel.unsafe().recvBufAllocHandle();
        handle.reset(channel.config());
        ChannelPipeline pipeline = channel.pipeline();
        boolean isEnd = false;
        boolean hasRead = false;
        try {
            do {
                int length = from.isOpen() ? from.viewLength() : 0;
                if (length == 0) {
                    isEnd = from.isOpen() && from.isEndOfStream();
                    handle.lastBytesRead(isEnd ? -1 : 0);
                    break;
                }
                ByteBuf octets = take(from, length, handle);
                hasRead = true;
                channel.isReadPending = false;
                pipeline.fireChannelRead(octets);
            } while (!isShutdown && handle.continueReading());
        } finally {
            // Also when a handler has thrown, who then hears of it by its connection's end.
            if (hasRead || isEnd) {
                channel.isReadPending &= !isEnd;
                handle.readComplete();
                pipeline.fireChannelReadComplete();
            }
        }
        if (isEnd) {
            readEnd();
        } else if (channel.isReadPending && hasNews(channel.liveConnection())) {
            channel.wakeLater();
        }
    }

    @SuppressWarnings("deprecation") // The type that Netty gives.
    private ByteBuf take(TcpConnection from, int length, RecvByteBufAllocator.Handle handle) {
        int wanted = handle.guess();
        ByteBuf octets;
        if (length <= wanted) {
            octets = channel.handler().buffers().take(from, channel.config().getAllocator());
        } else {
            // Somebody has set an allocator of smaller buffers.
            octets = handle.allocate(channel.config().getAllocator());
            int piece = Math.min(length, Math.max(1, octets.writableBytes()));
            channel.handler().buffers().read(from.viewOffset(), octets, piece);
            from.consume(piece);
        }
        int read = octets.readableBytes();
        // When all is read, less than was asked for has come, which ends the loop.
        handle.attemptedBytesRead(from.isOpen() && from.available() > 0 ? read : read + 1);
        handle.lastBytesRead(read);
        handle.incMessagesRead(1);
        return octets;
    }

    private static void discard(TcpConnection from) {
        if (from.isOpen() && from.available() > 0) {
            from.consume(from.available());
        }
    }

    /**
     * The stream has ended and all of it was read, or the application shut it down. The pipeline
     * hears of it once.
     */
    void readEnd() {
        boolean isWanted = channel.isReadPending || channel.config().isAutoRead();
        if (!isShutdown) {
            if (!channel.config().isAllowHalfClosure()) {
                var _ = channel.close();
                return;
            }
            isShutdown = true;
            isWanted = true;
            channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        }
        if (isWanted && !isEndTold && channel.isOpen()) {
            isEndTold = true;
            channel.isReadPending = false;
            channel.pipeline().fireUserEventTriggered(ChannelInputShutdownReadComplete.INSTANCE);
        }
    }
}
