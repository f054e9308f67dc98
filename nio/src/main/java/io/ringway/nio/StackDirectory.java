package io.ringway.nio;

import io.ringway.Stack;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;

/**
 * Which stack a channel is of. A program has one; a simulated network has one for each of its
 * hosts, all in one process.
 *
 * <p>Any thread; the answers are asked for again with each bind and connect.
 */
public interface StackDirectory {
    /** Of one stack, which is every thread's, and at home at the addresses of its configuration. */
    static StackDirectory of(Stack stack) {
        return new OneStack(stack);
    }

    /** The stack of the calling thread: where its wildcard binds and its connects go. */
    Stack here();

    /** The stack whose own address it is, or null when it is nobody's; loopback is nobody's. */
    @Nullable Stack owner(InetAddress local);
}
