package io.ringway.ip;

import io.ringway.layer.PacketInfo;
import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.memory.FramePool;
import io.ringway.memory.Octets;
import io.ringway.wire.Checksum;
import io.ringway.wire.IpAddress;
import io.ringway.wire.IpProtocol;

import java.lang.foreign.MemorySegment;

/**
 * Makes ICMP and ICMPv6 messages of ours: errors, within their rate limit and the rules for when to
 * keep quiet (RFC 1122 §3.2.2, RFC 4443 §2.4 e), and echo requests.
 */
final class IcmpOutput {
    private static final int ICMP_HEADER = 8;

    /**
     * The largest ICMP error: 576 octets with its IP header (RFC 1812 §4.3.2.3), 1280 over IPv6
     * (RFC 4443 §2.4 c).
     */
    private static final int MAX_QUOTE_IPV4 = 576 - 20 - ICMP_HEADER;

    private static final int MAX_QUOTE_IPV6 = 1280 - 40 - ICMP_HEADER;

    private final FramePool frames;
    private final Counters counters;
    private final PacketOutput output;
    private final SourceSelection sources;
    private final IcmpLimiter limiter;
    private final PacketInfo info = new PacketInfo();

    IcmpOutput(
            FramePool frames,
            Counters counters,
            PacketOutput output,
            SourceSelection sources,
            IcmpLimiter limiter) {
        this.frames = frames;
        this.counters = counters;
        this.output = output;
        this.sources = sources;
        this.limiter = limiter;
    }

    /**
     * Notes an error about a packet that came to us. Keeps quiet about one that was sent to a
     * group.
     *
     * @param rest the second word of the message
     * @param quote where the packet's IP header begins
     * @param length octets of the packet from there
     */
    void error(
            PacketInfo received, int type, int code, int rest, long quote, int length, long nowNs) {
        if (!received.isMulticast) {
            errorEvenToGroup(received, type, code, rest, quote, length, nowNs);
        }
    }

    /**
     * The same, but also about a packet that was sent to a group: what RFC 8200 §4.2 wants of one
     * kind of option.
     */
    void errorEvenToGroup(
            PacketInfo received, int type, int code, int rest, long quote, int length, long nowNs) {
        if (IpAddress.isUnspecified(received.sourceHigh, received.sourceLow)
                || IpAddress.isMulticast(received.sourceHigh, received.sourceLow)) {
            return;
        }
        // What we tell ourselves harms nobody.
        boolean isLimited = !IpAddress.isLoopback(received.sourceHigh, received.sourceLow);
        if (isLimited && !limiter.take(nowNs)) {
            counters.increment(Counter.ICMP_RATE_LIMITED);
            return;
        }
        boolean isIpv4 = received.isIpv4();
        info.answerTo(received);
        info.protocol = isIpv4 ? IpProtocol.ICMP : IpProtocol.ICMPV6;
        if (received.isMulticast && !sources.choose(info)) {
            return;
        }
        int frame = frames.allocate();
        if (frame == FramePool.NONE) {
            counters.increment(Counter.IP_NO_FRAME);
            return;
        }
        int quoted = Math.min(length, isIpv4 ? MAX_QUOTE_IPV4 : MAX_QUOTE_IPV6);
        frames.length(frame, ICMP_HEADER + quoted);
        MemorySegment memory = frames.memory();
        long at = frames.data(frame);
        Octets.put64(memory, at, (long) type << 56 | (long) code << 48 | (rest & 0xffff_ffffL));
        Octets.copy(memory, quote, memory, at + ICMP_HEADER, quoted);
        finish(frame);
    }

    /**
     * Writes the checksum of the message in {@code frame}, addressed as {@link #info} says, and
     * notes it.
     */
    private void finish(int frame) {
        MemorySegment memory = frames.memory();
        int length = frames.length(frame);
        long pseudoHeader =
                info.protocol == IpProtocol.ICMP ? 0 : info.pseudoHeader(info.protocol, length);
        long at = frames.data(frame);
        Octets.put16(memory, at + 2, 0);
        Octets.put16(
                memory, at + 2, Checksum.finish(Checksum.sum(memory, at, length, pseudoHeader)));
        counters.increment(Counter.ICMP_SENT);
        output.defer(frame, info);
    }

    /**
     * Notes an echo request.
     *
     * @return false when there is no route, or no frame that holds the payload
     */
    boolean echoRequest(
            long high,
            long low,
            int identifier,
            int sequence,
            int hopLimit,
            MemorySegment payload,
            long offset,
            int length) {
        info.trafficClass = 0;
        info.dontFragment = false;
        info.hint = 0;
        info.destinationHigh = high;
        info.destinationLow = low;
        info.hopLimit = hopLimit;
        boolean isIpv4 = info.isDestinationIpv4();
        info.protocol = isIpv4 ? IpProtocol.ICMP : IpProtocol.ICMPV6;
        if (!sources.choose(info)) {
            counters.increment(Counter.IP_NO_ROUTE);
            return false;
        }
        int room = FramePool.SMALL_SLOT - FramePool.PAYLOAD_START;
        int frame = ICMP_HEADER + length <= room ? frames.allocate() : frames.allocateLarge();
        if (frame == FramePool.NONE) {
            counters.increment(Counter.IP_NO_FRAME);
            return false;
        }
        frames.length(frame, ICMP_HEADER + length);
        long at = frames.data(frame);
        int type = isIpv4 ? 8 : 128;
        Octets.put64(
                frames.memory(),
                at,
                (long) type << 56 | (identifier & 0xffffL) << 16 | (sequence & 0xffffL));
        Octets.copy(payload, offset, frames.memory(), at + ICMP_HEADER, length);
        finish(frame);
        return true;
    }

    /**
     * Notes the answer to an echo request in the request's own frame, or in a copy if somebody else
     * holds it too.
     */
    void echoReply(int frame, PacketInfo received, int replyType) {
        int own = frames.references(frame) == 1 ? frame : copy(frame);
        if (own == FramePool.NONE) {
            counters.increment(Counter.IP_NO_FRAME);
            frames.release(frame);
            return;
        }
        if (own != frame) {
            frames.release(frame);
        }
        info.answerTo(received);
        // RFC 1122 §3.2.2.6: the answer has the request's TOS; congestion marks are not the
        // sender's to send back.
        info.trafficClass = received.trafficClass & 0xfc;
        frames.offload(own, 0);
        Octets.put8(frames.memory(), frames.data(own), replyType);
        finish(own);
    }

    private int copy(int frame) {
        int length = frames.length(frame);
        boolean isSmall = length <= FramePool.SMALL_SLOT - FramePool.PAYLOAD_START;
        int copy = isSmall ? frames.allocate() : frames.allocateLarge();
        if (copy != FramePool.NONE) {
            frames.length(copy, length);
            Octets.copy(
                    frames.memory(),
                    frames.data(frame),
                    frames.memory(),
                    frames.data(copy),
                    length);
        }
        return copy;
    }
}
