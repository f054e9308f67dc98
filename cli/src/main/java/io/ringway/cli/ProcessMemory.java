package io.ringway.cli;

import com.sun.management.GarbageCollectionNotificationInfo;

import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;

/** What this process holds: resident memory, Java heap, and the longest pause for collecting it. */
final class ProcessMemory {
    private static final Path STATUS = Path.of("/proc/self/status");

    private final AtomicLong longestPauseMs = new AtomicLong();
    private final long collectionsBefore = collections();

    ProcessMemory() {
        for (GarbageCollectorMXBean bean : ManagementFactory.getGarbageCollectorMXBeans()) {
            if (bean instanceof NotificationEmitter emitter) {
                emitter.addNotificationListener(this::onCollection, null, null);
            }
        }
    }

    private void onCollection(Notification notification, Object handback) {
        if (notification.getUserData() instanceof CompositeData data
                && GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION.equals(
                        notification.getType())) {
            long pauseMs = GarbageCollectionNotificationInfo.from(data).getGcInfo().getDuration();
            longestPauseMs.accumulateAndGet(pauseMs, Math::max);
        }
    }

    private static long collections() {
        long count = 0;
        for (GarbageCollectorMXBean bean : ManagementFactory.getGarbageCollectorMXBeans()) {
            count += Math.max(0, bean.getCollectionCount());
        }
        return count;
    }

    /** Garbage collections since this was made. */
    long collected() {
        return collections() - collectionsBefore;
    }

    /** The longest of them, in milliseconds. */
    long longestPauseMs() {
        return longestPauseMs.get();
    }

    /** Octets of the Java heap in use. */
    static long heapOctets() {
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** Octets of the process in memory (VmRSS), or 0 where the kernel does not say. */
    static long residentOctets() {
        List<String> lines;
        try {
            lines = Files.readAllLines(STATUS);
        } catch (IOException e) {
            return 0;
        }
        for (String line : lines) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
            }
        }
        return 0;
    }
}
