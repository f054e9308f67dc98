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
    private static final int MANY_FILES = 1 << 20;

    private Memory() {}

    /** What a process has in memory (VmRSS). */
    static long resident(long pid) {
        return kibibytes(Path.of("/proc", String.valueOf(pid), "status"), "VmRSS:") * 1024;
    }

    static long resident() {
        return resident(ProcessHandle.current().pid());
    }

    /** All objects in the kernel's slabs, the whole machine's; free ones do not count. */
    static long slab() {
        try {
            // name, active objects, objects, octets of one
            return Files.readString(Path.of("/proc/slabinfo"), UTF_8)
                    .lines()
                    .skip(2)
                    .map(line -> line.split(" +", -1))
                    .mapToLong(words -> Long.parseLong(words[1]) * Long.parseLong(words[3]))
                    .sum();
        } catch (IOException failed) {
            throw new BenchmarkException("cannot read /proc/slabinfo: " + failed, failed);
        }
    }

    /** How many files a process that we start may have open. */
    static int mostFiles() {
        try {
            // name, soft limit, hard limit, unit
            String limit =
                    Files.readString(Path.of("/proc/self/limits"), UTF_8)
                            .lines()
                            .filter(line -> line.startsWith("Max open files"))
                            .map(line -> line.split(" {2,}", -1)[2])
                            .findFirst()
                            .orElse("unlimited");
            return limit.equals("unlimited") ? MANY_FILES : Integer.parseInt(limit);
        } catch (IOException failed) {
            throw new BenchmarkException("cannot read /proc/self/limits: " + failed, failed);
        }
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
