package io.ringway.tcp;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/** What single connections have set for themselves; the configuration holds for the others. */
final class TcpSettings {
    /**
     * The settings of one connection, or of several that a listener took and that have not set
     * anything since; what nobody has set is the configuration's.
     */
    static final class Own {
        long keepAliveIdleNs;
        long keepAliveIntervalNs;
        int probes;
        long userTimeoutNs;
        long finWait2Ns;

        /** How long close may take to deliver; 0 for as long as it takes. */
        long lingerNs;

        /** When close was called and what lingers is given up, while {@link #isLingering}. */
        int lingerTick;

        boolean isLingering;

        /** Octets that may be held for sending; 0 for as many as the window suggests. */
        int sendBufferBytes;

        int notSentLowWaterBytes;

        /** Of the IP header, without the bits of ECN. */
        int trafficClass;

        /** RCV.UP, while there is something urgent. */
        int receiveUrgent;

        boolean hasReceiveUrgent;

        /** SND.UP, while there is something urgent. */
        int sendUrgent;

        boolean hasSendUrgent;

        /** Whether it may be of several connections, and is copied to be changed. */
        boolean isShared;

        private Own(TcpConfig config) {
            keepAliveIdleNs = config.keepAliveIdleNs();
            keepAliveIntervalNs = config.keepAliveIntervalNs();
            probes = config.keepAliveProbes();
            userTimeoutNs = config.userTimeoutNs();
            finWait2Ns = config.finWait2Ns();
            notSentLowWaterBytes = config.buffers().notSentLowWaterBytes();
        }

        /** What a connection begins with: one that is shared has nothing else. */
        private Own(TcpConfig config, Own shared) {
            this(config);
            keepAliveIdleNs = shared.keepAliveIdleNs;
            keepAliveIntervalNs = shared.keepAliveIntervalNs;
            probes = shared.probes;
            userTimeoutNs = shared.userTimeoutNs;
            trafficClass = shared.trafficClass;
        }
    }

    private final TcpConfig config;
    private final Own common;
    // By index of the connection; as long as the largest that has any. Each of its segments asks.
    private @Nullable Own[] byConnection = {};

    TcpSettings(TcpConfig config) {
        this.config = config;
        this.common = new Own(config);
    }

    /** What connections with {@code options} begin with; null when it is the configuration's. */
    @Nullable Own shared(ConnectionOptions options) {
        if (!options.hasSettings()) {
            return null;
        }
        Own own = new Own(config);
        own.isShared = true;
        own.keepAliveIdleNs = or(options.keepAliveIdleNs(), own.keepAliveIdleNs);
        own.keepAliveIntervalNs = or(options.keepAliveIntervalNs(), own.keepAliveIntervalNs);
        own.probes = options.keepAliveProbes() == 0 ? own.probes : options.keepAliveProbes();
        own.userTimeoutNs = or(options.userTimeoutNs(), own.userTimeoutNs);
        own.trafficClass = options.trafficClass();
        return own;
    }

    private static long or(long set, long usual) {
        return set == 0 ? usual : set;
    }

    /** Gives a new connection what {@link #shared} made. */
    void begin(Tcb tcb, @Nullable Own shared) {
        if (shared != null) {
            put(tcb, shared);
        }
    }

    long keepAliveIdleNs(Tcb tcb) {
        return of(tcb).keepAliveIdleNs;
    }

    long keepAliveIntervalNs(Tcb tcb) {
        return of(tcb).keepAliveIntervalNs;
    }

    int keepAliveProbes(Tcb tcb) {
        return of(tcb).probes;
    }

    long userTimeoutNs(Tcb tcb) {
        return of(tcb).userTimeoutNs;
    }

    /** How long a closed connection waits for the peer's FIN. */
    long finWait2Ns(Tcb tcb) {
        return of(tcb).finWait2Ns;
    }

    /** How long close may take to deliver what was written; 0 for as long as it takes. */
    long lingerNs(Tcb tcb) {
        return of(tcb).lingerNs;
    }

    /** Whether there is a time at which what close has not delivered is given up. */
    boolean isLingering(Tcb tcb) {
        return tcb.has(Flag.HAS_SETTINGS) && of(tcb).isLingering;
    }

    int lingerTick(Tcb tcb) {
        return of(tcb).lingerTick;
    }

    /** Octets that it may hold for sending; 0 for as many as the window suggests. */
    int sendBufferBytes(Tcb tcb) {
        return of(tcb).sendBufferBytes;
    }

    /** Octets not sent below which it is writable; 0 for no such mark. */
    int notSentLowWaterBytes(Tcb tcb) {
        return of(tcb).notSentLowWaterBytes;
    }

    void keepAlive(Tcb tcb, long idleNs, long intervalNs, int probes) {
        Own own = own(tcb);
        own.keepAliveIdleNs = idleNs;
        own.keepAliveIntervalNs = intervalNs;
        own.probes = probes;
    }

    void userTimeout(Tcb tcb, long timeoutNs) {
        own(tcb).userTimeoutNs = timeoutNs;
    }

    void finWait2(Tcb tcb, long timeoutNs) {
        own(tcb).finWait2Ns = timeoutNs;
    }

    void linger(Tcb tcb, long timeoutNs) {
        own(tcb).lingerNs = timeoutNs;
    }

    /** Closing has begun, and is over by {@code tick}. */
    void lingerUntil(Tcb tcb, int tick) {
        Own own = own(tcb);
        own.lingerTick = tick;
        own.isLingering = true;
    }

    void sendBuffer(Tcb tcb, int octets) {
        own(tcb).sendBufferBytes = octets;
    }

    void notSentLowWater(Tcb tcb, int octets) {
        own(tcb).notSentLowWaterBytes = octets;
    }

    /** The IP header's field of this connection's segments, without the bits of ECN. */
    int trafficClass(Tcb tcb) {
        return of(tcb).trafficClass;
    }

    void trafficClass(Tcb tcb, int value) {
        own(tcb).trafficClass = value;
    }

    /** The number behind the last urgent octet of the peer, if there was any. */
    int receiveUrgent(Tcb tcb) {
        return of(tcb).receiveUrgent;
    }

    boolean hasReceiveUrgent(Tcb tcb) {
        return of(tcb).hasReceiveUrgent;
    }

    void receiveUrgent(Tcb tcb, int end) {
        Own own = own(tcb);
        own.receiveUrgent = end;
        own.hasReceiveUrgent = true;
    }

    void endReceiveUrgent(Tcb tcb) {
        own(tcb).hasReceiveUrgent = false;
    }

    /** The number behind our last urgent octet, if there is any. */
    int sendUrgent(Tcb tcb) {
        return of(tcb).sendUrgent;
    }

    boolean hasSendUrgent(Tcb tcb) {
        return of(tcb).hasSendUrgent;
    }

    void sendUrgent(Tcb tcb, int end) {
        Own own = own(tcb);
        own.sendUrgent = end;
        own.hasSendUrgent = true;
    }

    void endSendUrgent(Tcb tcb) {
        own(tcb).hasSendUrgent = false;
    }

    private Own own(Tcb tcb) {
        Own own = of(tcb);
        if (own == common) {
            own = new Own(config);
            put(tcb, own);
        } else if (own.isShared) {
            own = new Own(config, own);
            put(tcb, own);
        }
        return own;
    }

    private void put(Tcb tcb, Own own) {
        int index = tcb.index();
        if (index >= byConnection.length) {
            byConnection = Arrays.copyOf(byConnection, Math.max(16, index + (index >> 1) + 1));
        }
        byConnection[index] = own;
        tcb.set(Flag.HAS_SETTINGS);
    }

    private Own of(Tcb tcb) {
        Own own = tcb.has(Flag.HAS_SETTINGS) ? byConnection[tcb.index()] : null;
        return own == null ? common : own;
    }

    /** What the connection has set for itself, or null. */
    @Nullable Own ownOrNull(Tcb tcb) {
        return tcb.has(Flag.HAS_SETTINGS) ? byConnection[tcb.index()] : null;
    }

    void forget(Tcb tcb) {
        if (tcb.has(Flag.HAS_SETTINGS)) {
            byConnection[tcb.index()] = null;
        }
    }
}
