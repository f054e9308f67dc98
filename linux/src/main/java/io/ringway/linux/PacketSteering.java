package io.ringway.linux;

/** Which of several AF_PACKET queues a flow's frames come to. */
public enum PacketSteering {
    /** The kernel's own hash of the flow, the same for both directions. */
    HASH
}
