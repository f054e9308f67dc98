package io.ringway.ip;

import io.ringway.layer.IcmpError;
import io.ringway.layer.PacketInfo;

import java.lang.foreign.MemorySegment;

/** Hears what became of {@link Ip#ping}. Called on the lane, while it processes input. */
public interface EchoListener {
    /**
     * An echo reply came.
     *
     * @param info addresses and hop limit of the reply; reused after the call
     * @param payload where the data of the reply lies, valid during the call only
     */
    void onEchoReply(
            PacketInfo info,
            int identifier,
            int sequence,
            MemorySegment payload,
            long offset,
            int length,
            long nowNs);

    /**
     * An ICMP error quotes an echo request of ours, or its destination did not answer neighbour
     * discovery.
     */
    void onEchoError(IcmpError error, int identifier, int sequence, long nowNs);
}
