package io.ringway.netty;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DatagramChannel;
import io.ringway.UdpSocket;
import io.ringway.layer.SourceFilter;
import io.ringway.wire.IpAddress;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The multicast groups of a {@link RingwayDatagramChannel}: each method asks the event loop, which
 * has the socket listen in all lanes. A stack has one port, and any interface stands for it. What
 * is joined before the channel is bound is joined then.
 */
abstract sealed class GroupChannel extends RingwayChannel implements DatagramChannel
        permits RingwayDatagramChannel {
    /** From which sources a group is wanted: all but those blocked, or some. */
    private static final class Membership {
        private boolean isOfAll;
        private final Set<IpAddress> blocked = new HashSet<>();
        private final Set<IpAddress> only = new HashSet<>();

        SourceFilter filter() {
            return isOfAll ? SourceFilter.allBut(blocked) : SourceFilter.only(only);
        }
    }

    /** Changes a membership. */
    @FunctionalInterface
    private interface Change {
        void apply(Membership to);
    }

    // The event loop's.
    private final Map<IpAddress, Membership> memberships = new HashMap<>();

    GroupChannel() {
        super(null, null);
    }

    /** The socket in the event loop's lane, or null when it is not bound. */
    abstract @Nullable UdpSocket socketOrNull();

    /** The channel is bound now. The event loop. */
    final void joinAll() {
        UdpSocket socket = socketOrNull();
        if (socket != null) {
            memberships.forEach((group, membership) ->
                    socket.listen(group, membership.filter())
                            .exceptionally(refused -> {
                                pipeline().fireExceptionCaught(refused);
                                return null;
                            }));
        }
    }

    private ChannelFuture change(InetAddress group, ChannelPromise promise, Change change) {
        if (!group.isMulticastAddress()) {
            return promise.setFailure(
                    new IOException("Not a multicast address: " + group.getHostAddress()));
        }
        if (eventLoop().inEventLoop()) {
            changeHere(IpAddress.of(group), promise, change);
        } else {
            eventLoop().execute(() -> changeHere(IpAddress.of(group), promise, change));
        }
        return promise;
    }

    private void changeHere(IpAddress group, ChannelPromise promise, Change change) {
        Membership membership = memberships.computeIfAbsent(group, _ -> new Membership());
        change.apply(membership);
        SourceFilter filter;
        try {
            filter = membership.filter();
        } catch (IllegalArgumentException tooMany) {
            var _ = promise.setFailure(tooMany);
            return;
        }
        if (filter.isNone()) {
            memberships.remove(group);
        }
        UdpSocket socket = socketOrNull();
        if (socket == null) {
            var _ = promise.setSuccess();
            return;
        }
        var _ =
                socket.listen(group, filter)
                        .whenComplete(
                                (_, refused) -> eventLoop().execute(() -> tell(promise, refused)));
    }

    private static void tell(ChannelPromise promise, @Nullable Throwable refused) {
        if (refused == null) {
            var _ = promise.setSuccess();
        } else {
            var _ = promise.setFailure(new IOException("the group is not joined", refused));
        }
    }

    // --- joining ---

    @Override
    public ChannelFuture joinGroup(InetAddress group) {
        return joinGroup(group, newPromise());
    }

    @Override
    public ChannelFuture joinGroup(InetAddress group, ChannelPromise promise) {
        return change(group, promise, to -> to.isOfAll = true);
    }

    @Override
    public ChannelFuture joinGroup(InetSocketAddress group, NetworkInterface by) {
        return joinGroup(group, by, newPromise());
    }

    @Override
    public ChannelFuture joinGroup(
            InetSocketAddress group, NetworkInterface by, ChannelPromise promise) {
        return joinGroup(group.getAddress(), by, null, promise);
    }

    @Override
    public ChannelFuture joinGroup(
            InetAddress group, NetworkInterface by, @Nullable InetAddress source) {
        return joinGroup(group, by, source, newPromise());
    }

    @Override
    public ChannelFuture joinGroup(
            InetAddress group,
            NetworkInterface by,
            @Nullable InetAddress source,
            ChannelPromise promise) {
        Objects.requireNonNull(by, "networkInterface");
        if (source == null) {
            return joinGroup(group, promise);
        }
        return change(
                group,
                promise,
                to -> {
                    boolean _ = to.only.add(IpAddress.of(source));
                });
    }

    // --- leaving ---

    @Override
    public ChannelFuture leaveGroup(InetAddress group) {
        return leaveGroup(group, newPromise());
    }

    @Override
    public ChannelFuture leaveGroup(InetAddress group, ChannelPromise promise) {
        return change(
                group,
                promise,
                to -> {
                    to.isOfAll = false;
                    to.blocked.clear();
                });
    }

    @Override
    public ChannelFuture leaveGroup(InetSocketAddress group, NetworkInterface by) {
        return leaveGroup(group, by, newPromise());
    }

    @Override
    public ChannelFuture leaveGroup(
            InetSocketAddress group, NetworkInterface by, ChannelPromise promise) {
        return leaveGroup(group.getAddress(), by, null, promise);
    }

    @Override
    public ChannelFuture leaveGroup(
            InetAddress group, NetworkInterface by, @Nullable InetAddress source) {
        return leaveGroup(group, by, source, newPromise());
    }

    @Override
    public ChannelFuture leaveGroup(
            InetAddress group,
            NetworkInterface by,
            @Nullable InetAddress source,
            ChannelPromise promise) {
        Objects.requireNonNull(by, "networkInterface");
        if (source == null) {
            return leaveGroup(group, promise);
        }
        return change(
                group,
                promise,
                to -> {
                    boolean _ = to.only.remove(IpAddress.of(source));
                });
    }

    // --- blocking ---

    @Override
    public ChannelFuture block(InetAddress group, NetworkInterface by, InetAddress source) {
        return block(group, by, source, newPromise());
    }

    @Override
    public ChannelFuture block(
            InetAddress group, NetworkInterface by, InetAddress source, ChannelPromise promise) {
        Objects.requireNonNull(by, "networkInterface");
        return block(group, source, promise);
    }

    @Override
    public ChannelFuture block(InetAddress group, InetAddress source) {
        return block(group, source, newPromise());
    }

    @Override
    public ChannelFuture block(InetAddress group, InetAddress source, ChannelPromise promise) {
        return change(
                group,
                promise,
                to -> {
                    boolean _ = to.blocked.add(IpAddress.of(source));
                });
    }
}
