package io.ringway.ip;

/** Hears of packets whose rest did not come in time. */
interface ReassemblyTimeout {
    /**
     * The first fragment is there, others are missing. The frame's hold does not pass.
     *
     * @param headerLength octets of the IP header in front of the frame's data
     */
    void onTimeout(int firstFragment, int headerLength, long nowNs);
}
