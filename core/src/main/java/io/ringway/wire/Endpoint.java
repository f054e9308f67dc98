package io.ringway.wire;

import java.net.InetSocketAddress;

/**
 * An address and a port of TCP or UDP.
 *
 * @param address IPv4 or IPv6
 * @param port 0 to 65,535
 */
public record Endpoint(IpAddress address, int port) {
    public static final int MAX_PORT = 65_535;

    public Endpoint {
        if (port < 0 || port > MAX_PORT) {
            throw new IllegalArgumentException("port " + port + ": 0 to 65535 is expected");
        }
    }

    /**
     * Reads {@code 198.18.0.1:80} or {@code [2001:2::1]:80}.
     *
     * @throws IllegalArgumentException when it is anything else; the message says what is wrong
     */
    public static Endpoint parse(String text) {
        int colon = text.lastIndexOf(':');
        if (text.startsWith("[")) {
            int bracket = text.indexOf(']');
            if (bracket < 0 || colon != bracket + 1) {
                throw malformed(text);
            }
            IpAddress address = IpAddress.parse(text.substring(1, bracket));
            return new Endpoint(address, parsePort(text, colon));
        }
        if (colon < 0 || text.indexOf(':') != colon) {
            throw malformed(text);
        }
        return new Endpoint(IpAddress.parse(text.substring(0, colon)), parsePort(text, colon));
    }

    private static int parsePort(String text, int colon) {
        String port = text.substring(colon + 1);
        int number = Digits.parse(port, MAX_PORT);
        if (number < 0) {
            throw new IllegalArgumentException(
                    "\"" + text + "\": a port from 0 to 65535 is expected, not \"" + port + "\"");
        }
        return number;
    }

    private static IllegalArgumentException malformed(String text) {
        return new IllegalArgumentException(
                "\""
                        + text
                        + "\": ADDRESS:PORT is expected, as in 198.18.0.1:80 or [2001:2::1]:80");
    }

    public InetSocketAddress toInetSocketAddress() {
        return new InetSocketAddress(address.toInetAddress(), port);
    }

    /** As {@link #parse(String)} reads it. */
    @Override
    public String toString() {
        return address.isIpv4() ? address + ":" + port : "[" + address + "]:" + port;
    }
}
