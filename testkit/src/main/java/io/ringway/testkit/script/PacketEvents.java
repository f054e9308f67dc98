package io.ringway.testkit.script;

import io.ringway.wire.IpProtocol;
import io.ringway.wire.TcpHeader;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/** Sends a script's packets to the stack, and takes the stack's for those that it expects. */
final class PacketEvents {
    private final ScriptConfig config;
    private final Machine machine;
    private final FlowTable flows;
    private final PacketBuilder builder;
    private final PacketMatcher matcher;
    private final Consumer<String> trace;
    private final LongSupplier written;
    // The last packet that had been sent when the script last looked at one.
    private int lastSeen = -1;
    // The octets of data in the last segment that the stack received.
    private int lastLength;
    // The acknowledgment number of the last packet that the script has.
    private int lastAck;
    // The number of the FIN that the stack received last.
    private int lastFin;
    private boolean hasFin;
    private boolean isWindowClosed;

    /**
     * The packets of a script.
     *
     * @param written octets that the application has written to the connection under test
     */
    PacketEvents(
            ScriptConfig config,
            Machine machine,
            FlowTable flows,
            LongSupplier written,
            Consumer<String> trace) {
        this.written = written;
        this.config = config;
        this.machine = machine;
        this.flows = flows;
        this.builder = machine.packets();
        this.matcher = new PacketMatcher(config);
        this.trace = trace;
    }

    // --- to the stack ---

    /** Lets the stack receive a packet. */
    void inject(PacketSpec spec) {
        trace.accept("< " + spec);
        machine.inject(
                switch (spec) {
                    case PacketSpec.Tcp tcp -> frame(tcp);
                    case PacketSpec.Udp udp -> frame(udp);
                    case PacketSpec.Icmp icmp -> frame(icmp);
                });
    }

    private byte[] frame(PacketSpec.Tcp spec) {
        Flow flow = flows.inbound(spec);
        takeSynData(spec, flow);
        flow.learnShift(false, spec);
        lastLength = spec.length();
        isWindowClosed = spec.window() == 0;
        config.isLastReset = spec.has(TcpHeader.RST);
        if (spec.has(TcpHeader.FIN)) {
            lastFin = flow.remoteSeq(spec.seq(), spec.has(TcpHeader.SYN)) + lastLength;
            hasFin = true;
        }
        boolean isSyn = spec.has(TcpHeader.SYN);
        List<OptionSpec> options = new ArrayList<>();
        List<OptionSpec> given = spec.options();
        for (OptionSpec option : given == null ? List.<OptionSpec>of() : given) {
            OptionSpec real = real(option, spec, flow);
            options.add(real);
            if (real instanceof OptionSpec.Sack(List<OptionSpec.Block> blocks)) {
                blocks.forEach(block -> machine.passRoundTrip((int) block.end()));
            }
        }
        return builder.tcp(
                spec,
                spec.sourcePort() == 0 ? flow.remotePort : spec.sourcePort(),
                spec.destinationPort() == 0 ? flow.localPort : spec.destinationPort(),
                flow.remoteSeq(spec.seq(), isSyn),
                spec.has(TcpHeader.ACK) ? flow.localSeq(spec.ack(), isSyn) : (int) spec.ack(),
                options,
                // Data in a SYN begins behind the SYN's own number.
                isSyn ? 1 : spec.seq());
    }

    private static OptionSpec real(OptionSpec option, PacketSpec.Tcp spec, Flow flow) {
        return switch (option) {
            case OptionSpec.Sack(List<OptionSpec.Block> blocks) -> {
                List<OptionSpec.Block> moved = new ArrayList<>();
                for (OptionSpec.Block block : blocks) {
                    moved.add(
                            new OptionSpec.Block(
                                    flow.localSeq(block.start(), false) & 0xffff_ffffL,
                                    flow.localSeq(block.end(), false) & 0xffff_ffffL));
                }
                yield new OptionSpec.Sack(moved);
            }
            case OptionSpec.FastOpen(String cookie, boolean isExperimental) ->
                    new OptionSpec.FastOpen(flow.liveCookie(cookie), isExperimental);
            case OptionSpec.Timestamps(long value, long echo) ->
                    new OptionSpec.Timestamps(
                            Math.max(0, value),
                            spec.has(TcpHeader.ACK)
                                    ? flow.liveTimestamp(Math.max(0, echo)) & 0xffff_ffffL
                                    : Math.max(0, echo));
            default -> option;
        };
    }

    private Flow current() {
        Flow flow = flows.current();
        if (flow == null) {
            throw new ScriptFailure("there is no socket that this packet could be for");
        }
        return flow;
    }

    private byte[] frame(PacketSpec.Udp spec) {
        Flow flow = current();
        return builder.udp(
                spec,
                spec.sourcePort() == 0 ? flow.remotePort : spec.sourcePort(),
                spec.destinationPort() == 0 ? flow.localPort : spec.destinationPort());
    }

    private byte[] frame(PacketSpec.Icmp spec) {
        Flow flow = current();
        int typeAndCode = IcmpKinds.typeAndCode(spec, config.isIpv6());
        config.isLastErrorProhibition = IcmpKinds.isProhibition(typeAndCode, config.isIpv6());
        return builder.icmpError(
                spec,
                typeAndCode,
                Math.max(0, spec.mtu()),
                flow.localPort,
                flow.remotePort,
                flow.localSeq(spec.seq(), false));
    }

    // --- of the stack ---

    /**
     * Takes the next packet of the stack, which must be like this one; waits for it until {@code
     * limitUs}. What the script writes as one segment may come in several.
     */
    List<LivePacket> expect(PacketSpec spec, long limitUs) {
        return switch (spec) {
            case PacketSpec.Tcp tcp -> expect(tcp, limitUs);
            case PacketSpec.Udp udp -> List.of(expect(udp, limitUs));
            case PacketSpec.Icmp icmp -> List.of(expect(icmp, limitUs));
        };
    }

    private List<LivePacket> expect(PacketSpec.Tcp spec, long limitUs) {
        Flow flow = flows.outbound(spec);
        List<LivePacket> got = new ArrayList<>();
        int length = 0;
        do {
            LivePacket packet = take(spec, flow, limitUs, got);
            while (isPartOfAck(spec, flow, packet)) {
                trace.accept("> " + PacketText.live(packet, flow) + " (in part)");
                packet = take(spec, flow, limitUs, got);
            }
            if (got.isEmpty()) {
                FlowTable.learn(flow, packet);
            }
            trace.accept("> " + PacketText.live(packet, flow));
            fragment(spec, flow, got, packet, length);
            got.add(packet);
            length += packet.payload().length;
        } while (length < spec.length() && !config.isStrictSegments());
        compare(spec, flow, got, length);
        return got;
    }

    /**
     * Whether an ACK covers only a part of a super-packet, for all of which the script has one ACK:
     * the stack may acknowledge it in steps, so as not to starve the sender.
     */
    private boolean isPartOfAck(PacketSpec.Tcp spec, Flow flow, LivePacket packet) {
        LivePacket.Segment segment = packet.tcp();
        return lastLength > config.mtu() - 40
                && segment != null
                && spec.flags() == TcpHeader.ACK
                && segment.flags() == TcpHeader.ACK
                && spec.length() == 0
                && packet.payload().length == 0
                && (int) (spec.ack() - flow.scriptRemote(segment.ack(), false)) > 0;
    }

    /** Whether a packet only acknowledges the FIN that the stack received. */
    boolean isAckOfFin(LivePacket packet) {
        LivePacket.Segment segment = packet.tcp();
        return hasFin
                && !config.isFreeBsd()
                && segment != null
                && segment.flags() == TcpHeader.ACK
                && packet.payload().length == 0
                && segment.ack() == lastFin + 1;
    }

    private LivePacket take(PacketSpec spec, Flow flow, long limitUs, List<LivePacket> before) {
        machine.advanceTo(limitUs, () -> peek(flow) != null);
        LivePacket packet = peek(flow);
        if (packet == null) {
            throw new ScriptFailure(
                    "no packet came until "
                            + EventTime.seconds(limitUs)
                            + " s\n  expected: "
                            + spec
                            + "\n       got: "
                            + (before.isEmpty()
                                    ? "nothing"
                                    : before.stream()
                                                    .map(one -> PacketText.live(one, flow))
                                                    .collect(Collectors.joining("; "))
                                            + " and nothing more"));
        }
        machine.sent().remove(packet);
        LivePacket.Segment segment = packet.tcp();
        lastAck = segment == null ? lastAck : segment.ack();
        lastSeen = machine.sent().isEmpty() ? packet.order() : machine.sent().getLast().order();
        return packet;
    }

    // Packets of other connections than the one under test are none of the script's business.
    private @Nullable LivePacket peek(Flow flow) {
        Iterator<LivePacket> sent = machine.sent().iterator();
        while (sent.hasNext()) {
            LivePacket packet = sent.next();
            if (FlowTable.isOf(flow, packet)) {
                return packet;
            }
            if (packet.protocol() == flow.protocol) {
                trace.accept("> (of another connection) " + PacketText.live(packet, flow));
                sent.remove();
            }
        }
        return null;
    }

    private static void fragment(
            PacketSpec.Tcp spec, Flow flow, List<LivePacket> before, LivePacket packet, int sent) {
        if (before.isEmpty()) {
            return;
        }
        LivePacket previous = before.getLast();
        String difference = PacketMatcher.fragmentDifference(previous, packet);
        int rest = spec.length() - sent;
        if (difference == null
                && packet.payload().length < rest
                && packet.payload().length != previous.payload().length) {
            difference = "its length differs from that of the segment before";
        }
        if (difference != null) {
            throw new ScriptFailure(
                    difference
                            + "\n  expected: "
                            + spec
                            + "\n       got: "
                            + PacketText.live(before.getFirst(), flow)
                            + " and so on, and then "
                            + PacketText.live(packet, flow));
        }
    }

    private void compare(PacketSpec.Tcp spec, Flow flow, List<LivePacket> packets, int length) {
        LivePacket first = packets.getFirst();
        LivePacket.Segment segment = first.tcp();
        if (segment == null) {
            throw failure("it is no segment", spec, first, flow);
        }
        PacketSpec.Tcp got = flow.toScript(first, segment);
        int flags = segment.flags();
        for (LivePacket packet : packets) {
            LivePacket.Segment next = packet.tcp();
            flags |= next == null ? 0 : next.flags();
            String ip = PacketMatcher.ipDifference(spec.ip(), packet);
            if (ip != null) {
                throw failure(ip, spec, packet, flow);
            }
        }
        got =
                new PacketSpec.Tcp(
                        got.ip(),
                        got.sourcePort(),
                        got.destinationPort(),
                        flags,
                        -1,
                        got.seq(),
                        length,
                        got.ack(),
                        got.window(),
                        got.urgent(),
                        got.options());
        learnTimestamp(spec, got, flow);
        boolean isProbe = isWindowClosed && matcher.isProbe(spec, got);
        PacketSpec.Tcp wanted = isProbe ? PacketMatcher.probe(spec) : spec;
        String difference =
                matcher.difference(wanted, got, ignored(spec, got, packets.size()), flow);
        if (difference != null) {
            throw new ScriptFailure(
                    difference
                            + "\n  expected: "
                            + spec
                            + "\n       got: "
                            + got
                            + " at "
                            + EventTime.seconds(first.timeUs())
                            + " s");
        }
        comparePayload(wanted, flow, packets);
    }

    /**
     * The flags that do not count: PSH in what came in several segments, because Linux sets it in
     * every super-packet; and a PSH that is missing in front of more data, because Linux pushes at
     * the ends of its buffers too (RFC 9293 §3.9.1.2 asks for the last segment only). With the last
     * octet that was written it must be set (MUST-61), where Linux leaves it out after MSG_MORE.
     */
    private int ignored(PacketSpec.Tcp spec, PacketSpec.Tcp got, int segments) {
        boolean isMissing = spec.has(TcpHeader.PSH) && !got.has(TcpHeader.PSH);
        long last = got.seq() + got.length() - 1;
        boolean hasMore = got.length() > 0 && written.getAsLong() > last;
        boolean isLast = got.length() > 0 && written.getAsLong() == last && !config.isFreeBsd();
        boolean isExtra = got.has(TcpHeader.PSH) && !spec.has(TcpHeader.PSH);
        return (segments > 1 || (isMissing && hasMore) || (isExtra && isLast)) ? TcpHeader.PSH : 0;
    }

    private static void learnTimestamp(PacketSpec.Tcp spec, PacketSpec.Tcp got, Flow flow) {
        takeSynData(got, flow);
        flow.learnShift(true, got);
        flow.learnCookie(cookie(spec.options()), cookie(got.options()));
        OptionSpec.Timestamps expected = timestamps(spec.options());
        OptionSpec.Timestamps live = timestamps(got.options());
        if (expected != null && live != null && expected.value() >= 0) {
            flow.learnTimestamp(expected.value(), (int) live.value());
        }
    }

    private static void takeSynData(PacketSpec.Tcp segment, Flow flow) {
        long own = flow.isServer ? flow.remoteIsn & 0xffff_ffffL : flow.scriptLocalIsn;
        flow.isSynDataTaken |=
                segment.has(TcpHeader.SYN)
                        && segment.has(TcpHeader.ACK)
                        && segment.ack() - own > 1
                        && segment.ack() - own < 65_536;
    }

    private static String cookie(@Nullable List<OptionSpec> options) {
        if (options != null) {
            for (OptionSpec option : options) {
                if (option instanceof OptionSpec.FastOpen fastOpen) {
                    return fastOpen.cookie();
                }
            }
        }
        return "";
    }

    private static OptionSpec.@Nullable Timestamps timestamps(@Nullable List<OptionSpec> options) {
        if (options != null) {
            for (OptionSpec option : options) {
                if (option instanceof OptionSpec.Timestamps timestamps) {
                    return timestamps;
                }
            }
        }
        return null;
    }

    private static void comparePayload(PacketSpec.Tcp spec, Flow flow, List<LivePacket> packets) {
        if (spec.seq() == PacketSpec.Tcp.ANY_SEQ) {
            return;
        }
        long number = spec.has(TcpHeader.SYN) ? 1 : spec.seq();
        for (LivePacket packet : packets) {
            byte[] payload = packet.payload();
            if (StreamData.firstWrong(payload, payload.length, number) >= 0) {
                throw failure("the payload is not what was written", spec, packet, flow);
            }
            number += payload.length;
        }
    }

    private LivePacket expect(PacketSpec.Udp spec, long limitUs) {
        Flow flow = current();
        LivePacket packet = take(spec, flow, limitUs, List.of());
        FlowTable.learn(flow, packet);
        trace.accept("> " + PacketText.live(packet, flow));
        String difference = PacketMatcher.ipDifference(spec.ip(), packet);
        if (difference == null && packet.payload().length != spec.length()) {
            difference = "the length differs";
        }
        if (difference != null) {
            throw failure(difference, spec, packet, flow);
        }
        return packet;
    }

    private LivePacket expect(PacketSpec.Icmp spec, long limitUs) {
        Flow icmp = new Flow(config.isIpv6() ? IpProtocol.ICMPV6 : IpProtocol.ICMP, Map.of());
        LivePacket packet = take(spec, icmp, limitUs, List.of());
        trace.accept("> " + PacketText.live(packet, icmp));
        String difference = PacketMatcher.ipDifference(spec.ip(), packet);
        if (difference == null
                && packet.icmpTypeAndCode() != IcmpKinds.typeAndCode(spec, config.isIpv6())) {
            difference = "type or code differs";
        }
        if (difference != null) {
            throw failure(difference, spec, packet, icmp);
        }
        return packet;
    }

    /** Whether a packet only acknowledges what came after the last packet that the script has. */
    private boolean isAckOfMore(LivePacket packet) {
        LivePacket.Segment segment = packet.tcp();
        return segment != null
                && segment.flags() == TcpHeader.ACK
                && packet.payload().length == 0
                && segment.ack() - lastAck > 0;
    }

    private static ScriptFailure failure(
            String difference, PacketSpec spec, LivePacket packet, Flow flow) {
        return new ScriptFailure(
                difference
                        + "\n  expected: "
                        + spec
                        + "\n       got: "
                        + PacketText.live(packet, flow)
                        + " at "
                        + EventTime.seconds(packet.timeUs())
                        + " s");
    }

    /**
     * Fails when the stack has sent packets that nobody expected. What the last events themselves
     * brought about is no more looked at, because the script is over.
     *
     * @param endUs when the last event was
     */
    void requireNothingLeft(long endUs) {
        Flow flow = flows.current();
        if (flow == null) {
            return;
        }
        boolean isRest = true;
        for (LivePacket packet : machine.sent()) {
            // The rest of a burst of data whose beginning the script has.
            isRest &= packet.payload().length > 0 && packet.timeUs() >= endUs;
            boolean isExtra = packet.timeUs() < endUs || (packet.order() <= lastSeen && !isRest);
            if (FlowTable.isOf(flow, packet) && isExtra && !isAckOfMore(packet)) {
                throw new ScriptFailure(
                        "the stack sent a packet that the script does not have\n"
                                + "  expected: nothing\n       got: "
                                + PacketText.live(packet, flow)
                                + " at "
                                + EventTime.seconds(packet.timeUs())
                                + " s");
            }
        }
    }
}
