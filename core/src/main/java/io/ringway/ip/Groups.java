package io.ringway.ip;

import io.ringway.layer.SourceFilter;
import io.ringway.wire.IpAddress;
import io.ringway.wire.MacAddress;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * The multicast groups that sockets listen to, from which sources each, and what that comes to for
 * the stack (RFC 3376 §3, RFC 3810 §4). The lane only.
 */
final class Groups {
    private static final int MOST = 256;

    /** Hears what changes for the whole stack. */
    interface Listener {
        void onChange(IpAddress group, SourceFilter before, SourceFilter after);
    }

    /** One group, with the sockets that listen to it. */
    private static final class Listened {
        private final IpAddress group;
        private final long mac;
        private final IdentityHashMap<Object, SourceFilter> bySocket = new IdentityHashMap<>();
        private SourceFilter all = SourceFilter.NONE;

        Listened(IpAddress group) {
            this.group = group;
            this.mac =
                    group.isIpv4()
                            ? MacAddress.ofIpv4Multicast(group.ipv4())
                            : MacAddress.ofIpv6Multicast(group.low());
        }
    }

    private final List<Listened> groups = new ArrayList<>();
    private Listener listener = (_, _, _) -> {};

    /** Sets who hears of changes. */
    void listener(Listener to) {
        listener = to;
    }

    /**
     * From now on the socket listens to the group from these sources ("IPMulticastListen").
     *
     * @throws IllegalArgumentException when it is no group
     * @throws IllegalStateException when there are too many
     */
    void listen(Object socket, IpAddress group, SourceFilter from) {
        if (!group.isMulticast()) {
            throw new IllegalArgumentException(group + " is no multicast group");
        }
        Listened listened = find(group.high(), group.low());
        if (listened == null) {
            if (from.isNone()) {
                return;
            }
            if (groups.size() == MOST) {
                throw new IllegalStateException(
                        "no room for the group " + group + ": there are " + MOST + " already");
            }
            listened = new Listened(group);
            groups.add(listened);
        }
        if (from.isNone()) {
            listened.bySocket.remove(socket);
        } else {
            listened.bySocket.put(socket, from);
        }
        SourceFilter before = listened.all;
        listened.all = SourceFilter.union(listened.bySocket.values());
        if (listened.all.isNone()) {
            groups.remove(listened);
        }
        if (!listened.all.equals(before)) {
            listener.onChange(group, before, listened.all);
        }
    }

    /** Whether any socket listens to this group. */
    boolean has(long groupHigh, long groupLow) {
        return find(groupHigh, groupLow) != null;
    }

    private @Nullable Listened find(long groupHigh, long groupLow) {
        for (int i = 0; i < groups.size(); i++) {
            Listened each = groups.get(i);
            if (each.group.low() == groupLow && each.group.high() == groupHigh) {
                return each;
            }
        }
        return null;
    }

    /** Whether frames to this group of stations can carry something for a group of ours. */
    boolean hasLink(long mac) {
        for (int i = 0; i < groups.size(); i++) {
            if (groups.get(i).mac == mac) {
                return true;
            }
        }
        return false;
    }
}
