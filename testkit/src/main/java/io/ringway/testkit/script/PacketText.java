package io.ringway.testkit.script;

import io.ringway.wire.IpProtocol;
import io.ringway.wire.TcpHeader;

import java.util.stream.Collectors;

/** Packets as scripts write them. Pure. */
final class PacketText {
    private static final String LETTERS = "FSRP.UEWA";

    private PacketText() {}

    static String tcp(PacketSpec.Tcp tcp) {
        StringBuilder text = new StringBuilder(flags(tcp.flags()));
        text.append(' ')
                .append(tcp.seq())
                .append(':')
                .append((tcp.seq() + tcp.length()) & 0xffff_ffffL)
                .append('(')
                .append(tcp.length())
                .append(')');
        if (tcp.has(TcpHeader.ACK)) {
            text.append(" ack ").append(tcp.ack());
        }
        if (tcp.window() >= 0) {
            text.append(" win ").append(tcp.window());
        }
        if (tcp.urgent() != 0) {
            text.append(" urg ").append(tcp.urgent());
        }
        var options = tcp.options();
        if (options == null) {
            text.append(" <...>");
        } else if (!options.isEmpty()) {
            text.append(
                    options.stream()
                            .map(Object::toString)
                            .collect(Collectors.joining(",", " <", ">")));
        }
        return text.toString();
    }

    /** The letters of flags in the order people write them: the ACK's point comes last. */
    static String flags(int flags) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < LETTERS.length(); i++) {
            if (i != 4 && (flags & 1 << i) != 0) {
                text.append(LETTERS.charAt(i));
            }
        }
        if ((flags & TcpHeader.ACK) != 0) {
            text.append('.');
        }
        return text.isEmpty() ? "-" : text.toString();
    }

    /** A packet that the stack sent, in the numbers of {@code flow}. */
    static String live(LivePacket packet, Flow flow) {
        LivePacket.Segment segment = packet.tcp();
        String ip = (packet.tos() & 3) == 0 ? "" : "[ect " + (packet.tos() & 3) + "] ";
        if (segment != null) {
            return ip + tcp(flow.toScript(packet, segment));
        }
        if (packet.protocol() == IpProtocol.UDP) {
            return ip + "udp (" + packet.payload().length + ")";
        }
        boolean isIcmp =
                packet.protocol() == IpProtocol.ICMP || packet.protocol() == IpProtocol.ICMPV6;
        int typeAndCode = packet.icmpTypeAndCode();
        return isIcmp
                ? "icmp type " + (typeAndCode >> 8) + " code " + (typeAndCode & 0xff)
                : "protocol " + packet.protocol();
    }
}
