package io.ringway.udp;

import org.jspecify.annotations.Nullable;

/** The bound sockets by local port. The lane only. */
final class UdpTable {
    private final @Nullable UdpBinding[] buckets;
    private final int maxSockets;
    private int count;

    UdpTable(int maxSockets) {
        this.maxSockets = maxSockets;
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
     * The binding that fits a datagram best: the connected one, then the one bound to its address.
     */
    @Nullable UdpBinding find(
            long toHigh, long toLow, int toPort, long fromHigh, long fromLow, int fromPort) {
        UdpBinding best = null;
        int bestScore = 0;
        for (UdpBinding at = buckets[bucket(toPort)]; at != null; at = at.nextInBucket) {
            int score = at.score(toHigh, toLow, toPort, fromHigh, fromLow, fromPort);
            if (score > bestScore) {
                best = at;
                bestScore = score;
            }
        }
        return best;
    }

    /** Whether a binding has just these addresses and ports; remote port 0 is not connected. */
    boolean has(
            long localHigh,
            long localLow,
            int localPort,
            long remoteHigh,
            long remoteLow,
            int remotePort) {
        for (UdpBinding at = buckets[bucket(localPort)]; at != null; at = at.nextInBucket) {
            if (at.localPort == localPort
                    && at.localHigh == localHigh
                    && at.localLow == localLow
                    && at.remotePort == remotePort
                    && at.remoteHigh == remoteHigh
                    && at.remoteLow == remoteLow) {
                return true;
            }
        }
        return false;
    }

    boolean isPortUsed(int port) {
        for (UdpBinding at = buckets[bucket(port)]; at != null; at = at.nextInBucket) {
            if (at.localPort == port) {
                return true;
            }
        }
        return false;
    }

    void add(UdpBinding binding) {
        int bucket = bucket(binding.localPort);
        binding.nextInBucket = buckets[bucket];
        buckets[bucket] = binding;
        count++;
    }

    void remove(UdpBinding binding) {
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
