package io.ringway.nio;

import io.ringway.layer.SourceFilter;
import io.ringway.wire.IpAddress;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.MembershipKey;
import java.nio.channels.MulticastChannel;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;

/** A channel's membership in a group, perhaps for one source, perhaps but for some. Any thread. */
final class RingwayMembershipKey extends MembershipKey {
    private final Memberships all;
    private final DatagramChannel channel;
    private final InetAddress group;
    private final NetworkInterface by;
    private final @Nullable InetAddress source;
    private final Set<IpAddress> blocked = new CopyOnWriteArraySet<>();
    private volatile boolean isValid = true;
    private volatile @Nullable MembershipKey kernel;

    RingwayMembershipKey(
            Memberships all,
            DatagramChannel channel,
            InetAddress group,
            NetworkInterface by,
            @Nullable InetAddress source) {
        this.all = all;
        this.channel = channel;
        this.group = group;
        this.by = by;
        this.source = source;
    }

    boolean isOf(InetAddress otherGroup, NetworkInterface otherBy) {
        return group.equals(otherGroup) && by.equals(otherBy);
    }

    /** Joins it in the kernel as well. */
    void joinBy(DatagramChannel to) throws IOException {
        MembershipKey joined = source == null ? to.join(group, by) : to.join(group, by, source);
        for (IpAddress each : blocked) {
            MembershipKey _ = joined.block(each.toInetAddress());
        }
        kernel = joined;
    }

    boolean isKernels() {
        return kernel != null;
    }

    /** From which sources it has its channel hear the group. */
    SourceFilter filter() {
        return source == null
                ? SourceFilter.allBut(blocked)
                : SourceFilter.only(List.of(IpAddress.of(source)));
    }

    @Override
    public boolean isValid() {
        return isValid;
    }

    @Override
    public void drop() {
        if (isValid) {
            isValid = false;
            all.drop(this);
            MembershipKey joined = kernel;
            if (joined != null) {
                joined.drop();
            }
        }
    }

    @Override
    public MembershipKey block(InetAddress unwanted) throws IOException {
        requireValid();
        if (source != null) {
            throw new IllegalStateException("key is source-specific");
        }
        Memberships.check(group, unwanted, null);
        IpAddress address = IpAddress.of(unwanted);
        if (blocked.size() == SourceFilter.MOST_SOURCES && !blocked.contains(address)) {
            throw new SocketException(
                    "at most " + SourceFilter.MOST_SOURCES + " sources of a group are blocked");
        }
        MembershipKey joined = kernel;
        if (joined != null) {
            MembershipKey _ = joined.block(unwanted);
        }
        if (blocked.add(address)) {
            all.tell(group);
        }
        return this;
    }

    @Override
    public MembershipKey unblock(InetAddress wanted) {
        requireValid();
        if (!blocked.remove(IpAddress.of(wanted))) {
            throw new IllegalStateException("not blocked");
        }
        try {
            all.tell(group);
        } catch (IOException closed) {
            throw new IllegalStateException("the channel is closed", closed);
        }
        MembershipKey joined = kernel;
        if (joined != null) {
            MembershipKey _ = joined.unblock(wanted);
        }
        return this;
    }

    private void requireValid() {
        if (!isValid) {
            throw new IllegalStateException("key is no longer valid");
        }
    }

    @Override
    public MulticastChannel channel() {
        return channel;
    }

    @Override
    public InetAddress group() {
        return group;
    }

    @Override
    public NetworkInterface networkInterface() {
        return by;
    }

    @Override
    public @Nullable InetAddress sourceAddress() {
        return source;
    }

    @Override
    public String toString() {
        return "<"
                + group.getHostAddress()
                + ","
                + by.getName()
                + (source == null ? ">" : "," + source.getHostAddress() + ">");
    }
}
