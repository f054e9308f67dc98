package io.ringway.ip;

import io.ringway.layer.IcmpError;
import io.ringway.layer.PacketInfo;
import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.memory.FramePool;
import io.ringway.memory.Octets;
import io.ringway.wire.Checksum;
import io.ringway.wire.Icmpv6Header;
import io.ringway.wire.IpProtocol;

import java.lang.foreign.MemorySegment;

/** Takes ICMPv6 messages (RFC 4443): answers echo, reports errors, hands neighbour discovery on. */
final class Icmpv6 {
    private static final int MIN_QUOTED_HEADER = 40;

    private final FramePool frames;
    private final Counters counters;
    private final IcmpOutput output;
    private final ErrorReports reports;
    private final Pings pings;
    private final IcmpLimiter echoLimiter;
    private final NeighbourDiscovery discovery;
    private final GroupInput groups;
    private final Ipv6ChainWalk chain = new Ipv6ChainWalk();
    private final Icmpv6Header header = new Icmpv6Header();

    Icmpv6(
            FramePool frames,
            Counters counters,
            IcmpOutput output,
            ErrorReports reports,
            Pings pings,
            IcmpLimiter echoLimiter,
            NeighbourDiscovery discovery,
            GroupInput groups) {
        this.frames = frames;
        this.counters = counters;
        this.output = output;
        this.reports = reports;
        this.pings = pings;
        this.echoLimiter = echoLimiter;
        this.discovery = discovery;
        this.groups = groups;
    }

    /** Takes a message; its hold passes. */
    void onPacket(int frame, PacketInfo info, long nowNs) {
        MemorySegment memory = frames.memory();
        long at = frames.data(frame);
        int length = frames.length(frame);
        if (length < Icmpv6Header.LENGTH) {
            drop(frame, Counter.ICMP_TRUNCATED);
        } else if (!isIntact(memory, at, length, info)) {
            drop(frame, Counter.ICMP_BAD_CHECKSUM);
        } else {
            counters.increment(Counter.ICMP_RECEIVED);
            dispatch(frame, info, header.wrap(memory, at), nowNs);
        }
    }

    private static boolean isIntact(MemorySegment memory, long at, int length, PacketInfo info) {
        long pseudoHeader = info.pseudoHeader(IpProtocol.ICMPV6, length);
        return Checksum.isIntact(Checksum.sum(memory, at, length, pseudoHeader));
    }

    private void dispatch(int frame, PacketInfo info, Icmpv6Header message, long nowNs) {
        switch (message.type()) {
            case Icmpv6Header.ECHO_REQUEST -> onEchoRequest(frame, info, nowNs);
            case Icmpv6Header.ECHO_REPLY -> {
                pings.onReply(frame, info, message.identifier(), message.sequence(), nowNs);
                frames.release(frame);
            }
            case Icmpv6Header.NEIGHBOUR_SOLICITATION,
                    Icmpv6Header.NEIGHBOUR_ADVERTISEMENT,
                    Icmpv6Header.ROUTER_SOLICITATION,
                    Icmpv6Header.ROUTER_ADVERTISEMENT,
                    Icmpv6Header.REDIRECT -> {
                discovery.onMessage(frame, info, message.type(), nowNs);
                frames.release(frame);
            }
            case Icmpv6Header.MLD_QUERY, Icmpv6Header.MLD_REPORT -> {
                groups.onMld(frame, message.type() == Icmpv6Header.MLD_QUERY, info, nowNs);
                frames.release(frame);
            }
            case Icmpv6Header.DESTINATION_UNREACHABLE ->
                    report(frame, info, unreachable(message.code()), 0, nowNs);
            case Icmpv6Header.PACKET_TOO_BIG -> onTooBig(frame, info, message.rest(), nowNs);
            case Icmpv6Header.TIME_EXCEEDED ->
                    report(frame, info, IcmpError.Kind.TIME_EXCEEDED, 0, nowNs);
            case Icmpv6Header.PARAMETER_PROBLEM ->
                    report(frame, info, parameterProblem(message.code()), 0, nowNs);
            default -> drop(frame, Counter.ICMP_UNKNOWN_TYPE);
        }
    }

    private void onEchoRequest(int frame, PacketInfo info, long nowNs) {
        if (info.isMulticast) {
            drop(frame, Counter.ICMP_ECHO_UNWANTED);
        } else if (!echoLimiter.take(nowNs)) {
            drop(frame, Counter.ICMP_RATE_LIMITED);
        } else {
            counters.increment(Counter.ICMP_ECHO_REQUESTS);
            output.echoReply(frame, info, Icmpv6Header.ECHO_REPLY);
        }
    }

    private static IcmpError.Kind unreachable(int code) {
        return switch (code) {
            case Icmpv6Header.NO_ROUTE -> IcmpError.Kind.NETWORK_UNREACHABLE;
            case Icmpv6Header.PROHIBITED, Icmpv6Header.SOURCE_POLICY, Icmpv6Header.ROUTE_REJECTED ->
                    IcmpError.Kind.PROHIBITED;
            case Icmpv6Header.PORT_UNREACHABLE -> IcmpError.Kind.PORT_UNREACHABLE;
            default -> IcmpError.Kind.HOST_UNREACHABLE;
        };
    }

    private static IcmpError.Kind parameterProblem(int code) {
        return code == Icmpv6Header.UNKNOWN_NEXT_HEADER
                ? IcmpError.Kind.PROTOCOL_UNREACHABLE
                : IcmpError.Kind.PARAMETER_PROBLEM;
    }

    /**
     * RFC 8201 §4: an MTU below what every link has is not believed, nor (RFC 6946) answered by
     * atomic fragments.
     */
    private void onTooBig(int frame, PacketInfo info, int mtu, long nowNs) {
        if (Integer.compareUnsigned(mtu, IpConfig.MIN_MTU_IPV6) < 0) {
            drop(frame, Counter.ICMP_BAD_MTU);
        } else {
            int most = Integer.compareUnsigned(mtu, 65_535) > 0 ? 65_535 : mtu;
            report(frame, info, IcmpError.Kind.TOO_BIG, most, nowNs);
        }
    }

    private void report(int frame, PacketInfo info, IcmpError.Kind kind, int mtu, long nowNs) {
        MemorySegment memory = frames.memory();
        long quote = frames.data(frame) + Icmpv6Header.LENGTH;
        int length = frames.length(frame) - Icmpv6Header.LENGTH;
        if (length < MIN_QUOTED_HEADER
                || Octets.u8(memory, quote) >>> 4 != 6
                || !reports.report(
                        memory, quote, length, kind, mtu, reports.isLooped(info), nowNs)) {
            counters.increment(Counter.ICMP_BAD_QUOTE);
        }
        frames.release(frame);
    }

    /** Says that nobody listens on the packet's port. Does not take the frame's hold. */
    void rejectPort(int frame, PacketInfo info, long nowNs) {
        output.error(
                info,
                Icmpv6Header.DESTINATION_UNREACHABLE,
                Icmpv6Header.PORT_UNREACHABLE,
                0,
                frames.data(frame) - info.networkHeaderLength,
                frames.length(frame) + info.networkHeaderLength,
                nowNs);
    }

    /**
     * Says what is wrong with a packet's header (RFC 4443 §3.4). Does not take the frame's hold.
     *
     * @param packet where the IPv6 header begins
     * @param length octets from there
     * @param pointer where the fault is, from there
     * @param evenToGroup whether to say it also if the packet was sent to a group
     */
    void parameterProblem(
            PacketInfo info,
            int code,
            int pointer,
            long packet,
            int length,
            boolean evenToGroup,
            long nowNs) {
        if (isIcmpError(packet, length) || (info.isMulticast && !evenToGroup)) {
            return;
        }
        output.errorEvenToGroup(
                info, Icmpv6Header.PARAMETER_PROBLEM, code, pointer, packet, length, nowNs);
    }

    /**
     * Says that the rest of a packet did not come in time (RFC 8200 §4.5). Does not take the
     * frame's hold.
     */
    void reassemblyExceeded(PacketInfo info, long packet, int length, long nowNs) {
        if (!isIcmpError(packet, length)) {
            output.error(
                    info,
                    Icmpv6Header.TIME_EXCEEDED,
                    Icmpv6Header.REASSEMBLY_EXCEEDED,
                    0,
                    packet,
                    length,
                    nowNs);
        }
    }

    /**
     * Whether the packet is an ICMPv6 error or a redirect, about which nothing is said (RFC 4443
     * §2.4 e).
     */
    private boolean isIcmpError(long packet, int length) {
        MemorySegment memory = frames.memory();
        long chainStart = packet + MIN_QUOTED_HEADER;
        int chainLength = length - MIN_QUOTED_HEADER;
        int next = Octets.u8(memory, packet + 6);
        if (!chain.walk(memory, chainStart, chainLength, next)
                || chain.protocol() != IpProtocol.ICMPV6
                || chain.transportOffset() >= chainLength) {
            return false;
        }
        int type = Octets.u8(memory, chainStart + chain.transportOffset());
        return type < Icmpv6Header.ECHO_REQUEST || type == Icmpv6Header.REDIRECT;
    }

    private void drop(int frame, Counter reason) {
        counters.increment(reason);
        frames.release(frame);
    }
}
