package io.ringway.testkit.script;

import io.ringway.testkit.script.LivePacket.Segment;
import io.ringway.wire.TcpHeader;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** Compares what the stack sent with what the script expects: every field that the script gives. */
final class PacketMatcher {
    /** Octets in a segment of the usual size. */
    private static final int SEGMENT = 1440;

    private final ScriptConfig config;

    PacketMatcher(ScriptConfig config) {
        this.config = config;
    }

    /** What differs in the IP header, or null. */
    static @Nullable String ipDifference(PacketSpec.Ip expected, LivePacket got) {
        if (got.problem() != null) {
            return "the " + got.problem() + " is wrong";
        }
        int ecn = got.tos() & 3;
        String difference =
                switch (expected.check()) {
                    case NONE -> null;
                    case ECN -> differs("ECN field", expected.tos(), ecn);
                    case ECT01 ->
                            ecn == 1 || ecn == 2 ? null : "ECN field: expected ECT, got " + ecn;
                    case TOS -> differs("TOS", expected.tos(), got.tos());
                };
        if (difference == null && expected.ttl() != 0) {
            difference = differs("TTL", expected.ttl(), got.ttl());
        }
        return difference;
    }

    /**
     * What differs in the segment, or null.
     *
     * @param got in the script's numbers; what was sent in several segments as one
     * @param ignored flags that do not count
     */
    @Nullable String difference(
            PacketSpec.Tcp expected, PacketSpec.Tcp got, int ignored, Flow flow) {
        String difference = flagDifference(expected, got, ignored);
        if (difference == null && expected.seq() != PacketSpec.Tcp.ANY_SEQ) {
            difference = differs("sequence number", expected.seq(), got.seq());
        }
        if (difference == null) {
            difference = differs("payload length", expected.length(), got.length());
        }
        if (difference == null) {
            difference = differs("acknowledgment number", expected.ack(), got.ack());
        }
        // The window of a RST means nothing (RFC 9293 §3.10.7.4), and the stack's is 0.
        boolean isOfReset = got.has(TcpHeader.RST) && got.window() == 0;
        if (difference == null
                && expected.window() >= 0
                && !isOfReset
                && !isWithinSegment(expected, got, flow)) {
            difference = differs("window", expected.window(), got.window());
        }
        if (difference == null) {
            difference = differs("urgent pointer", expected.urgent(), got.urgent());
        }
        if (difference == null && expected.sourcePort() != 0) {
            difference = differs("source port", expected.sourcePort(), got.sourcePort());
        }
        if (difference == null && expected.destinationPort() != 0) {
            difference =
                    differs("destination port", expected.destinationPort(), got.destinationPort());
        }
        return difference != null ? difference : optionDifference(expected, got, flow);
    }

    /**
     * FreeBSD moves a window's edge by any step; RFC 9293 §3.8.6.2.2 has it move by a whole segment
     * at least, so it may lie short of FreeBSD's by less than one.
     */
    private boolean isWithinSegment(PacketSpec.Tcp expected, PacketSpec.Tcp got, Flow flow) {
        int missing = expected.window() - got.window();
        return config.isFreeBsd()
                && !got.has(TcpHeader.SYN)
                && missing >= 0
                && (long) missing << flow.shift() < SEGMENT;
    }

    /**
     * Whether a segment asks after a closed window, as the script's does: Linux with an empty one
     * below SND.UNA, the stack with an octet (RFC 9293 §3.8.6.1).
     */
    boolean isProbe(PacketSpec.Tcp spec, PacketSpec.Tcp got) {
        return !config.isFreeBsd()
                && spec.flags() == TcpHeader.ACK
                && spec.length() == 0
                && got.length() == 1
                && got.seq() == spec.seq() + 1;
    }

    /** The script's probe as the stack sends it. */
    static PacketSpec.Tcp probe(PacketSpec.Tcp spec) {
        return new PacketSpec.Tcp(
                spec.ip(),
                spec.sourcePort(),
                spec.destinationPort(),
                spec.flags(),
                -1,
                spec.seq() + 1,
                1,
                spec.ack(),
                spec.window(),
                spec.urgent(),
                spec.options());
    }

    private static @Nullable String flagDifference(
            PacketSpec.Tcp expected, PacketSpec.Tcp got, int ignored) {
        if ((expected.flags() | ignored) == (got.flags() | ignored)) {
            return null;
        }
        return "flags: expected "
                + PacketText.flags(expected.flags())
                + ", got "
                + PacketText.flags(got.flags());
    }

    // Their order counts, and so do the octets that fill.
    private @Nullable String optionDifference(
            PacketSpec.Tcp expected, PacketSpec.Tcp got, Flow flow) {
        List<OptionSpec> wanted = expected.options();
        List<OptionSpec> present = got.options();
        if (wanted == null || present == null) {
            return null;
        }
        boolean isSame = wanted.size() == present.size();
        for (int i = 0; isSame && i < wanted.size(); i++) {
            isSame = isSame(wanted.get(i), present.get(i), flow);
        }
        return isSame ? null : "options: expected " + wanted + ", got " + named(present, flow);
    }

    private boolean isSame(OptionSpec wanted, OptionSpec present, Flow flow) {
        if (wanted instanceof OptionSpec.Timestamps expected
                && present instanceof OptionSpec.Timestamps got) {
            return (expected.echo() < 0 || expected.echo() == got.echo())
                    && isInTime(expected.value(), got.value(), flow);
        }
        if (wanted instanceof OptionSpec.FastOpen(String cookie, boolean isExperimental)) {
            return present.equals(new OptionSpec.FastOpen(flow.liveCookie(cookie), isExperimental));
        }
        return wanted.equals(present);
    }

    // Without a tick the script's clock is not known, so that only the names of the values matter.
    private boolean isInTime(long expected, long got, Flow flow) {
        if (expected < 0 || config.timestampTickUs() == 0) {
            return true;
        }
        long script = flow.scriptTimestamp((int) got);
        return Math.abs((int) (script - expected)) * config.timestampTickUs()
                <= config.toleranceUs();
    }

    private static List<OptionSpec> named(List<OptionSpec> options, Flow flow) {
        return options.stream()
                .map(option ->
                        option instanceof OptionSpec.Timestamps timestamps
                                ? new OptionSpec.Timestamps(
                                        flow.scriptTimestamp((int) timestamps.value()),
                                        timestamps.echo())
                                : option)
                .toList();
    }

    /**
     * Why two segments in a row cannot be what the script writes as one, or null: but for the FIN,
     * PSH and CWR flags they must be alike, and follow each other.
     */
    static @Nullable String fragmentDifference(LivePacket first, LivePacket next) {
        Segment before = first.tcp();
        Segment after = next.tcp();
        if (before == null || after == null) {
            return "it is no segment";
        }
        int loose = TcpHeader.FIN | TcpHeader.PSH | TcpHeader.CWR;
        if ((before.flags() | loose) != (after.flags() | loose)) {
            return "its flags differ from those of the segment before";
        }
        if (after.seq() != before.seq() + first.payload().length) {
            return "it does not follow the segment before";
        }
        if (after.ack() != before.ack() || after.window() != before.window()) {
            return "its acknowledgment or window differs from that of the segment before";
        }
        if (after.headerLength() != before.headerLength()) {
            return "its options differ from those of the segment before";
        }
        return null;
    }

    private static @Nullable String differs(String what, long expected, long got) {
        return expected == got ? null : what + ": expected " + expected + ", got " + got;
    }
}
