package io.ringway.nio;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The other threads that run while a program ends: its shutdown hooks, which begin at about the
 * same time as the one of ours that asks, and what they have started. Java does not tell of them,
 * but Linux knows when each thread has begun ({@code /proc/self/task}, proc(5)).
 */
final class OtherHooks {
    private static final Path TASKS = Path.of("/proc/self/task");
    private static final Path OWN = Path.of("/proc/thread-self");

    /** Hooks begin one after the other within so many ticks of 10 ms. */
    private static final long TOGETHER_TICKS = 5;

    /** Where a thread's start is among the fields behind its name. */
    private static final int START_FIELD = 19;

    /** Threads of the JVM's and of ours, and the one that waits for all hooks. */
    private static final Pattern NO_HOOK =
            Pattern.compile("ringway-.*|C[12] Comp.*|G[C1] .*|VM .*|SIG.* handler|DestroyJavaVM");

    private final String own;
    private final long sinceTicks;

    /** Those that begin with the calling thread or later. */
    OtherHooks() throws IOException {
        own = Files.readSymbolicLink(OWN).getFileName().toString();
        sinceTicks = start(Files.readString(TASKS.resolve(own).resolve("stat"))) - TOGETHER_TICKS;
    }

    /** Whether none of them is left. */
    boolean areDone() throws IOException {
        try (Stream<Path> tasks = Files.list(TASKS)) {
            return tasks.noneMatch(this::isOne);
        }
    }

    private boolean isOne(Path task) {
        if (task.endsWith(own)) {
            return false;
        }
        try {
            String stat = Files.readString(task.resolve("stat"));
            String name = stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
            return start(stat) >= sinceTicks && !NO_HOOK.matcher(name).matches();
        } catch (IOException ended) {
            return false;
        }
    }

    private static long start(String stat) {
        String fields = stat.substring(stat.lastIndexOf(')') + 2);
        return Long.parseLong(List.of(fields.split(" ", -1)).get(START_FIELD));
    }
}
