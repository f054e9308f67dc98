package io.ringway.linux;

import java.util.ArrayList;
import java.util.List;

/**
 * What a text such as {@code xdp:eth0,mode=native,queues=4} asks for.
 *
 * <pre>
 *  tap0, tap:tap0[,queues=N]        a TAP, made when it is not there
 *  packet:eth0[,queues=N][,ports=80+8000-8100]
 *  xdp:eth0[,mode=native|generic][,queues=N][,ports=…]
 *  auto:eth0[,queues=N][,ports=…] the best that the interface can do
 * </pre>
 *
 * @param kind which port
 * @param interfaceName of what interface
 * @param mode where the program of AF_XDP runs
 * @param queues how many, 0 where nothing is said
 * @param ports ours at addresses that the kernel has too
 */
public record PortSpec(
        Kind kind, String interfaceName, XdpConfig.Mode mode, int queues, List<PortRange> ports) {
    private static final String FORMS =
            "a port is \"tap0\", \"packet:eth0\", \"xdp:eth0\" or \"auto:eth0\", with options such"
                    + " as \"xdp:eth0,mode=native,queues=2,ports=80+8000-8100\"";
    private static final int MOST_QUEUES = 64;

    /** The ports of this module, and the choice of one. */
    public enum Kind {
        TAP,
        PACKET,
        XDP,
        AUTO
    }

    public PortSpec {
        ports = List.copyOf(ports);
    }

    /**
     * Reads such a text.
     *
     * @throws IllegalArgumentException when it is none; the message is a sentence that says why
     */
    public static PortSpec parse(String text) {
        String[] parts = text.split(",", -1);
        int colon = parts[0].indexOf(':');
        Kind kind = colon < 0 ? Kind.TAP : kind(parts[0].substring(0, colon), text);
        String name = parts[0].substring(colon + 1);
        if (colon < 0 && name.matches("\\d+")) {
            throw new IllegalArgumentException(
                    FORMS + "; given \"" + text + "\", which looks like a TCP port");
        }
        if (!name.matches("[!-~&&[^/:]]{1,15}")) {
            throw new IllegalArgumentException(
                    FORMS
                            + ", where an interface's name has 1 to 15 characters; given \""
                            + text
                            + "\"");
        }
        Options options = new Options(kind);
        for (int i = 1; i < parts.length; i++) {
            options.read(parts[i]);
        }
        return new PortSpec(kind, name, options.mode, options.queues, options.ports);
    }

    private static Kind kind(String word, String text) {
        return switch (word) {
            case "tap" -> Kind.TAP;
            case "packet" -> Kind.PACKET;
            case "xdp" -> Kind.XDP;
            case "auto" -> Kind.AUTO;
            default -> throw new IllegalArgumentException(FORMS + "; given \"" + text + "\"");
        };
    }

    /** What stands behind the name. */
    private static final class Options {
        private final Kind kind;
        private final List<PortRange> ports = new ArrayList<>();
        private XdpConfig.Mode mode = XdpConfig.Mode.AUTO;
        private int queues;

        Options(Kind kind) {
            this.kind = kind;
        }

        void read(String option) {
            int equals = option.indexOf('=');
            String key = option.substring(0, Math.max(equals, 0));
            String value = option.substring(equals + 1);
            switch (key) {
                case "mode" -> mode = mode(value);
                case "queues" -> queues = number("queues", value, MOST_QUEUES);
                case "ports" -> ports(value);
                default ->
                        throw new IllegalArgumentException(
                                "the options of a port are mode=native or generic (only of xdp),"
                                        + " queues=N and ports=80+8000-8100; given \""
                                        + option
                                        + "\"");
            }
        }

        private XdpConfig.Mode mode(String value) {
            if (kind != Kind.XDP) {
                throw new IllegalArgumentException(
                        "only xdp has a mode; given \"mode=" + value + "\" with another port");
            }
            return switch (value) {
                case "native" -> XdpConfig.Mode.NATIVE;
                case "generic" -> XdpConfig.Mode.GENERIC;
                default ->
                        throw new IllegalArgumentException(
                                "mode is native or generic; given \"" + value + "\"");
            };
        }

        private void ports(String value) {
            for (String range : value.split("\\+", -1)) {
                String[] ends = range.split("-", 2);
                int first = number("ports", ends[0], 65_535);
                int last = number("ports", ends[ends.length - 1], 65_535);
                ports.add(new PortRange(first, last));
            }
        }

        private static int number(String key, String value, int most) {
            int number = value.matches("\\d{1,5}") ? Integer.parseInt(value) : 0;
            if (number < 1 || number > most) {
                throw new IllegalArgumentException(
                        key + " has numbers from 1 to " + most + "; given \"" + value + "\"");
            }
            return number;
        }
    }
}
