package io.ringway.nio;

/** How a channel hears that the thread which waits for it was interrupted. */
final class Interrupts {
    private Interrupts() {}

    /**
     * Whether the calling thread was interrupted in a wait that is not done. Who interrupts it
     * wakes it first and tells the channel afterwards; when the thread is faster, the channel has
     * not heard of it yet, and its {@code begin()} has to be called once more, which looks.
     */
    static boolean isUntold(boolean isDone) {
        return !isDone && Thread.currentThread().isInterrupted();
    }
}
