package io.ringway.bench.rings;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * Octets through Agrona's ring of messages. A message is at most an eighth of the ring, so longer
 * pieces are several; and a read takes whole messages, up to the length of a piece.
 */
public final class AgronaBytes implements ByteQueue, MessageHandler {
    private static final int TYPE = 1;

    private final OneToOneRingBuffer ring;
    private final int octets;
    private final UnsafeBuffer source = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer target = new UnsafeBuffer(0, 0);
    private int taken;

    /** For {@code capacity} octets in pieces of {@code octets}. */
    public AgronaBytes(int capacity, int octets) {
        int length = capacity + RingBufferDescriptor.TRAILER_LENGTH;
        this.ring = new OneToOneRingBuffer(new UnsafeBuffer(ByteBuffer.allocateDirect(length)));
        this.octets = octets;
        target.wrap(new byte[octets]);
    }

    @Override
    public int write(MemorySegment from, int length) {
        if (source.capacity() == 0) {
            source.wrap((byte[]) from.heapBase().orElseThrow());
        }
        int most = ring.maxMsgLength();
        int sent = 0;
        while (sent < length) {
            int piece = Math.min(most, length - sent);
            if (!ring.write(TYPE, source, sent, piece)) {
                break;
            }
            sent += piece;
        }
        return sent;
    }

    @Override
    public int read(MemorySegment into, int length) {
        taken = 0;
        int limit = Math.max(1, (octets + ring.maxMsgLength() - 1) / ring.maxMsgLength());
        int _ = ring.read(this, limit);
        return taken;
    }

    @Override
    public void onMessage(int type, MutableDirectBuffer buffer, int index, int length) {
        copy(buffer, index, length);
    }

    private void copy(DirectBuffer buffer, int index, int length) {
        target.putBytes(0, buffer, index, length);
        taken += length;
    }
}
