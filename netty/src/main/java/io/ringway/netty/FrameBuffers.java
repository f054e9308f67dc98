package io.ringway.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.IoEventLoop;
import io.ringway.Datagram;
import io.ringway.LaneDriver;
import io.ringway.StackException;
import io.ringway.TcpConnection;
import io.ringway.memory.Counter;
import io.ringway.memory.FramePool;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.RejectedExecutionException;

/**
 * What a lane's channels read and write by: received frames as buffers without a copy, and the
 * memory of frames to write to. The event loop only, but for {@link #release}.
 */
final class FrameBuffers {
    /** A window on the frames' memory: a byte buffer has no more than 2 GiB. */
    private static final int WINDOW_SHIFT = 30;

    private static final long WINDOW_MASK = (1L << WINDOW_SHIFT) - 1;

    private final LaneDriver driver;
    private final IoEventLoop loop;
    private final FramePool frames;
    private final ByteBuffer[] windows;
    private final ByteBuffer[] writeWindows;
    private final int mostSmall;
    private final int mostLarge;

    /** By the frame's number: the buffer over it, which is used again with the frame. */
    private @Nullable FrameByteBuf[] buffers = new FrameByteBuf[0];

    private int smallRetained;
    private int largeRetained;

    FrameBuffers(LaneDriver driver, IoEventLoop loop, RetainLimit limit) {
        this.driver = driver;
        this.loop = loop;
        this.frames = driver.lane().frames();
        this.mostSmall = limit.of(frames.smallCount());
        this.mostLarge = limit.of(frames.largeCount());
        this.windows = windows(frames.memory());
        this.writeWindows = new ByteBuffer[windows.length];
        for (int i = 0; i < windows.length; i++) {
            writeWindows[i] = windows[i].duplicate();
        }
    }

    /** Each begins a GiB behind the one before, and is longer by a frame. */
    private static ByteBuffer[] windows(MemorySegment memory) {
        int count = (int) (((memory.byteSize() - 1) >>> WINDOW_SHIFT) + 1);
        ByteBuffer[] windows = new ByteBuffer[count];
        for (int i = 0; i < count; i++) {
            long start = (long) i << WINDOW_SHIFT;
            long length =
                    Math.min(memory.byteSize() - start, WINDOW_MASK + 1 + FramePool.LARGE_SLOT);
            windows[i] = memory.asSlice(start, length).asByteBuffer();
        }
        return windows;
    }

    /**
     * The octets of the connection's view, all of them, which count as read.
     *
     * @param allocator of the copy, when the application keeps too many frames
     */
    ByteBuf take(TcpConnection connection, ByteBufAllocator allocator) {
        return wrap(connection.take(), allocator);
    }

    /** The payload of a datagram, which is off its queue then. */
    ByteBuf take(Datagram datagram, ByteBufAllocator allocator) {
        return wrap(datagram.take(driver.lane()), allocator);
    }

    private ByteBuf wrap(int frame, ByteBufAllocator allocator) {
        boolean isLarge = frames.isLarge(frame);
        if (isLarge ? largeRetained >= mostLarge : smallRetained >= mostSmall) {
            return copy(frame, allocator);
        }
        if (isLarge) {
            largeRetained++;
        } else {
            smallRetained++;
        }
        if (frame >= buffers.length) {
            buffers = Arrays.copyOf(buffers, Math.max(frame + 1, 2 * buffers.length));
        }
        FrameByteBuf buffer = buffers[frame];
        if (buffer == null) {
            buffer = new FrameByteBuf(this, frame, isLarge);
            buffers[frame] = buffer;
        }
        long slot = frames.slot(frame);
        buffer.begin(
                allocator,
                windows[(int) (slot >>> WINDOW_SHIFT)],
                (int) (slot & WINDOW_MASK) + frames.start(frame),
                frames.length(frame),
                frames.slotLength(frame) - frames.start(frame));
        return buffer;
    }

    private ByteBuf copy(int frame, ByteBufAllocator allocator) {
        int length = frames.length(frame);
        ByteBuf copy = allocator.ioBuffer(length);
        read(frames.data(frame), copy, length);
        frames.release(frame);
        driver.lane().counters().increment(Counter.NETTY_COPIED);
        return copy;
    }

    /** Appends octets from {@code offset} of the frames' memory to {@code into}. */
    void read(long offset, ByteBuf into, int length) {
        ByteBuffer window = writeWindow(offset, length);
        into.writeBytes(window);
    }

    /** A view of the frames' memory, good until the next call. */
    ByteBuffer writeWindow(long offset, int length) {
        ByteBuffer window = writeWindows[(int) (offset >>> WINDOW_SHIFT)];
        int at = (int) (offset & WINDOW_MASK);
        window.limit(at + length).position(at);
        return window;
    }

    /** A frame's buffer was released. Any thread. */
    void release(FrameByteBuf buffer) {
        if (loop.inEventLoop()) {
            releaseHere(buffer);
            return;
        }
        try {
            loop.execute(() -> releaseHere(buffer));
        } catch (RejectedExecutionException ended) {
            releaseElsewhere(buffer);
        }
    }

    /** The event loop has ended; whoever drives the lane by now takes the frame back. */
    private void releaseElsewhere(FrameByteBuf buffer) {
        try {
            driver.lane().execute(() -> frames.release(buffer.frame()));
        } catch (StackException closed) {
            // The memory is gone, and the frame with it.
        }
    }

    private void releaseHere(FrameByteBuf buffer) {
        if (buffer.isLarge()) {
            largeRetained--;
        } else {
            smallRetained--;
        }
        if (driver.isOver()) {
            releaseElsewhere(buffer);
        } else {
            frames.release(buffer.frame());
        }
    }

    /** Frames that the application keeps now. */
    int retained() {
        return smallRetained + largeRetained;
    }
}
