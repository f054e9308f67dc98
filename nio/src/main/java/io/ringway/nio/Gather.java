package io.ringway.nio;

import java.nio.ByteBuffer;

/** Several buffers as one datagram. */
final class Gather {
    private Gather() {}

    /** Octets that these buffers have left together, at most as many as an array may have. */
    static int remaining(ByteBuffer[] buffers, int offset, int length) {
        long sum = 0;
        for (int i = offset; i < offset + length; i++) {
            sum += buffers[i].remaining();
        }
        return (int) Math.min(sum, Integer.MAX_VALUE - 8);
    }

    /** A copy of what these buffers have left; they stay as they are. */
    static ByteBuffer gather(ByteBuffer[] from, int offset, int length) {
        ByteBuffer whole = ByteBuffer.allocate(remaining(from, offset, length));
        for (int i = offset; i < offset + length; i++) {
            whole.put(from[i].duplicate());
        }
        return whole.flip();
    }

    /** Moves the positions as if {@code octets} were taken. */
    static void skip(ByteBuffer[] from, int offset, int length, int octets) {
        int left = octets;
        for (int i = offset; i < offset + length && left > 0; i++) {
            int taken = Math.min(left, from[i].remaining());
            from[i].position(from[i].position() + taken);
            left -= taken;
        }
    }

    /** Fills the buffers one after the other. */
    static void scatter(ByteBuffer from, ByteBuffer[] into, int offset, int length) {
        int end = from.limit();
        for (int i = offset; i < offset + length && from.position() < end; i++) {
            from.limit(Math.min(end, from.position() + into[i].remaining()));
            into[i].put(from);
        }
    }
}
