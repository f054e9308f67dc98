package io.ringway.nio;

import io.ringway.UdpChannel;
import io.ringway.layer.SourceFilter;
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
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The groups that a channel has joined. Before the channel is bound they are only noted; from then
 * on the stack, the kernel, or both are in them as well. Any thread.
 */
final class Memberships {
    private final DatagramChannel channel;
    private final List<RingwayMembershipKey> keys = new CopyOnWriteArrayList<>();
    private @Nullable UdpChannel stack;
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
        keys.add(key);
        try {
            if (kernel != null) {
                key.joinBy(kernel);
            } else {
                tell(group);
            }
        } catch (IOException | RuntimeException refused) {
            keys.remove(key);
            throw refused;
        }
        return key;
    }

    /** The channel is bound on a stack from now on. */
    synchronized void moveTo(UdpChannel to) throws IOException {
        stack = to;
        for (RingwayMembershipKey key : keys) {
            tell(key.group());
        }
    }

    /** The channel is the kernel's from now on. */
    synchronized void moveTo(DatagramChannel to) throws IOException {
        for (RingwayMembershipKey key : keys) {
            key.joinBy(to);
        }
        // What was the stack's has left all groups when it was closed.
        stack = null;
        kernel = to;
    }

    /** Those that may be joined by the kernel's half of the channel, too, and are not yet. */
    synchronized List<RingwayMembershipKey> besideKernel() {
        return keys.stream()
                .filter(key -> !key.isKernels() && OwnStack.isBeside(key.networkInterface()))
                .toList();
    }

    /** Tells the stack from which sources the channel hears a group, by all of its keys. */
    synchronized void tell(InetAddress group) throws IOException {
        UdpChannel half = stack;
        if (half != null) {
            half.listen(
                    IpAddress.of(group),
                    SourceFilter.union(
                            keys.stream()
                                    .filter(key -> key.group().equals(group))
                                    .map(RingwayMembershipKey::filter)
                                    .toList()));
        }
    }

    synchronized void drop(RingwayMembershipKey key) {
        if (keys.remove(key)) {
            try {
                tell(key.group());
            } catch (IOException closed) {
                // And with that it has left the group.
            }
        }
    }

    /** The channel is closed: its sockets leave by themselves. */
    synchronized void dropAll() {
        stack = null;
        for (RingwayMembershipKey key : keys) {
            key.drop();
        }
    }
}
