package io.ringway.ip;

import io.ringway.layer.PacketInfo;
import io.ringway.memory.Octets;

import java.lang.foreign.MemorySegment;

/**
 * Writes IPv6 headers (RFC 8200 §3).
 *
 * <pre>
 *  0                   1                   2                   3
 * |Version| Traffic Class |           Flow Label                  |
 * |         Payload Length        |  Next Header  |   Hop Limit   |
 * |                Source Address, 128 bits                       |
 * |              Destination Address, 128 bits                    |
 * </pre>
 */
final class Ipv6Output {
    static final int HEADER = 40;

    private static final long VERSION = 6L << 60;
    private static final int TCP = 6;
    private static final int UDP = 17;

    private final int hopLimit;
    private final long flowKey;

    Ipv6Output(int hopLimit, long flowKey) {
        this.hopLimit = hopLimit;
        this.flowKey = flowKey;
    }

    /**
     * Writes the header.
     *
     * @param nextHeader what follows it: the packet's protocol, or a fragment header
     * @param transport where the transport header lies, whose ports go into the flow label
     */
    void write(
            MemorySegment memory,
            long at,
            PacketInfo info,
            int payloadLength,
            int nextHeader,
            long transport) {
        int hops = info.hopLimit == 0 ? hopLimit : info.hopLimit;
        long first =
                VERSION
                        | (long) (info.trafficClass & 0xff) << 52
                        | flowLabel(memory, info, transport) << 32
                        | (long) payloadLength << 16
                        | (long) nextHeader << 8
                        | hops;
        Octets.put64(memory, at, first);
        Octets.put64(memory, at + 8, info.sourceHigh);
        Octets.put64(memory, at + 16, info.sourceLow);
        Octets.put64(memory, at + 24, info.destinationHigh);
        Octets.put64(memory, at + 32, info.destinationLow);
    }

    /**
     * The same for all packets of a flow, and not to be guessed (RFC 6437 §3); 0 for what has no
     * ports.
     */
    private long flowLabel(MemorySegment memory, PacketInfo info, long transport) {
        if (info.protocol != TCP && info.protocol != UDP) {
            return 0;
        }
        int ports = Octets.u32(memory, transport);
        return SeededRandom.mix(info.destinationLow + ports ^ flowKey) >>> 44;
    }
}
