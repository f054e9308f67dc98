package io.ringway.ip;

import io.ringway.layer.IcmpError;
import io.ringway.layer.PacketInfo;
import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.memory.FramePool;
import io.ringway.memory.Octets;
import io.ringway.wire.Checksum;
import io.ringway.wire.Icmpv4Header;
import io.ringway.wire.IpProtocol;

import java.lang.foreign.MemorySegment;

/** Takes ICMP messages (RFC 792, RFC 1122 §3.2.2): answers echo, reports errors, ignores advice. */
final class Icmpv4 {
    private static final int SOURCE_QUENCH = 4;
    private static final int MIN_QUOTED_HEADER = 20;

    /** MTUs that links have, for routers that do not say theirs (RFC 1191 §7.1). */
    private static final int[] PLATEAUS = {
        32_000, 17_914, 8_166, 4_352, 2_002, 1_492, 1_006, 508, 296, IpConfig.MIN_MTU_IPV4
    };

    private final FramePool frames;
    private final Counters counters;
    private final IcmpOutput output;
    private final ErrorReports reports;
    private final Pings pings;
    private final IcmpLimiter echoLimiter;
    private final Icmpv4Header header = new Icmpv4Header();

    Icmpv4(
            FramePool frames,
            Counters counters,
            IcmpOutput output,
            ErrorReports reports,
            Pings pings,
            IcmpLimiter echoLimiter) {
        this.frames = frames;
        this.counters = counters;
        this.output = output;
        this.reports = reports;
        this.pings = pings;
        this.echoLimiter = echoLimiter;
    }

    /** Takes a message; its hold passes. */
    void onPacket(int frame, PacketInfo info, long nowNs) {
        MemorySegment memory = frames.memory();
        long at = frames.data(frame);
        int length = frames.length(frame);
        if (length < Icmpv4Header.LENGTH) {
            drop(frame, Counter.ICMP_TRUNCATED);
        } else if (!Checksum.isIntact(Checksum.sum(memory, at, length, 0))) {
            drop(frame, Counter.ICMP_BAD_CHECKSUM);
        } else {
            counters.increment(Counter.ICMP_RECEIVED);
            dispatch(frame, info, header.wrap(memory, at), nowNs);
        }
    }

    private void dispatch(int frame, PacketInfo info, Icmpv4Header message, long nowNs) {
        switch (message.type()) {
            case Icmpv4Header.ECHO_REQUEST -> onEchoRequest(frame, info, nowNs);
            case Icmpv4Header.ECHO_REPLY -> {
                pings.onReply(frame, info, message.identifier(), message.sequence(), nowNs);
                frames.release(frame);
            }
            case Icmpv4Header.DESTINATION_UNREACHABLE ->
                    onUnreachable(frame, info, message.code(), message.mtu(), nowNs);
            case Icmpv4Header.TIME_EXCEEDED ->
                    report(frame, info, IcmpError.Kind.TIME_EXCEEDED, 0, nowNs);
            case Icmpv4Header.PARAMETER_PROBLEM ->
                    report(frame, info, IcmpError.Kind.PARAMETER_PROBLEM, 0, nowNs);
            // RFC 6633 §3 for the one; a host with static routes has no use for the other.
            case SOURCE_QUENCH, Icmpv4Header.REDIRECT -> drop(frame, Counter.ICMP_IGNORED);
            default -> drop(frame, Counter.ICMP_UNKNOWN_TYPE);
        }
    }

    private void onEchoRequest(int frame, PacketInfo info, long nowNs) {
        if (info.isMulticast) {
            // RFC 1122 §3.2.2.6 allows silence, and amplification attacks suggest it.
            drop(frame, Counter.ICMP_ECHO_UNWANTED);
        } else if (!echoLimiter.take(nowNs)) {
            drop(frame, Counter.ICMP_RATE_LIMITED);
        } else {
            counters.increment(Counter.ICMP_ECHO_REQUESTS);
            output.echoReply(frame, info, Icmpv4Header.ECHO_REPLY);
        }
    }

    private void onUnreachable(int frame, PacketInfo info, int code, int mtu, long nowNs) {
        if (code == Icmpv4Header.FRAGMENTATION_NEEDED) {
            onFragmentationNeeded(frame, info, mtu, nowNs);
            return;
        }
        IcmpError.Kind kind =
                switch (code) {
                    case 0, 6, 8, 11 -> IcmpError.Kind.NETWORK_UNREACHABLE;
                    case Icmpv4Header.PROTOCOL_UNREACHABLE -> IcmpError.Kind.PROTOCOL_UNREACHABLE;
                    case Icmpv4Header.PORT_UNREACHABLE -> IcmpError.Kind.PORT_UNREACHABLE;
                    case Icmpv4Header.NETWORK_PROHIBITED,
                            Icmpv4Header.HOST_PROHIBITED,
                            Icmpv4Header.PROHIBITED,
                            14,
                            15 ->
                            IcmpError.Kind.PROHIBITED;
                    default -> IcmpError.Kind.HOST_UNREACHABLE;
                };
        report(frame, info, kind, 0, nowNs);
    }

    /** RFC 1191 §4, §5: a router that does not know of path MTU discovery says 0. */
    private void onFragmentationNeeded(int frame, PacketInfo info, int reported, long nowNs) {
        int mtu = reported;
        if (mtu == 0 && quoteLength(frame) >= MIN_QUOTED_HEADER) {
            mtu = plateauBelow(Octets.u16(frames.memory(), quote(frame) + 2));
        }
        if (mtu < IpConfig.MIN_MTU_IPV4) {
            drop(frame, Counter.ICMP_BAD_MTU);
        } else {
            report(frame, info, IcmpError.Kind.TOO_BIG, mtu, nowNs);
        }
    }

    private static int plateauBelow(int length) {
        for (int plateau : PLATEAUS) {
            if (plateau < length) {
                return plateau;
            }
        }
        return 0;
    }

    private long quote(int frame) {
        return frames.data(frame) + Icmpv4Header.LENGTH;
    }

    private int quoteLength(int frame) {
        return frames.length(frame) - Icmpv4Header.LENGTH;
    }

    private void report(int frame, PacketInfo info, IcmpError.Kind kind, int mtu, long nowNs) {
        MemorySegment memory = frames.memory();
        if (quoteLength(frame) < MIN_QUOTED_HEADER
                || Octets.u8(memory, quote(frame)) >>> 4 != 4
                || !reports.report(
                        memory,
                        quote(frame),
                        quoteLength(frame),
                        kind,
                        mtu,
                        reports.isLooped(info),
                        nowNs)) {
            counters.increment(Counter.ICMP_BAD_QUOTE);
        }
        frames.release(frame);
    }

    /**
     * Says that nobody here speaks the packet's protocol (RFC 1122 §3.2.2.1). Does not take the
     * frame's hold.
     */
    void rejectProtocol(int frame, PacketInfo info, long nowNs) {
        unreachable(frame, info, Icmpv4Header.PROTOCOL_UNREACHABLE, nowNs);
    }

    /** Says that nobody listens on the packet's port. Does not take the frame's hold. */
    void rejectPort(int frame, PacketInfo info, long nowNs) {
        unreachable(frame, info, Icmpv4Header.PORT_UNREACHABLE, nowNs);
    }

    /**
     * Says that the rest of a packet did not come in time (RFC 792). Does not take the frame's
     * hold.
     */
    void reassemblyExceeded(int firstFragment, PacketInfo info, long nowNs) {
        boolean isError =
                info.protocol == IpProtocol.ICMP
                        && header.wrap(frames.memory(), frames.data(firstFragment)).isError();
        if (!isError) {
            output.error(
                    info,
                    Icmpv4Header.TIME_EXCEEDED,
                    Icmpv4Header.REASSEMBLY_EXCEEDED,
                    0,
                    frames.data(firstFragment) - info.networkHeaderLength,
                    frames.length(firstFragment) + info.networkHeaderLength,
                    nowNs);
        }
    }

    private void unreachable(int frame, PacketInfo info, int code, long nowNs) {
        output.error(
                info,
                Icmpv4Header.DESTINATION_UNREACHABLE,
                code,
                0,
                frames.data(frame) - info.networkHeaderLength,
                frames.length(frame) + info.networkHeaderLength,
                nowNs);
    }

    private void drop(int frame, Counter reason) {
        counters.increment(reason);
        frames.release(frame);
    }
}
