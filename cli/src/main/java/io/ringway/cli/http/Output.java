package io.ringway.cli.http;

import java.lang.foreign.MemorySegment;

/** Where responses go: a connection, or a test's buffer. */
@FunctionalInterface
public interface Output {
    /**
     * Takes octets, and copies them before it returns.
     *
     * @return how many it took, 0 to {@code length}; when fewer, it says later that there is room
     *     again
     */
    int write(MemorySegment from, long offset, int length);
}
