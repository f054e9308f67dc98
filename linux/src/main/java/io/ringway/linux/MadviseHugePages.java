package io.ringway.linux;

import io.ringway.memory.HugePageAdvice;

import java.lang.foreign.MemorySegment;

/** Huge pages by {@code madvise(2)}, for every large block of a stack ({@link HugePages}). */
public final class MadviseHugePages implements HugePageAdvice {
    /** For {@link java.util.ServiceLoader}. */
    public MadviseHugePages() {}

    @Override
    public void advise(MemorySegment memory) {
        HugePages.advise(memory);
    }
}
