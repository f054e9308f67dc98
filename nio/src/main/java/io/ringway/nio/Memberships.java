package io.ringway.nio;

import io.ringway.Lane;
import io.ringway.Stack;
import io.ringway.wire.IpAddress;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The groups that a channel has joined. Before the channel is bound they are only noted; from then
 * on the stack, or the kernel, is in them as well. Any thread.
 */
final class Memberships {
    private final DatagramChannel channel;
    private final List<RingwayMembershipKey> keys = new CopyOnWriteArrayList<>();
    private @Nullable Stack stack;
    private @Nullable DatagramChannel kernel;

    Memberships(DatagramChannel channel) {
        this.channel = channel;
    }

    /**
     * Checks what a caller gave.
     *
     * @throws IllegalArgumentException when it is no group, or none that the channel can join
     */
    static void check(
            InetAddress group, @Nullable InetAddress source, @Nullable ProtocolFamily family) {
        if (!group.isMulticastAddress()) {
            throw new IllegalArgumentException("Group not a multicast address: " + group);
        }
        if (family == StandardProtocolFamily.INET && group instanceof Inet6Address) {
            throw new IllegalArgumentException(
                    "Only IPv6 sockets can join an IPv6 multicast group; given " + group);
        }
        if (source == null) {
            return;
        }
        if (source.isAnyLocalAddress()) {
            throw new IllegalArgumentException("Source address is a wildcard address");
        }
        if (source.isMulticastAddress()) {
            throw new IllegalArgumentException("Source address is a multicast address: " + source);
        }
        if (source instanceof Inet4Address != group instanceof Inet4Address) {
            throw new IllegalArgumentException("Source address is different type to group");
        }
    }

    /** Joins a group, or returns the key of one that was joined just so. */
    synchronized RingwayMembershipKey join(
            InetAddress group, NetworkInterface by, @Nullable InetAddress source)
            throws IOException {
        for (RingwayMembershipKey key : keys) {
            if (key.isOf(group, by)) {
                if (Objects.equals(source, key.sourceAddress())) {
                    return key;
                }
                if (source == null || key.sourceAddress() == null) {
                    throw new IllegalStateException(
                            source == null
                                    ? "Already have source-specific membership"
                                    : "Already have membership for all sources");
                }
            }
        }
        RingwayMembershipKey key = new RingwayMembershipKey(this, channel, group, by, source);
        if (kernel != null) {
            key.joinBy(kernel);
        } else if (stack != null) {
            tell(stack, key, true);
        }
        keys.add(key);
        return key;
    }

    /** The channel is bound on this stack from now on. */
    synchronized void moveTo(Stack to) {
        stack = to;
        for (RingwayMembershipKey key : keys) {
            tell(to, key, true);
        }
    }

    /** The channel is the kernel's from now on. */
    synchronized void moveTo(DatagramChannel to) throws IOException {
        for (RingwayMembershipKey key : keys) {
            key.joinBy(to);
            if (stack != null) {
                tell(stack, key, false);
            }
        }
        stack = null;
        kernel = to;
    }

    private static void tell(Stack stack, RingwayMembershipKey key, boolean isJoined) {
        IpAddress group = IpAddress.of(key.group());
        CompletableFuture<?>[] all = new CompletableFuture<?>[stack.laneCount()];
        for (int i = 0; i < all.length; i++) {
            Lane lane = stack.lane(i);
            all[i] =
                    lane.submit(() -> {
                        if (isJoined) {
                            lane.ip().joinGroup(group);
                        } else {
                            lane.ip().leaveGroup(group);
                        }
                        return isJoined;
                    });
        }
        if (isJoined) {
            CompletableFuture.allOf(all).join();
        }
    }

    synchronized void drop(RingwayMembershipKey key) {
        if (keys.remove(key) && stack != null) {
            tell(stack, key, false);
        }
    }

    /** The channel is closed. */
    void dropAll() {
        for (RingwayMembershipKey key : keys) {
            key.drop();
        }
    }

    /** Whether what this source sent to that group is to be received. */
    boolean accepts(IpAddress group, IpAddress source) {
        for (RingwayMembershipKey key : keys) {
            if (key.accepts(group, source)) {
                return true;
            }
        }
        return false;
    }
}
