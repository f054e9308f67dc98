package io.ringway.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.FileRegion;
import io.ringway.TcpConnection;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/** How a channel's messages come to the connection's send queue, by one copy. */
final class OutputSide {
    private OutputSide() {}

    /**
     * Writes what finds room, and moves the reader index past it.
     *
     * @return whether that was all; otherwise the connection will tell when there is room
     */
    static boolean write(
            TcpConnection to, ByteBuf octets, ChannelOutboundBuffer in, FrameBuffers memory) {
        int index = octets.readerIndex();
        int end = octets.writerIndex();
        while (index < end) {
            long at = to.reserve(1);
            if (at < 0) {
                break;
            }
            int piece = Math.min(end - index, to.reservedLength());
            octets.getBytes(index, memory.writeWindow(at, piece));
            to.commit(piece);
            index += piece;
        }
        int taken = index - octets.readerIndex();
        if (taken > 0) {
            octets.readerIndex(index);
            in.progress(taken);
        }
        return index == end;
    }

    /** The same for a region of a file, which gives its octets in pieces. */
    static boolean write(
            TcpConnection to, FileRegion region, ChannelOutboundBuffer in, FrameBuffers memory)
            throws IOException {
        Target target = new Target(to, memory);
        while (region.transferred() < region.count()) {
            long before = region.transferred();
            long moved = region.transferTo(target, before);
            if (moved > 0) {
                in.progress(moved);
            } else if (target.isFull) {
                return false;
            } else if (moved < 0 || region.transferred() == before) {
                throw new EOFException(
                        "the region has "
                                + region.count()
                                + " octets, and its file ended after "
                                + before);
            }
        }
        return true;
    }

    /** The send queue as a channel that takes less than it is given when it is full. */
    private static final class Target implements WritableByteChannel {
        private final TcpConnection to;
        private final FrameBuffers memory;
        private boolean isFull;

        Target(TcpConnection to, FrameBuffers memory) {
            this.to = to;
            this.memory = memory;
        }

        @Override
        public int write(ByteBuffer from) {
            int start = from.position();
            while (from.hasRemaining()) {
                long at = to.reserve(1);
                if (at < 0) {
                    isFull = true;
                    break;
                }
                int piece = Math.min(from.remaining(), to.reservedLength());
                memory.writeWindow(at, piece).put(from.slice(from.position(), piece));
                from.position(from.position() + piece);
                to.commit(piece);
            }
            return from.position() - start;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
