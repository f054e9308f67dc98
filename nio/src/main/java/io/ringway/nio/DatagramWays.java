package io.ringway.nio;

import io.ringway.Stack;
import io.ringway.ip.IpConfig;
import io.ringway.ip.Route;
import io.ringway.wire.IpAddress;
import io.ringway.wire.IpPrefix;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Which datagrams go over Ringway, and which over the kernel. Any thread. */
final class DatagramWays {
    /** How many channels are bound to a port of a stack. */
    private record Bound(Stack stack, int port) {}

    private static final ConcurrentMap<Bound, Integer> BOUND = new ConcurrentHashMap<>();

    private DatagramWays() {}

    /** The stack where a channel is bound to this address, or null when the kernel is to. */
    static @Nullable Stack stackToBind(InetSocketAddress at) {
        InetAddress local = at.getAddress();
        if (OwnStack.isKernels(at)) {
            return null;
        }
        if (local.isAnyLocalAddress() || local.isLoopbackAddress() || local.isMulticastAddress()) {
            return RingwaySelectorProvider.directory().here();
        }
        return RingwaySelectorProvider.directory().owner(local);
    }

    /** The stack that reaches this peer, or null when the kernel is to. */
    static @Nullable Stack stackToReach(InetSocketAddress to) {
        Stack here = RingwaySelectorProvider.directory().here();
        return isReachable(here, to) ? here : null;
    }

    /** Whether a datagram to this peer goes over that stack. */
    static boolean isReachable(Stack stack, InetSocketAddress to) {
        InetAddress host = to.getAddress();
        IpConfig config = stack.config().ip();
        IpAddress address = IpAddress.of(host);
        if (address.isLoopback() || config.hostAddresses().contains(address)) {
            return BOUND.containsKey(new Bound(stack, to.getPort()));
        }
        if (host.isMulticastAddress() || address.isBroadcast()) {
            return !OwnStack.isBeside(null)
                    || config.addresses().stream()
                            .anyMatch(own -> own.address().isIpv4() == address.isIpv4());
        }
        for (IpPrefix own : config.addresses()) {
            if (isIn(own, address)) {
                return true;
            }
        }
        for (Route route : config.routes()) {
            if (isIn(route.prefix(), address)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isIn(IpPrefix prefix, IpAddress address) {
        // ::/0 covers the mapped addresses too, which are not IPv6.
        return prefix.address().isIpv4() == address.isIpv4() && prefix.network().contains(address);
    }

    static void bound(Stack stack, int port) {
        int _ = BOUND.merge(new Bound(stack, port), 1, Integer::sum);
    }

    static void unbound(Stack stack, int port) {
        Integer _ =
                BOUND.computeIfPresent(
                        new Bound(stack, port), (_, count) -> count == 1 ? null : count - 1);
    }

    /**
     * Checks whether a datagram may be sent to this address.
     *
     * @throws BindException when it is for everybody, and SO_BROADCAST is not set
     */
    static void requireBroadcast(DatagramSettings settings, InetAddress to) throws BindException {
        if (!settings.is(StandardSocketOptions.SO_BROADCAST) && isBroadcast(to)) {
            throw new BindException("Permission denied: " + to + " needs SO_BROADCAST");
        }
    }

    private static boolean isBroadcast(InetAddress to) {
        IpAddress address = IpAddress.of(to);
        if (!address.isIpv4()) {
            return false;
        }
        if (address.isBroadcast()) {
            return true;
        }
        for (IpPrefix own : RingwaySelectorProvider.directory().here().config().ip().addresses()) {
            if (own.address().isIpv4() && own.length() < 31 && own.last().equals(address)) {
                return true;
            }
        }
        return false;
    }

    // --- the kernel ---

    /**
     * Opens a channel of the platform's.
     *
     * @param what is to go over it
     * @throws NoRouteToHostException when the kernel must not be used
     */
    static DatagramChannel openKernel(@Nullable ProtocolFamily family, String what)
            throws IOException {
        if (!OwnStack.isHybrid()) {
            throw new NoRouteToHostException(
                    what
                            + " would be the kernel's, which ringway.strict=true forbids: add a"
                            + " route or an address to Ringway's configuration");
        }
        return family == null
                ? Platform.provider().openDatagramChannel()
                : Platform.provider().openDatagramChannel(family);
    }

    /** The same, bound to this port where it is free, and to any other where it is not. */
    static DatagramChannel openKernelBeside(
            @Nullable ProtocolFamily family, int port, DatagramSettings settings)
            throws IOException {
        DatagramChannel channel = openKernel(family, "a peer that Ringway has no route to");
        try {
            settings.copyTo(channel);
            return channel.bind(new InetSocketAddress(port));
        } catch (BindException inUse) {
            return channel.bind(null);
        } catch (IOException | RuntimeException failed) {
            channel.close();
            throw failed;
        }
    }

    /**
     * Receives from a channel of the platform's that blocks; waits for at most {@code timeoutMs},
     * or for ever when that is 0.
     */
    static SocketAddress receive(DatagramChannel channel, ByteBuffer into, int timeoutMs)
            throws IOException {
        channel.socket().setSoTimeout(timeoutMs);
        byte[] place = new byte[into.remaining()];
        DatagramPacket packet = new DatagramPacket(place, place.length);
        channel.socket().receive(packet);
        into.put(place, 0, packet.getLength());
        return packet.getSocketAddress();
    }
}
