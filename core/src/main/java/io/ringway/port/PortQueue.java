package io.ringway.port;

import io.ringway.memory.FrameBatch;

/**
 * One queue pair of a port. One lane owns it and calls it; nothing here blocks or throws for what
 * the network does.
 */
public interface PortQueue extends AutoCloseable {
    /**
     * Appends received frames to {@code into}, as many as there are and as it has room for; each is
     * held once, by the caller from then on. A frame carries its stamp and its offload word.
     *
     * @return how many were appended
     */
    int receive(FrameBatch into, long nowNs);

    /**
     * Sends frames from the front of {@code from}, and takes those it accepted out of it; one hold
     * of each passes to the port, which releases it when the device is done with it. What stays in
     * the batch did not fit: try again later.
     *
     * @return how many were accepted
     */
    int transmit(FrameBatch from, long nowNs);

    /**
     * When this queue wants to be called again though nothing happens outside: the arrival of a
     * delayed frame in a simulated link. {@link Long#MAX_VALUE} for a device that wakes a
     * descriptor.
     */
    long nextDeadlineNs();

    /**
     * A file descriptor that {@code poll(2)} reports readable when frames wait; -1 when there is
     * none.
     */
    int pollDescriptor();

    /** All such descriptors, where there are several. */
    default int[] pollDescriptors() {
        int descriptor = pollDescriptor();
        return descriptor < 0 ? new int[0] : new int[] {descriptor};
    }

    @Override
    void close();
}
