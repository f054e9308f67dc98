package io.ringway.linux;

import io.ringway.port.PortException;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.BitSet;
import java.util.concurrent.ForkJoinPool;

/**
 * Which processors the calling thread may run on.
 *
 * <p>Linux keeps this by thread, and a new thread inherits it from the one that starts it: so pin
 * from inside the lane's thread, and not from the thread that makes the lanes.
 */
public final class Affinity {
    /** Octets of the mask: 8,192 processors, more than Linux has. */
    private static final int MASK = 1024;

    private Affinity() {}

    /** The processors that the calling thread may run on. */
    public static BitSet allowed() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment mask = arena.allocate(MASK, Long.BYTES);
            int result = Libc.schedGetAffinity(0, mask);
            if (result < 0) {
                throw new PortException(
                        "cannot read the thread's processors (" + Errno.describe(-result) + ")");
            }
            return BitSet.valueOf(mask.toArray(ValueLayout.JAVA_LONG));
        }
    }

    /**
     * Lets the calling thread run on processor {@code cpu} alone.
     *
     * @throws PortException when there is no such processor, or this process may not use it
     */
    public static void pin(int cpu) {
        BitSet one = new BitSet();
        if (cpu >= 0 && cpu < MASK * 8) {
            one.set(cpu);
        }
        if (one.isEmpty() || !allow(one)) {
            throw new PortException(
                    "cannot pin the thread to processor "
                            + cpu
                            + ": this process may use "
                            + allowed()
                            + "; see \"taskset -p\" and the cgroup's cpuset");
        }
    }

    /**
     * Lets the calling thread run on {@code cpus}, for instance on what {@link #allowed} said
     * before it was pinned.
     *
     * @return whether the kernel took it
     */
    public static boolean allow(BitSet cpus) {
        if (Thread.currentThread().isVirtual()) {
            throw new IllegalStateException(
                    "a virtual thread has no processor of its own: pin from a platform thread");
        }
        settlePoolSizes();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment mask = arena.allocate(MASK, Long.BYTES);
            mask.copyFrom(MemorySegment.ofArray(cpus.toLongArray()));
            return Libc.schedSetAffinity(0, mask) >= 0;
        }
    }

    /**
     * The JVM counts the processors of the thread that asks. Should a pinned thread be the first to
     * need the common pool or a virtual thread, each would get one worker for the life of the
     * process; so they are made before.
     */
    private static void settlePoolSizes() {
        ForkJoinPool.getCommonPoolParallelism();
        Thread.ofVirtual().unstarted(() -> {});
    }
}
