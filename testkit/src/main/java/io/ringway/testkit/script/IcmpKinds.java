package io.ringway.testkit.script;

import org.jspecify.annotations.Nullable;

import java.util.Map;

/** The names that scripts have for types and codes of ICMP (RFC 792) and ICMPv6 (RFC 4443). */
final class IcmpKinds {
    private static final Map<String, Integer> TYPES =
            Map.ofEntries(
                    Map.entry("echo_reply", 0),
                    Map.entry("unreachable", 3),
                    Map.entry("source_quench", 4),
                    Map.entry("redirect", 5),
                    Map.entry("echo_request", 8),
                    Map.entry("time_exceeded", 11),
                    Map.entry("parameter_problem", 12),
                    Map.entry("timestamp_request", 13),
                    Map.entry("timestamp_reply", 14),
                    Map.entry("information_request", 15),
                    Map.entry("information_reply", 16),
                    Map.entry("address_mask_request", 17),
                    Map.entry("address_mask_reply", 18));

    private static final Map<String, Integer> TYPES6 =
            Map.of(
                    "unreachable", 1,
                    "packet_too_big", 2,
                    "time_exceeded", 3,
                    "parameter_problem", 4,
                    "echo_request", 128,
                    "echo_reply", 129);

    private static final Map<String, Integer> CODES =
            Map.ofEntries(
                    Map.entry("net_unreachable", 0),
                    Map.entry("host_unreachable", 1),
                    Map.entry("protocol_unreachable", 2),
                    Map.entry("port_unreachable", 3),
                    Map.entry("frag_needed", 4),
                    Map.entry("source_route_failed", 5),
                    Map.entry("net_unknown", 6),
                    Map.entry("host_unknown", 7),
                    Map.entry("source_host_isolated", 8),
                    Map.entry("net_prohibited", 9),
                    Map.entry("host_prohibited", 10),
                    Map.entry("net_unreachable_for_tos", 11),
                    Map.entry("host_unreachable_for_tos", 12),
                    Map.entry("packet_filtered", 13),
                    Map.entry("precedence_violation", 14),
                    Map.entry("precedence_cutoff", 15),
                    Map.entry("exceed_ttl", 0),
                    Map.entry("ttl_exceeded_in_transit", 0),
                    Map.entry("frag_reass_exceeded", 1),
                    Map.entry("exceed_fragment_reassembly", 1));

    private static final Map<String, Integer> CODES6 =
            Map.ofEntries(
                    Map.entry("no_route", 0),
                    Map.entry("admin_prohibited", 1),
                    Map.entry("not_neighbour", 2),
                    Map.entry("addr_unreachable", 3),
                    Map.entry("address_unreachable", 3),
                    Map.entry("port_unreachable", 4),
                    Map.entry("exceed_hoplimit", 0),
                    Map.entry("exceeded_hop_limit", 0),
                    Map.entry("exceed_reassembly", 1),
                    Map.entry("exceeded_frag_time", 1),
                    Map.entry("header_field", 0),
                    Map.entry("unknown_next_header", 1),
                    Map.entry("unknown_option", 2));

    private IcmpKinds() {}

    /** Type and code in one number. */
    static int typeAndCode(PacketSpec.Icmp spec, boolean isIpv6) {
        int type = number(isIpv6 ? TYPES6 : TYPES, "type", spec.type());
        @Nullable String name = spec.code();
        int code = name == null ? 0 : number(isIpv6 ? CODES6 : CODES, "code", name);
        return type << 8 | code;
    }

    /** Whether the error says that somebody on the way prohibits it. */
    static boolean isProhibition(int typeAndCode, boolean isIpv6) {
        int code = typeAndCode & 0xff;
        return isIpv6
                ? typeAndCode == (1 << 8 | 1)
                : typeAndCode >> 8 == 3 && (code == 9 || code == 10 || code == 13);
    }

    private static int number(Map<String, Integer> numbers, String what, String name) {
        Integer number = numbers.get(name);
        String digits = name.startsWith(what + "_") ? name.substring(what.length() + 1) : name;
        if (number == null && digits.matches("\\d{1,3}")) {
            number = Integer.parseInt(digits);
        }
        if (number == null) {
            throw new SkipException("the ICMP " + what + " " + name + " is not known");
        }
        return number;
    }
}
