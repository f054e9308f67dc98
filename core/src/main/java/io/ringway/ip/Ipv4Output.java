package io.ringway.ip;

import io.ringway.layer.PacketInfo;
import io.ringway.memory.Direct;

import java.lang.foreign.MemorySegment;

/**
 * Writes IPv4 headers (RFC 791 §3.1), without options.
 *
 * <pre>
 *  0                   1                   2                   3
 * |Version|  IHL  |Type of Service|          Total Length         |
 * |         Identification        |Flags|      Fragment Offset    |
 * |  Time to Live |    Protocol   |         Header Checksum       |
 * |                       Source Address                          |
 * |                    Destination Address                        |
 * </pre>
 */
final class Ipv4Output {
    static final int HEADER = 20;
    static final int DONT_FRAGMENT = 0x4000;
    static final int MORE_FRAGMENTS = 0x2000;

    private static final long VERSION_AND_LENGTH = 0x45L << 56;
    private static final long LOW_32 = 0xffff_ffffL;

    private final int hopLimit;
    private final Identifications identifications;

    Ipv4Output(int hopLimit, Identifications identifications) {
        this.hopLimit = hopLimit;
        this.identifications = identifications;
    }

    /** Writes the header of a packet that is not fragmented. */
    void write(MemorySegment memory, long at, PacketInfo info, int totalLength) {
        // RFC 6864 §4.1: the identification of a packet that is never fragmented means nothing.
        int identification = info.dontFragment ? DONT_FRAGMENT : identifications.next16() << 16;
        write(memory, at, info, totalLength, identification);
    }

    /** Identification, flags and fragment offset come as one word, as they lie in the header. */
    void write(MemorySegment memory, long at, PacketInfo info, int totalLength, int fragmentWord) {
        int hops = info.hopLimit == 0 ? hopLimit : info.hopLimit;
        long destination = info.destinationLow & LOW_32;
        long first =
                VERSION_AND_LENGTH
                        | (long) (info.trafficClass & 0xff) << 48
                        | (long) totalLength << 32
                        | (fragmentWord & LOW_32);
        long second = (long) hops << 56 | (long) info.protocol << 48 | (info.sourceLow & LOW_32);
        assert memory.isNative() && at >= 0 && at + HEADER <= memory.byteSize() : at;
        long address = memory.address() + at;
        Direct.put64(address, 0, first);
        Direct.put64(address, 8, second | checksum(first, second, destination) << 32);
        Direct.put32(address, 16, (int) destination);
    }

    /** The header checksum of these words, its own field being zero in them (RFC 1071). */
    static long checksum(long first, long second, long destination) {
        long sum =
                (first >>> 32)
                        + (first & LOW_32)
                        + (second >>> 32)
                        + (second & LOW_32)
                        + destination;
        sum = (sum >>> 16) + (sum & 0xffff);
        sum = (sum >>> 16) + (sum & 0xffff);
        sum = (sum >>> 16) + (sum & 0xffff);
        return ~sum & 0xffff;
    }
}
