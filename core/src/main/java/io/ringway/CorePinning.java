package io.ringway;

/**
 * Keeps threads of lanes on their cores. Found as a service ({@link java.util.ServiceLoader}), so
 * that the core needs no system call: {@code io.ringway.linux} provides one that calls {@code
 * sched_setaffinity(2)}.
 */
@FunctionalInterface
public interface CorePinning {
    /**
     * Lets the calling thread run on {@code core} alone.
     *
     * @throws RuntimeException when there is no such core, or this process may not use it; it says
     *     which ones there are
     */
    void pin(int core);
}
