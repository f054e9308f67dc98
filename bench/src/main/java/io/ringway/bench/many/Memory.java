package io.ringway.bench.many;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ringway.bench.BenchmarkException;

import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** Memory of processes and of the kernel, in octets. */
final class Memory {
    private Memory() {}

    /** What a process has in memory (VmRSS). */
    static long resident(long pid) {
        return kibibytes(Path.of("/proc", String.valueOf(pid), "status"), "VmRSS:") * 1024;
    }

    static long resident() {
        return resident(ProcessHandle.current().pid());
    }

    /** All that the kernel has in slabs, the whole machine's. */
    static long slab() {
        return kibibytes(Path.of("/proc/meminfo"), "Slab:") * 1024;
    }

    /** The Java heap in use after a full collection. */
    static long heap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** Milliseconds that collections took up to now. */
    static long collectionMs() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionTime)
                .sum();
    }

    private static long kibibytes(Path file, String name) {
        try {
            return Files.readString(file, UTF_8)
                    .lines()
                    .filter(line -> line.startsWith(name))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElseThrow(
                            () -> new BenchmarkException(file + " has no line \"" + name + "\""));
        } catch (IOException failed) {
            throw new BenchmarkException("cannot read " + file + ": " + failed, failed);
        }
    }
}
