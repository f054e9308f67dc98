package io.ringway.nio;

import io.ringway.wire.IpAddress;
import io.ringway.wire.IpPrefix;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;
import java.util.stream.Stream;

/**
 * The addresses that the kernel has on this machine. A program that listens at the wildcard expects
 * to be found at each of them, and many ask for {@link InetAddress#getLocalHost}; so where Ringway
 * has no route to one, connecting to it is as connecting to loopback.
 */
final class HostAddresses {
    private HostAddresses() {}

    /**
     * Those of them that a stack has no route to.
     *
     * @param own the stack's addresses with their networks
     * @param gateways its default routes
     */
    static List<IpAddress> beyond(List<IpPrefix> own, List<IpAddress> gateways) {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .flatMap(HostAddresses::plain)
                    .distinct()
                    // On a link of our own it may be the kernel's at its other end.
                    .filter(address -> own.isEmpty() || !address.isLinkLocal())
                    .filter(address -> own.stream().noneMatch(prefix -> prefix.contains(address)))
                    .filter(address ->
                            gateways.stream()
                                    .noneMatch(gateway -> gateway.isIpv4() == address.isIpv4()))
                    .toList();
        } catch (SocketException unknown) {
            // A machine that does not tell has none that we could know.
            return List.of();
        }
    }

    /** Of one host, and no loopback, which is ours anyway. */
    private static Stream<IpAddress> plain(InetAddress address) {
        return address.isLoopbackAddress()
                        || address.isAnyLocalAddress()
                        || address.isMulticastAddress()
                ? Stream.empty()
                : Stream.of(IpAddress.of(address));
    }
}
