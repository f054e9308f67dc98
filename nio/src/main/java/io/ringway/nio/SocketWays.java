package io.ringway.nio;

import io.ringway.Stack;

import org.jspecify.annotations.Nullable;

import java.net.InetSocketAddress;
import java.net.SocketException;

/** Where sockets go: as channels do, or always to one stack. */
interface SocketWays {
    /** As channels do. */
    SocketWays AS_CHANNELS =
            new SocketWays() {
                @Override
                public @Nullable Stack ofBind(InetSocketAddress local) throws SocketException {
                    return Routes.ofBind(local);
                }

                @Override
                public @Nullable Stack ofConnect(InetSocketAddress remote) throws SocketException {
                    return Routes.ofConnect(remote);
                }
            };

    /** Always to this stack, whatever the address. */
    static SocketWays to(Stack stack) {
        return new SocketWays() {
            @Override
            public Stack ofBind(InetSocketAddress local) {
                return stack;
            }

            @Override
            public Stack ofConnect(InetSocketAddress remote) {
                return stack;
            }
        };
    }

    /** The stack to bind at, or null for the kernel. */
    @Nullable Stack ofBind(InetSocketAddress local) throws SocketException;

    /** The stack to connect from, or null for the kernel. */
    @Nullable Stack ofConnect(InetSocketAddress remote) throws SocketException;
}
