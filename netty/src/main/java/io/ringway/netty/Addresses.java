package io.ringway.netty;

import io.ringway.wire.Endpoint;
import io.ringway.wire.IpAddress;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;

/** Addresses of Netty as ours. */
final class Addresses {
    private Addresses() {}

    /**
     * @throws UnresolvedAddressException when it is a name without an address
     * @throws UnsupportedAddressTypeException when it is no address of IP
     */
    static Endpoint endpoint(SocketAddress address) {
        if (!(address instanceof InetSocketAddress ip)) {
            throw new UnsupportedAddressTypeException();
        }
        InetAddress host = ip.getAddress();
        if (host == null) {
            throw new UnresolvedAddressException();
        }
        return new Endpoint(IpAddress.of(host), ip.getPort());
    }

    /**
     * Where to connect or send to: this host, by loopback, for the unspecified address, as
     * elsewhere.
     */
    static Endpoint toConnectTo(SocketAddress address) {
        Endpoint given = endpoint(address);
        if (!given.address().isUnspecified()) {
            return given;
        }
        return new Endpoint(
                given.address().isIpv4() ? IpAddress.LOOPBACK_IPV4 : IpAddress.LOOPBACK_IPV6,
                given.port());
    }

    /** Where to listen: every address of either version for the unspecified one of either. */
    static Endpoint toListenAt(SocketAddress address) {
        Endpoint given = endpoint(address);
        return given.address().isUnspecified()
                ? new Endpoint(IpAddress.ANY_IPV6, given.port())
                : given;
    }

    /** What the application gave, with the port that it got. */
    static InetSocketAddress withPort(SocketAddress given, int port) {
        return new InetSocketAddress(((InetSocketAddress) given).getAddress(), port);
    }
}
