package io.ringway.memory;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;

/** A piece of heap that a {@link ByteRing} borrows while it holds octets. */
final class Chunk {
    /** Several segments' worth, and little enough that ten thousand busy rings are no burden. */
    static final int OCTETS = 8192;

    final MemorySegment memory = MemorySegment.ofArray(new byte[OCTETS]);

    /** The one that holds the octets behind this one's. */
    @Nullable Chunk next;
}
