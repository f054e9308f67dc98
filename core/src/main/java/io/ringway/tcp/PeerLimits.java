package io.ringway.tcp;

import io.ringway.memory.Counter;
import io.ringway.memory.Counters;

import org.jspecify.annotations.Nullable;

/**
 * Whether a peer may have one connection more of a listener: the limits of {@link DefenceConfig} by
 * peer. With all of them off there is no table, and nothing is counted.
 */
final class PeerLimits {
    private final DefenceConfig config;
    private final Counters counters;
    private final @Nullable PeerTable table;

    PeerLimits(DefenceConfig config, Counters counters, long seed) {
        this.config = config;
        this.counters = counters;
        this.table = config.hasPeerLimits() ? new PeerTable(config.maxPeers(), seed) : null;
    }

    /** Whether a peer whose SYN came may have a half-open connection, and a connection. */
    boolean allowsSyn(long remoteHigh, long remoteLow) {
        return table == null
                || (isBelow(PeerTable.HALF_OPEN, config.maxHalfOpenPerPeer(), remoteHigh, remoteLow)
                        && allowsConnection(remoteHigh, remoteLow));
    }

    /** Whether a peer whose handshake is complete may have the connection. */
    boolean allowsConnection(long remoteHigh, long remoteLow) {
        return table == null
                || (isBelow(
                                PeerTable.UNACCEPTED,
                                config.maxUnacceptedPerPeer(),
                                remoteHigh,
                                remoteLow)
                        && isBelow(
                                PeerTable.CONNECTIONS,
                                config.maxConnectionsPerPeer(),
                                remoteHigh,
                                remoteLow));
    }

    private boolean isBelow(int kind, int most, long remoteHigh, long remoteLow) {
        if (most == 0
                || table == null
                || table.get(kind, PeerTable.peer(remoteHigh, remoteLow)) < most) {
            return true;
        }
        counters.increment(Counter.TCP_PEER_LIMIT);
        return false;
    }

    /** A peer has one more of {@code kind}, a constant of {@link PeerTable}. */
    void add(int kind, long remoteHigh, long remoteLow) {
        if (table != null && !table.add(kind, PeerTable.peer(remoteHigh, remoteLow))) {
            counters.increment(Counter.TCP_PEERS_UNCOUNTED);
        }
    }

    /** A peer has one less. */
    void remove(int kind, long remoteHigh, long remoteLow) {
        if (table != null) {
            table.remove(kind, PeerTable.peer(remoteHigh, remoteLow));
        }
    }

    /** Peers that have anything, as far as they are counted. */
    int peerCount() {
        return table == null ? 0 : table.size();
    }
}
