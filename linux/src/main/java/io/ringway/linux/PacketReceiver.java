package io.ringway.linux;

import io.ringway.memory.FrameBatch;

/** The receiving half of an AF_PACKET queue. One thread. */
interface PacketReceiver {
    /** Appends what has come, as {@code PortQueue.receive} does. */
    int receive(FrameBatch into, long nowNs);

    /** Gives the ring back. */
    void close();
}
