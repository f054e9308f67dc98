package io.ringway.linux;

/** How AF_PACKET hands frames over. */
public enum PacketReceive {
    /** Each frame at once, in a slot of its own (TPACKET_V2): the lower latency. */
    FRAMES,

    /**
     * Blocks of frames (TPACKET_V3), full or a millisecond old: fewer cache misses for bulk and
     * capture, and a millisecond more for everything that waits for an answer.
     */
    BLOCKS
}
