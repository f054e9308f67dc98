package io.ringway.ip;

import io.ringway.wire.IpAddress;
import io.ringway.wire.MacAddress;

import java.util.Arrays;

/**
 * The multicast groups that the application has joined, each as often as it has. Nobody is told: no
 * IGMP or MLD report is sent, so a switch that listens for those must be told to flood. The lane
 * only.
 */
final class Groups {
    private static final int MOST = 256;

    private long[] high = {};
    private long[] low = {};
    private int[] holds = {};
    private int count;

    /**
     * Joins a group once more.
     *
     * @throws IllegalArgumentException when it is no group
     * @throws IllegalStateException when there are too many
     */
    void join(IpAddress group) {
        if (!group.isMulticast()) {
            throw new IllegalArgumentException(group + " is no multicast group");
        }
        int index = find(group.high(), group.low());
        if (index >= 0) {
            holds[index]++;
            return;
        }
        if (count == MOST) {
            throw new IllegalStateException(
                    "no room for the group " + group + ": there are " + MOST + " already");
        }
        if (count == high.length) {
            int room = Math.max(4, count * 2);
            high = Arrays.copyOf(high, room);
            low = Arrays.copyOf(low, room);
            holds = Arrays.copyOf(holds, room);
        }
        high[count] = group.high();
        low[count] = group.low();
        holds[count++] = 1;
    }

    /** Leaves a group once; does nothing when it is not joined. */
    void leave(IpAddress group) {
        int index = find(group.high(), group.low());
        if (index < 0 || --holds[index] > 0) {
            return;
        }
        count--;
        high[index] = high[count];
        low[index] = low[count];
        holds[index] = holds[count];
    }

    boolean has(long groupHigh, long groupLow) {
        return find(groupHigh, groupLow) >= 0;
    }

    private int find(long groupHigh, long groupLow) {
        for (int i = 0; i < count; i++) {
            if (low[i] == groupLow && high[i] == groupHigh) {
                return i;
            }
        }
        return -1;
    }

    /** Whether frames to this group of stations can carry something for a group of ours. */
    boolean hasLink(long mac) {
        for (int i = 0; i < count; i++) {
            long own =
                    IpAddress.isIpv4(high[i], low[i])
                            ? MacAddress.ofIpv4Multicast((int) low[i])
                            : MacAddress.ofIpv6Multicast(low[i]);
            if (own == mac) {
                return true;
            }
        }
        return false;
    }
}
