package io.ringway.tcp;

import io.ringway.layer.PacketInfo;
import io.ringway.memory.Octets;
import io.ringway.memory.OwnerGuard;
import io.ringway.memory.Slab;

/**
 * The addresses of IPv6 connections, for which a TCB has no room: a third cache line for each.
 *
 * <pre>
 *  0 remote address (16 octets)   16 local address (16 octets)
 * </pre>
 */
final class AddressRecords implements AutoCloseable {
    private static final int LENGTH = 64;

    private final Slab slab;

    AddressRecords(int maximum, OwnerGuard guard) {
        slab = new Slab(LENGTH, Math.min(64, maximum), maximum, guard);
    }

    /**
     * Keeps the addresses of a connection whose peer sent {@code received}; NONE when there is no
     * room.
     */
    int allocate(PacketInfo received) {
        int record = slab.allocate();
        if (record != Slab.NONE) {
            long at = slab.offset(record);
            Octets.putNative64(slab.memory(record), at, received.sourceHigh);
            Octets.putNative64(slab.memory(record), at + 8, received.sourceLow);
            Octets.putNative64(slab.memory(record), at + 16, received.destinationHigh);
            Octets.putNative64(slab.memory(record), at + 24, received.destinationLow);
        }
        return record;
    }

    void free(int record) {
        slab.free(record);
    }

    long remoteHigh(int record) {
        return get(record, 0);
    }

    long remoteLow(int record) {
        return get(record, 8);
    }

    long localHigh(int record) {
        return get(record, 16);
    }

    long localLow(int record) {
        return get(record, 24);
    }

    private long get(int record, int at) {
        return Octets.native64(slab.memory(record), slab.offset(record) + at);
    }

    boolean matches(int record, PacketInfo received) {
        return remoteLow(record) == received.sourceLow
                && remoteHigh(record) == received.sourceHigh
                && localLow(record) == received.destinationLow
                && localHigh(record) == received.destinationHigh;
    }

    @Override
    public void close() {
        slab.close();
    }
}
