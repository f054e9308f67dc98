package io.ringway.linux;

import java.lang.foreign.MemorySegment;

/**
 * Asks for huge pages behind memory that is read at random: frames, connections, tables. They halve
 * the cost of a cache miss, since the walk through the page table goes.
 */
public final class HugePages {
    private static final int MADV_HUGEPAGE = 14;
    private static final int MADV_COLLAPSE = 25;
    private static final int SC_PAGESIZE = 30;

    private HugePages() {}

    /**
     * Advises the kernel to back the whole pages of {@code memory} with huge ones. Any thread, at
     * any time, but it takes about a millisecond for each 8 MiB that has been touched already:
     * those are moved at once, and what is touched later comes as huge pages.
     *
     * @param memory native memory, best a multiple of 2 MiB
     * @return whether the kernel took the advice; when not, everything works, only slower ({@link
     *     Doctor} says why)
     */
    public static boolean advise(MemorySegment memory) {
        long page = Libc.sysconf(SC_PAGESIZE);
        long start = (memory.address() + page - 1) / page * page;
        long end = (memory.address() + memory.byteSize()) / page * page;
        if (!memory.isNative() || end <= start) {
            return false;
        }
        boolean isTaken = Libc.madvise(start, end - start, MADV_HUGEPAGE) >= 0;
        if (isTaken) {
            // Arenas zero what they allocate, so its small pages exist; Linux 6.1 and newer can
            // swap them at once, and
            // an older one does it by and by.
            Libc.madvise(start, end - start, MADV_COLLAPSE);
        }
        return isTaken;
    }
}
