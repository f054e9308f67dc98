package io.ringway.nio;

import io.ringway.ListeningPorts;
import io.ringway.Stack;
import io.ringway.ip.Route;
import io.ringway.wire.Endpoint;
import io.ringway.wire.IpAddress;
import io.ringway.wire.IpPrefix;

import org.jspecify.annotations.Nullable;

import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketException;

/** Which way a bind or a connect goes: to a stack of ours, or to the kernel. */
final class Routes {
    private Routes() {}

    /**
     * The stack to bind at: ours for the wildcard and for loopback, unless the port is to stay in
     * the kernel, and for addresses of our own; null for the kernel.
     *
     * @throws BindException when it would be the kernel and may not
     */
    static @Nullable Stack ofBind(InetSocketAddress at) throws SocketException {
        InetAddress local = at.getAddress();
        if (OwnStack.isKernels(at)) {
            return null;
        }
        StackDirectory directory = RingwaySelectorProvider.directory();
        if (local.isAnyLocalAddress() || local.isLoopbackAddress()) {
            return directory.here();
        }
        Stack owner = directory.owner(local);
        if (owner == null && !OwnStack.isHybrid()) {
            throw new BindException(
                    local.getHostAddress()
                            + " is no address of Ringway, and ringway.strict=true keeps the kernel"
                            + " out: bind at "
                            + directory.here().config().ip().addresses()
                            + ", or write ringway.strict=false");
        }
        return owner;
    }

    /**
     * The stack from which {@code remote} is reached: when it is on a network of ours, behind a
     * gateway of ours, or listens at our loopback, which this machine's other addresses belong to;
     * null for the kernel.
     *
     * @throws NoRouteToHostException when it would be the kernel and may not
     */
    static @Nullable Stack ofConnect(InetSocketAddress remote) throws SocketException {
        Stack here = RingwaySelectorProvider.directory().here();
        IpAddress address = IpAddress.of(remote.getAddress());
        if (address.isLoopback() || here.config().ip().hostAddresses().contains(address)) {
            boolean isOurs = !OwnStack.isHybrid() || isListening(here, address, remote.getPort());
            return isOurs ? here : null;
        }
        if (isRouted(here, address)) {
            return here;
        }
        if (!OwnStack.isHybrid()) {
            throw new NoRouteToHostException(
                    address
                            + " is on no network of Ringway and behind no gateway of it, and"
                            + " ringway.strict=true keeps the kernel out: write a"
                            + " ringway.gateway, or ringway.strict=false");
        }
        return null;
    }

    private static boolean isListening(Stack stack, IpAddress address, int port) {
        return port != 0 && ListeningPorts.include(stack, new Endpoint(address, port));
    }

    /** Whether the stack has the address, or a route to it. */
    private static boolean isRouted(Stack stack, IpAddress address) {
        for (IpPrefix own : stack.config().ip().addresses()) {
            if (own.contains(address)) {
                return true;
            }
        }
        for (Route route : stack.config().ip().routes()) {
            if (route.prefix().address().isIpv4() == address.isIpv4()
                    && route.prefix().contains(address)) {
                return true;
            }
        }
        return false;
    }
}
