package io.ringway.ip;

/** What the neighbours' state machine asks for, by ARP or by NDP. */
interface NeighbourActions {
    /**
     * Asks a neighbour for its link address, or whether it is still there.
     *
     * @param mac the link address to ask it at, or {@link NeighbourTable#UNKNOWN} to ask all
     * @param waiting a packet that waits for the answer, whose source address is the one to ask
     *     with (RFC 4861 §7.2.2), or {@link io.ringway.memory.FramePool#NONE}
     */
    void solicit(long high, long low, long mac, int waiting, long nowNs);

    /** Takes an IP packet whose neighbour did not answer; its hold passes. */
    void onUnreachable(int frame, long nowNs);
}
