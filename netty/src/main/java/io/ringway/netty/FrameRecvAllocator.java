package io.ringway.netty;

import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;

/**
 * Reads frames as they are, of whatever length. With another allocator, frames that are longer than
 * it guesses are copied into buffers of its.
 */
final class FrameRecvAllocator extends DefaultMaxMessagesRecvByteBufAllocator {
    /** More than any frame has. */
    private static final int ANY_LENGTH = 1 << 20;

    @Override
    @SuppressWarnings("deprecation") // Of the interface.
    public RecvByteBufAllocator.Handle newHandle() {
        return new MaxMessageHandle() {
            @Override
            public int guess() {
                return ANY_LENGTH;
            }
        };
    }
}
