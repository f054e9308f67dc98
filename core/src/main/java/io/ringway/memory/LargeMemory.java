package io.ringway.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ServiceLoader;

/**
 * Memory for many records: zeroed, and where it is large, aligned to huge pages and advised to have
 * them. Any thread.
 */
public final class LargeMemory {
    private static final int HUGE_PAGE = 2 << 20;

    private LargeMemory() {}

    /** Loaded with the first large block, and not before. */
    private static final class Advice {
        static final HugePageAdvice INSTANCE =
                ServiceLoader.load(HugePageAdvice.class, HugePageAdvice.class.getClassLoader())
                        .findFirst()
                        .orElse(memory -> {});
    }

    /**
     * Allocates {@code octets} octets.
     *
     * @param alignment of the block at least, a power of two
     */
    public static MemorySegment allocate(Arena arena, long octets, long alignment) {
        if (octets < HUGE_PAGE) {
            return arena.allocate(octets, alignment);
        }
        MemorySegment memory = arena.allocate(octets, Math.max(alignment, HUGE_PAGE));
        Advice.INSTANCE.advise(memory);
        return memory;
    }
}
