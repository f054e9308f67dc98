package io.ringway.linux;

/** Which of several AF_PACKET queues a flow's frames come to. */
public enum PacketSteering {
    /**
     * The stack's own hash of the flow, by a program of ours in the kernel: a lane's queue gets the
     * lane's flows, until some are moved to another.
     */
    LANES,

    /** The kernel's own hash of the flow, the same for both directions. */
    HASH
}
