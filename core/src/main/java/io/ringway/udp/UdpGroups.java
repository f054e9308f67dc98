package io.ringway.udp;

import io.ringway.layer.SourceFilter;
import io.ringway.wire.IpAddress;

import java.util.ArrayList;
import java.util.List;

/** The multicast groups that one socket listens to, in one lane. The lane only. */
final class UdpGroups {
    private final List<IpAddress> groups = new ArrayList<>();
    private final List<SourceFilter> filters = new ArrayList<>();

    /** From now on the socket hears this group from these sources. */
    void set(IpAddress group, SourceFilter from) {
        int index = groups.indexOf(group);
        if (index >= 0) {
            groups.remove(index);
            filters.remove(index);
        }
        if (!from.isNone()) {
            groups.add(group);
            filters.add(from);
        }
    }

    boolean isEmpty() {
        return groups.isEmpty();
    }

    /** A group that the socket listens to; only when there is one. */
    IpAddress first() {
        return groups.getFirst();
    }

    /** Whether what this source sent to this group is heard. */
    boolean accepts(long groupHigh, long groupLow, long fromHigh, long fromLow) {
        for (int i = 0; i < groups.size(); i++) {
            IpAddress group = groups.get(i);
            if (group.low() == groupLow && group.high() == groupHigh) {
                return filters.get(i).accepts(fromHigh, fromLow);
            }
        }
        return false;
    }
}
