package io.ringway.udp;

import io.ringway.layer.PacketInfo;
import io.ringway.memory.OwnerGuard;

import org.jspecify.annotations.Nullable;

/** The bound sockets by local port. The lane only. */
final class UdpTable {
    private final @Nullable UdpBinding[] buckets;
    private final int maxSockets;
    private final long seed;
    private final OwnerGuard guard;
    private int count;

    /**
     * @param seed the same in all lanes, so that they choose the same member of a group
     */
    UdpTable(int maxSockets, long seed, OwnerGuard guard) {
        this.guard = guard;
        this.maxSockets = maxSockets;
        this.seed = seed;
        // A power of two, at most as many as there are ports.
        this.buckets = new UdpBinding[Math.min(1 << 16, Integer.highestOneBit(maxSockets) << 1)];
    }

    private int bucket(int port) {
        return port & (buckets.length - 1);
    }

    boolean isFull() {
        return count == maxSockets;
    }

    int count() {
        return count;
    }

    /**
     * The binding that fits a datagram best: the connected one, then the one bound to its address,
     * and of a group the one that has the flow.
     */
    @Nullable UdpBinding find(
            long toHigh, long toLow, int toPort, long fromHigh, long fromLow, int fromPort) {
        assert guard.passes();
        UdpBinding best = null;
        int bestScore = 0;
        boolean isShared = false;
        for (UdpBinding at = buckets[bucket(toPort)]; at != null; at = at.nextInBucket) {
            int score = at.score(toHigh, toLow, toPort, fromHigh, fromLow, fromPort);
            if (score > bestScore) {
                best = at;
                bestScore = score;
                isShared = false;
            } else if (score == bestScore && score > 0) {
                isShared = true;
            }
        }
        // Of those that only reuse the address, the one bound last.
        return isShared && best != null && best.isShared()
                ? member(bestScore, toHigh, toLow, toPort, fromHigh, fromLow, fromPort)
                : best;
    }

    /**
     * The next one behind {@code after}, the first when that is null, that wants what was sent to a
     * group or to everybody; or null.
     */
    @Nullable UdpBinding nextListener(
            @Nullable UdpBinding after, PacketInfo info, int toPort, int fromPort) {
        assert guard.passes();
        UdpBinding at = after == null ? buckets[bucket(toPort)] : after.nextInBucket;
        while (at != null && !at.wants(info, toPort, fromPort)) {
            at = at.nextInBucket;
        }
        return at;
    }

    /**
     * The member of a group that has a flow: the one whose number, hashed together with the flow,
     * is the highest. So a member that closes leaves its flows to all others, and no other flow
     * changes its socket (Thaler and Ravishankar, "Using Name-Based Mappings to Increase Hit
     * Rates", 1998).
     */
    private @Nullable UdpBinding member(
            int wanted,
            long toHigh,
            long toLow,
            int toPort,
            long fromHigh,
            long fromLow,
            int fromPort) {
        long flow = mix(seed ^ fromHigh);
        flow = mix(flow ^ fromLow);
        flow = mix(flow ^ toHigh);
        flow = mix(flow ^ toLow ^ (long) fromPort << 32 ^ (long) toPort << 48);
        UdpBinding best = null;
        long highest = 0;
        for (UdpBinding at = buckets[bucket(toPort)]; at != null; at = at.nextInBucket) {
            if (at.isShared()
                    && at.score(toHigh, toLow, toPort, fromHigh, fromLow, fromPort) == wanted) {
                long weight = mix(flow + at.member * 0x9e3779b97f4a7c15L);
                if (best == null || weight > highest) {
                    best = at;
                    highest = weight;
                }
            }
        }
        return best;
    }

    /** The last step of SplitMix64. */
    private static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    /**
     * Whether a binding to this address and port, or to all addresses, stands in the way of another
     * one; those that share them, or reuse them, both, do not.
     */
    boolean isTaken(long high, long low, int port, boolean isShared, boolean isReused) {
        for (UdpBinding at = buckets[bucket(port)]; at != null; at = at.nextInBucket) {
            if (at.localPort == port
                    && at.overlaps(high, low)
                    && !(isShared && at.isShared())
                    && !(isReused && at.isReused)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a binding but {@code except} is connected just so. */
    boolean isConnected(
            UdpBinding except,
            long localHigh,
            long localLow,
            long remoteHigh,
            long remoteLow,
            int remotePort) {
        int port = except.localPort;
        for (UdpBinding at = buckets[bucket(port)]; at != null; at = at.nextInBucket) {
            if (at.localPort == port
                    && at.localHigh == localHigh
                    && at.localLow == localLow
                    && at.remotePort == remotePort
                    && at.remoteHigh == remoteHigh
                    && at.remoteLow == remoteLow
                    && at != except) {
                return true;
            }
        }
        return false;
    }

    boolean isPortUsed(int port) {
        assert guard.passes();
        for (UdpBinding at = buckets[bucket(port)]; at != null; at = at.nextInBucket) {
            if (at.localPort == port) {
                return true;
            }
        }
        return false;
    }

    void add(UdpBinding binding) {
        assert guard.passes();
        int bucket = bucket(binding.localPort);
        binding.nextInBucket = buckets[bucket];
        buckets[bucket] = binding;
        count++;
    }

    void remove(UdpBinding binding) {
        assert guard.passes();
        int bucket = bucket(binding.localPort);
        UdpBinding first = buckets[bucket];
        if (first == binding) {
            buckets[bucket] = binding.nextInBucket;
        } else {
            UdpBinding before = first;
            while (before != null && before.nextInBucket != binding) {
                before = before.nextInBucket;
            }
            assert before != null : "not in the table";
            if (before != null) {
                before.nextInBucket = binding.nextInBucket;
            }
        }
        binding.nextInBucket = null;
        count--;
    }

    /** Any binding that is left, or null. */
    @Nullable UdpBinding any() {
        for (UdpBinding first : buckets) {
            if (first != null) {
                return first;
            }
        }
        return null;
    }
}
