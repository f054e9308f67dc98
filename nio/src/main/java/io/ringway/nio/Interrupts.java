package io.ringway.nio;

import java.nio.channels.Channel;
import java.util.function.BooleanSupplier;

/** How a channel hears that the thread which waits for it was interrupted. */
final class Interrupts {
    private static final long LONGEST_NS = 1_000_000_000;

    private Interrupts() {}

    /**
     * To be asked when a wait has ended, before the channel's {@code end()}. Who interrupts a
     * thread wakes it first and tells its channel afterwards; the platform's channels sleep until
     * they are told, ours are awake before. So this waits until it has happened, or the late news
     * would close the channel that the thread uses next.
     *
     * @return whether the interrupt did not come to the channel, whose {@code begin()} then has to
     *     be called once more, which looks
     */
    static boolean isUntold(Channel channel, boolean isDone) {
        return !isDone && Thread.currentThread().isInterrupted() && !comes(() -> !channel.isOpen());
    }

    /** Waits a moment for what the interrupting thread is about to do. */
    @SuppressWarnings("ThreadPriorityCheck") // It is right without yielding, too.
    static boolean comes(BooleanSupplier news) {
        long startNs = System.nanoTime();
        while (!news.getAsBoolean()) {
            if (System.nanoTime() - startNs > LONGEST_NS) {
                return false;
            }
            // For the interrupting thread, perhaps on this very core; parking would not wait.
            Thread.yield();
        }
        return true;
    }
}
