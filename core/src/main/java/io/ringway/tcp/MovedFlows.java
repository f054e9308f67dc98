package io.ringway.tcp;

import io.ringway.tcp.Listeners.Listener;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/**
 * The connections of a bucket on their way from one lane to another, with all that is theirs:
 * records, what they have borrowed, half-open ones and those in TIME-WAIT. The lane that it leaves
 * fills it, and the other one takes it in; between the two nobody touches it.
 */
public final class MovedFlows {
    /** A connection and what it brings along. */
    static final class Moved {
        final long[] record = new long[Tcb.LENGTH / 8];
        long remoteHigh;
        long remoteLow;
        long localHigh;
        long localLow;
        int ports;
        @Nullable Flight flight;
        TcpSettings.@Nullable Own settings;
        @Nullable PathSearch search;
        @Nullable Listener listener;
        int receiveHead;
        boolean isFastOpenPending;
        boolean hasDuplicate;
        int duplicateStart;
        int duplicateEnd;
    }

    /** A handshake and the listener it is for. */
    record HalfOpen(SynEntry entry, Listener listener) {}

    final List<Moved> connections = new ArrayList<>();
    final List<HalfOpen> halfOpen = new ArrayList<>();
    final List<TimeWaitEntry> timeWaits = new ArrayList<>();

    MovedFlows() {}

    /** How many connections, those in TIME-WAIT and the half-open ones left out. */
    public int count() {
        return connections.size();
    }
}
