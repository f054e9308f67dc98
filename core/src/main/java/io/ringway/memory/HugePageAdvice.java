package io.ringway.memory;

import java.lang.foreign.MemorySegment;

/**
 * What a platform does for memory that is read at random: it backs it with huge pages, so that a
 * cache miss does not wait for a walk through the page table as well. Found by {@link
 * java.util.ServiceLoader}; without one everything works, only slower.
 */
public interface HugePageAdvice {
    /**
     * Asks for huge pages behind native memory of 2 MiB or more. Called once for each block, before
     * anything is stored in it; never fails. Any thread.
     */
    void advise(MemorySegment memory);
}
