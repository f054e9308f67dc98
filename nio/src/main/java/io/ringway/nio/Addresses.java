package io.ringway.nio;

import io.ringway.wire.Endpoint;
import io.ringway.wire.IpAddress;

import org.jspecify.annotations.Nullable;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.Objects;

/** Addresses as {@code java.net} has them, and as the stack has them. */
final class Addresses {
    private static final InetAddress ANY_IPV4 = address(new byte[4]);
    private static final InetAddress ANY_IPV6 = address(new byte[16]);

    // As the platform's sockets: then there is no IPv6.
    private static final boolean IS_IPV4_ONLY = Boolean.getBoolean("java.net.preferIPv4Stack");

    private Addresses() {}

    /** Whether a channel of this family, or of both where it is null, has IPv4 only. */
    static boolean isIpv4Only(@Nullable ProtocolFamily family) {
        return IS_IPV4_ONLY || family == StandardProtocolFamily.INET;
    }

    private static InetAddress address(byte[] octets) {
        try {
            return InetAddress.getByAddress(octets);
        } catch (UnknownHostException e) {
            throw new AssertionError("4 and 16 octets are always an address", e);
        }
    }

    /** The wildcard address of a family; null is both. */
    static InetAddress any(@Nullable ProtocolFamily family) {
        return isIpv4Only(family) ? ANY_IPV4 : ANY_IPV6;
    }

    /**
     * An address that a channel of this family can use.
     *
     * @throws UnsupportedAddressTypeException when it is none of IPv4 and IPv6, or of the wrong one
     * @throws UnresolvedAddressException when it is a name that was not looked up
     */
    static InetSocketAddress check(SocketAddress given, @Nullable ProtocolFamily family) {
        Objects.requireNonNull(given);
        if (!(given instanceof InetSocketAddress address)) {
            throw new UnsupportedAddressTypeException();
        }
        if (address.isUnresolved()) {
            throw new UnresolvedAddressException();
        }
        if (isIpv4Only(family) && !(address.getAddress() instanceof Inet4Address)) {
            throw new UnsupportedAddressTypeException();
        }
        return address;
    }

    /** The same for a peer, where the wildcard address is this host. */
    static InetSocketAddress checkRemote(SocketAddress given, @Nullable ProtocolFamily family) {
        InetSocketAddress address = check(given, family);
        if (address.getAddress().isAnyLocalAddress()) {
            IpAddress loopback =
                    address.getAddress() instanceof Inet4Address
                            ? IpAddress.LOOPBACK_IPV4
                            : IpAddress.LOOPBACK_IPV6;
            return new InetSocketAddress(loopback.toInetAddress(), address.getPort());
        }
        return address;
    }

    /** The same for the stack, without a zone. */
    static Endpoint endpoint(InetSocketAddress address) {
        return new Endpoint(IpAddress.of(address.getAddress()), address.getPort());
    }

    /**
     * The same for who binds. A wildcard, of whichever version, takes both unless the channel is of
     * IPv4 alone; so it is with the platform's sockets, which are of IPv6 then.
     */
    static Endpoint toBind(InetSocketAddress address, @Nullable ProtocolFamily family) {
        return address.getAddress().isAnyLocalAddress()
                ? new Endpoint(IpAddress.of(any(family)), address.getPort())
                : endpoint(address);
    }

    /** What a channel of this family is bound to, as its program is told. */
    static InetSocketAddress local(Endpoint bound, @Nullable ProtocolFamily family) {
        return bound.address().isUnspecified()
                ? new InetSocketAddress(any(family), bound.port())
                : bound.toInetSocketAddress();
    }
}
