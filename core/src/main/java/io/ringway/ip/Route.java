package io.ringway.ip;

import io.ringway.wire.IpAddress;
import io.ringway.wire.IpPrefix;

import org.jspecify.annotations.Nullable;

/**
 * Where packets for a network go: to a gateway, or straight to their destination on the link.
 *
 * @param prefix the destinations; 0.0.0.0/0 or ::/0 is the default route
 * @param gateway the next hop, of the same version, or null when the destinations are on the link
 */
public record Route(IpPrefix prefix, @Nullable IpAddress gateway) {
    public Route {
        prefix = prefix.network();
        if (gateway != null) {
            if (gateway.isIpv4() != prefix.address().isIpv4()) {
                throw new IllegalArgumentException(
                        "the gateway of "
                                + prefix
                                + " must be of its IP version; given "
                                + gateway);
            }
            if (gateway.isMulticast()
                    || gateway.isUnspecified()
                    || gateway.isLoopback()
                    || gateway.isBroadcast()) {
                throw new IllegalArgumentException(
                        gateway + " cannot be a gateway: the address of one neighbour is expected");
            }
        }
    }

    /** The default route of the gateway's version. */
    public static Route byDefault(IpAddress gateway) {
        IpAddress any = gateway.isIpv4() ? IpAddress.ANY_IPV4 : IpAddress.ANY_IPV6;
        return new Route(new IpPrefix(any, 0), gateway);
    }

    @Override
    public String toString() {
        return gateway == null ? prefix + " on the link" : prefix + " by " + gateway;
    }
}
