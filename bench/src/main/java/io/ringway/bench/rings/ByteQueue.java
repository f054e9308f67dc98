package io.ringway.bench.rings;

import java.lang.foreign.MemorySegment;

/** A ring as the benchmark sees it. */
public interface ByteQueue {
    /** Puts up to {@code length} octets in, and says how many. */
    int write(MemorySegment from, int length);

    /** Takes up to {@code length} octets out, and says how many. */
    int read(MemorySegment into, int length);
}
