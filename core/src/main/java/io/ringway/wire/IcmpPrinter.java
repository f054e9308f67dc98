package io.ringway.wire;

import java.lang.foreign.MemorySegment;

/** Says an ICMP or ICMPv6 message in tcpdump's words. */
final class IcmpPrinter {
    private final Icmpv4Header icmp4 = new Icmpv4Header();
    private final Icmpv6Header icmp6 = new Icmpv6Header();
    private final Ipv4Header quoted = new Ipv4Header();
    private final NdpMessage ndp = new NdpMessage();
    private final NdpOptions options = new NdpOptions();

    void print4(StringBuilder out, MemorySegment memory, long offset, int length) {
        out.append("ICMP ");
        if (!icmp4.wrap(memory, offset).isValid(length)) {
            out.append("[|icmp], length ").append(length);
            return;
        }
        switch (icmp4.type()) {
            case Icmpv4Header.ECHO_REQUEST -> echo(out, "request", icmp4.rest());
            case Icmpv4Header.ECHO_REPLY -> echo(out, "reply", icmp4.rest());
            case Icmpv4Header.DESTINATION_UNREACHABLE -> unreachable4(out, memory, offset, length);
            case Icmpv4Header.TIME_EXCEEDED ->
                    out.append(
                            icmp4.code() == Icmpv4Header.TTL_EXCEEDED
                                    ? "time exceeded in-transit"
                                    : "ip reassembly time exceeded");
            case Icmpv4Header.PARAMETER_PROBLEM ->
                    out.append("parameter problem - octet ").append(icmp4.pointer());
            case Icmpv4Header.REDIRECT ->
                    out.append("redirect to ").append(IpAddress.ofIpv4(icmp4.rest()));
            default ->
                    out.append("type-").append(icmp4.type()).append(" code-").append(icmp4.code());
        }
        out.append(", length ").append(length);
    }

    private static void echo(StringBuilder out, String what, int rest) {
        out.append("echo ").append(what).append(", id ").append(rest >>> 16);
        out.append(", seq ").append(rest & 0xffff);
    }

    private void unreachable4(StringBuilder out, MemorySegment memory, long offset, int length) {
        boolean hasQuote = length >= Icmpv4Header.LENGTH + Ipv4Header.MIN_LENGTH;
        quoted.wrap(memory, offset + Icmpv4Header.LENGTH);
        if (hasQuote) {
            out.append(IpAddress.ofIpv4(quoted.destination())).append(' ');
        }
        switch (icmp4.code()) {
            case Icmpv4Header.NETWORK_UNREACHABLE -> out.append("net unreachable");
            case Icmpv4Header.HOST_UNREACHABLE -> out.append("host unreachable");
            case Icmpv4Header.PROTOCOL_UNREACHABLE -> {
                out.append("protocol ");
                if (hasQuote) {
                    out.append(quoted.protocol()).append(' ');
                }
                out.append("unreachable");
            }
            case Icmpv4Header.PORT_UNREACHABLE -> out.append("port unreachable");
            case Icmpv4Header.FRAGMENTATION_NEEDED ->
                    out.append("unreachable - need to frag (mtu ").append(icmp4.mtu()).append(')');
            case Icmpv4Header.SOURCE_ROUTE_FAILED ->
                    out.append("unreachable - source route failed");
            case Icmpv4Header.NETWORK_PROHIBITED,
                    Icmpv4Header.HOST_PROHIBITED,
                    Icmpv4Header.PROHIBITED ->
                    out.append("unreachable - admin prohibited filter");
            default -> out.append("unreachable - code ").append(icmp4.code());
        }
    }

    void print6(StringBuilder out, MemorySegment memory, long offset, int length) {
        out.append("ICMP6, ");
        if (!icmp6.wrap(memory, offset).isValid(length)) {
            out.append("[|icmp6], length ").append(length);
            return;
        }
        switch (icmp6.type()) {
            case Icmpv6Header.ECHO_REQUEST -> echo(out, "request", icmp6.rest());
            case Icmpv6Header.ECHO_REPLY -> echo(out, "reply", icmp6.rest());
            case Icmpv6Header.DESTINATION_UNREACHABLE ->
                    out.append("destination unreachable, ").append(unreachable6(icmp6.code()));
            case Icmpv6Header.PACKET_TOO_BIG ->
                    out.append("packet too big, mtu ")
                            .append(Integer.toUnsignedString(icmp6.mtu()));
            case Icmpv6Header.TIME_EXCEEDED ->
                    out.append(
                            icmp6.code() == Icmpv6Header.HOP_LIMIT_EXCEEDED
                                    ? "time exceeded in-transit"
                                    : "time exceeded in reassembly");
            case Icmpv6Header.PARAMETER_PROBLEM -> {
                out.append("parameter problem, code ").append(icmp6.code()).append(" - octet ");
                out.append(Integer.toUnsignedString(icmp6.pointer()));
            }
            case Icmpv6Header.MLD_QUERY -> out.append("multicast listener query");
            case Icmpv6Header.MLD_REPORT -> out.append("multicast listener report");
            case Icmpv6Header.MLD_DONE -> out.append("multicast listener done");
            case Icmpv6Header.MLD2_REPORT -> out.append("multicast listener report v2");
            default -> neighbourDiscovery(out, memory, offset, length);
        }
        out.append(", length ").append(length);
    }

    private static String unreachable6(int code) {
        return switch (code) {
            case Icmpv6Header.NO_ROUTE -> "unreachable route";
            case Icmpv6Header.PROHIBITED -> "unreachable prohibited";
            case Icmpv6Header.BEYOND_SCOPE -> "beyond scope";
            case Icmpv6Header.ADDRESS_UNREACHABLE -> "unreachable address";
            case Icmpv6Header.PORT_UNREACHABLE -> "unreachable port";
            case Icmpv6Header.SOURCE_POLICY -> "source address failed policy";
            case Icmpv6Header.ROUTE_REJECTED -> "reject route";
            default -> "code " + code;
        };
    }

    private void neighbourDiscovery(
            StringBuilder out, MemorySegment memory, long offset, int length) {
        int type = icmp6.type();
        if (!ndp.wrap(memory, offset).isValid(length)) {
            out.append("type-").append(type).append(" code-").append(icmp6.code());
            return;
        }
        switch (type) {
            case Icmpv6Header.ROUTER_SOLICITATION -> out.append("router solicitation");
            case Icmpv6Header.ROUTER_ADVERTISEMENT -> {
                out.append("router advertisement, hop limit ").append(ndp.currentHopLimit());
                out.append(", lifetime ").append(ndp.routerLifetimeSeconds()).append('s');
            }
            case Icmpv6Header.NEIGHBOUR_SOLICITATION ->
                    out.append("neighbor solicitation, who has ").append(target());
            case Icmpv6Header.NEIGHBOUR_ADVERTISEMENT -> {
                out.append("neighbor advertisement, tgt is ").append(target());
                advertisementFlags(out, ndp.flags());
            }
            default -> {
                out.append("redirect, ");
                out.append(IpAddress.format(ndp.destinationHigh(), ndp.destinationLow()));
                out.append(" to ").append(target());
            }
        }
        int from = ndp.optionsPosition();
        options(out, memory, offset + from, length - from);
    }

    private String target() {
        return IpAddress.format(ndp.targetHigh(), ndp.targetLow());
    }

    private static void advertisementFlags(StringBuilder out, int flags) {
        if ((flags & (NdpMessage.ROUTER | NdpMessage.SOLICITED | NdpMessage.OVERRIDE)) == 0) {
            return;
        }
        String separator = ", Flags [";
        if ((flags & NdpMessage.ROUTER) != 0) {
            out.append(separator).append("router");
            separator = ", ";
        }
        if ((flags & NdpMessage.SOLICITED) != 0) {
            out.append(separator).append("solicited");
            separator = ", ";
        }
        if ((flags & NdpMessage.OVERRIDE) != 0) {
            out.append(separator).append("override");
        }
        out.append(']');
    }

    private void options(StringBuilder out, MemorySegment memory, long offset, int length) {
        boolean isWhole = options.parse(memory, offset, length);
        if (options.hasSourceMac()) {
            out.append(", source link-address ").append(MacAddress.format(options.sourceMac()));
        }
        if (options.hasTargetMac()) {
            out.append(", target link-address ").append(MacAddress.format(options.targetMac()));
        }
        if (options.mtu() != 0) {
            out.append(", mtu ").append(Integer.toUnsignedString(options.mtu()));
        }
        for (int i = 0; i < options.prefixCount(); i++) {
            out.append(", prefix ");
            out.append(IpAddress.format(options.prefixHigh(i), options.prefixLow(i)));
            out.append('/').append(options.prefixLength(i));
        }
        if (!isWhole) {
            out.append(", [bad opt]");
        }
    }
}
