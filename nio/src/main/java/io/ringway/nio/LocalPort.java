package io.ringway.nio;

import io.ringway.Stack;
import io.ringway.wire.Endpoint;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;

/**
 * What a channel of ours is bound to, for as long as it is.
 *
 * @param stack at which
 * @param endpoint address and port, which is not 0
 */
record LocalPort(Stack stack, Endpoint endpoint) {
    /**
     * Binds to {@code address}, whose port may be 0 to have one chosen.
     *
     * @param family of the channel, or null for both
     * @return null when the address is the kernel's
     * @throws java.net.BindException when the port is taken
     */
    static @Nullable LocalPort bind(
            InetSocketAddress address,
            @Nullable ProtocolFamily family,
            TcpOptions options,
            boolean isListening)
            throws IOException {
        Stack stack = Routes.ofBind(address);
        if (stack == null) {
            return null;
        }
        Endpoint wanted = Addresses.toBind(address, family);
        return new LocalPort(stack, BoundPorts.of(stack).bind(wanted, options, isListening));
    }

    InetSocketAddress address(@Nullable ProtocolFamily family) {
        return Addresses.local(endpoint, family);
    }

    void release() {
        BoundPorts.of(stack).release(endpoint);
    }
}
