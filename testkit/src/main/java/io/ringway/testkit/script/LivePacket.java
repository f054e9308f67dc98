package io.ringway.testkit.script;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * A packet that the stack has sent.
 *
 * @param timeUs when, in microseconds since the script's start
 * @param order how many were sent before it
 * @param isIpv6 whether it is one of IPv6
 * @param protocol that of IP
 * @param problem what is wrong with its headers or checksums, or null
 * @param octets the whole packet, from the IP header on
 * @param transport where the header behind IP's begins
 * @param tcp the segment with the numbers as they are in the header, or null when it is none
 * @param payload of TCP or UDP
 */
@SuppressWarnings("ArrayRecordComponent") // Compared field by field, in PacketMatcher.
record LivePacket(
        long timeUs,
        int order,
        boolean isIpv6,
        int protocol,
        int tos,
        int ttl,
        int flowLabel,
        int sourcePort,
        int destinationPort,
        @Nullable String problem,
        byte[] octets,
        int transport,
        @Nullable Segment tcp,
        byte[] payload) {
    /**
     * A TCP header taken apart.
     *
     * @param flags AE included, as in {@link PacketSpec.Tcp}
     */
    record Segment(
            int flags,
            int reserved,
            int seq,
            int ack,
            int window,
            int urgent,
            int headerLength,
            List<OptionSpec> options) {
        boolean has(int flag) {
            return (flags & flag) != 0;
        }
    }

    /** Type and code of ICMP in one number. */
    int icmpTypeAndCode() {
        return (octets[transport] & 0xff) << 8 | (octets[transport + 1] & 0xff);
    }
}
