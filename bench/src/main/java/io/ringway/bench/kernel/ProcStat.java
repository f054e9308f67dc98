package io.ringway.bench.kernel;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The whole machine's busy time, so that no work is hidden in the kernel or in the client. */
public final class ProcStat {
    private static final double TICKS_A_SECOND = 100;

    private ProcStat() {}

    /**
     * Seconds that all processors together were busy since the machine's start: user, nice, system,
     * irq and softirq; in steps of 10 ms.
     */
    public static double busySeconds() {
        try {
            String line = Files.readString(Path.of("/proc/stat"), UTF_8).lines().findFirst().get();
            String[] words = line.split(" +", -1);
            long ticks = 0;
            for (int field : new int[] {1, 2, 3, 6, 7}) {
                ticks += Long.parseLong(words[field]);
            }
            return ticks / TICKS_A_SECOND;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
