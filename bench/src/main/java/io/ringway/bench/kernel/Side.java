package io.ringway.bench.kernel;

import java.util.EnumSet;
import java.util.Set;

/** A server that the client is pointed at. */
enum Side {
    RINGWAY("Ringway over TAP", "198.18.0.2"),
    PACKET("Ringway over AF_PACKET", "198.18.2.2"),
    XDP("Ringway over AF_XDP", "198.18.3.2"),
    VETH("C epoll over veth", "198.18.1.2"),
    LOOPBACK("C epoll over loopback", "127.0.0.1"),
    NETTY_VETH("Netty epoll over veth", "198.18.1.3"),
    NETTY_LOOPBACK("Netty epoll over loopback", "127.0.0.2");

    /** Those that only know how to echo are left out. */
    static final Set<Side> STREAMS = EnumSet.of(RINGWAY, VETH, LOOPBACK);

    static final Set<Side> ALL = EnumSet.allOf(Side.class);

    private final String label;
    private final String address;

    Side(String label, String address) {
        this.label = label;
        this.address = address;
    }

    String label() {
        return label;
    }

    String address() {
        return address;
    }

    /** Those of our stack. */
    boolean isOurs() {
        return this == RINGWAY || this == PACKET || this == XDP;
    }
}
