package io.ringway.nio;

import io.ringway.Stack;
import io.ringway.wire.IpAddress;
import io.ringway.wire.IpPrefix;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;

/** All there is. */
record OneStack(Stack stack) implements StackDirectory {
    @Override
    public Stack here() {
        return stack;
    }

    @Override
    public @Nullable Stack owner(InetAddress local) {
        IpAddress address = IpAddress.of(local);
        for (IpPrefix own : stack.config().ip().addresses()) {
            if (own.address().equals(address)) {
                return stack;
            }
        }
        return null;
    }
}
