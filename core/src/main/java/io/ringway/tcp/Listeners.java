package io.ringway.tcp;

import io.ringway.memory.Slab;
import io.ringway.wire.IpAddress;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/**
 * Who listens on which port (RFC 9293 §3.10.1), with how many connections the application has not
 * been shown yet.
 */
final class Listeners {
    static final int MAX = 0xffff;

    /** A passive open. */
    static final class Listener {
        final int index;
        final long localHigh;
        final long localLow;
        final int port;
        final int application;
        final int backlog;

        /** Its number in a group that shares the port, or 0. */
        final long member;

        final int receiveLimit;

        /** Connections that Fast Open may have opened without an ACK yet (RFC 7413 §5.1). */
        final int fastOpenLimit;

        /** Until when a handshake that brings no data is left alone. */
        final long deferNs;

        /** The IP header's field of the SYN-ACK, without the bits of ECN. */
        final int trafficClass;

        /** Whether connections begin with keep-alive. */
        final boolean keepAlive;

        /** What connections begin with, if it is not the configuration's. */
        private final TcpSettings.@Nullable Own settings;

        int fastOpenPending;

        /** Connections established and not yet shown to the application. */
        int unaccepted;

        /** Until when the ACK of a SYN cookie may come; before the first cookie none may. */
        private long cookiesUntilNs = Long.MIN_VALUE;

        private Listener(
                int index,
                long localHigh,
                long localLow,
                int port,
                ListenOptions options,
                int application,
                int receiveLimit,
                TcpSettings.@Nullable Own settings) {
            this.index = index;
            this.localHigh = localHigh;
            this.localLow = localLow;
            this.port = port;
            this.application = application;
            this.backlog = options.backlog();
            this.member = options.member();
            this.fastOpenLimit = options.fastOpenLimit();
            this.deferNs = options.deferNs();
            this.trafficClass = options.connections().trafficClass();
            this.keepAlive = options.connections().keepAlive();
            this.settings = settings;
            this.receiveLimit = receiveLimit;
        }

        /** How well it fits a local address: the higher the more special, or negative. */
        private int fit(long high, long low) {
            if (localHigh == high && localLow == low) {
                return 2;
            }
            if (!IpAddress.isUnspecified(localHigh, localLow)) {
                return -1;
            }
            boolean isOfIpv4 = localLow != 0;
            return isOfIpv4 ? IpAddress.isIpv4(high, low) ? 1 : -1 : 0;
        }

        private boolean isAt(long high, long low, int localPort) {
            return port == localPort && localHigh == high && localLow == low;
        }

        /** The order of a group's members for a flow: the highest has it. */
        private long weight(int flow) {
            return Mix.mix64(flow + member * Mix.GOLDEN);
        }

        /** A SYN of this listener was answered by a cookie. */
        void onCookie(long nowNs) {
            cookiesUntilNs = nowNs + SynCookies.LIFETIME_NS;
        }

        /**
         * Whether a cookie is out that has not run out. At all other times an ACK for nobody is no
         * cookie, and nobody gets to guess one.
         */
        boolean mayHaveCookies(long nowNs) {
            return cookiesUntilNs != Long.MIN_VALUE && nowNs - cookiesUntilNs < 0;
        }
    }

    private final PeerLimits peers;
    private final TcpSettings settings;
    private final TcpUser user;
    private @Nullable Listener[] listeners = new Listener[8];

    Listeners(PeerLimits peers, TcpSettings settings, TcpUser user) {
        this.peers = peers;
        this.settings = settings;
        this.user = user;
    }

    /** Listens for {@code port}; null when the address and port are taken, but for a group. */
    @Nullable Listener add(
            long localHigh,
            long localLow,
            int port,
            ListenOptions options,
            int application,
            int receiveLimit) {
        int free = Slab.NONE;
        for (int i = 0; i < listeners.length; i++) {
            Listener other = listeners[i];
            if (other == null) {
                free = free == Slab.NONE ? i : free;
            } else if (other.isAt(localHigh, localLow, port)
                    && (other.member == 0 || options.member() == 0)) {
                return null;
            }
        }
        if (free == Slab.NONE) {
            free = listeners.length;
            listeners = Arrays.copyOf(listeners, free * 2);
        }
        Listener listener =
                new Listener(
                        free,
                        localHigh,
                        localLow,
                        port,
                        options,
                        application,
                        receiveLimit,
                        settings.shared(options.connections()));
        listeners[free] = listener;
        return listener;
    }

    void remove(int index) {
        listeners[index] = null;
    }

    @Nullable Listener get(int index) {
        return listeners[index];
    }

    /** Whether anybody listens at a local address and port. */
    boolean isListening(long localHigh, long localLow, int port) {
        return find(localHigh, localLow, port, 0) != null;
    }

    /**
     * The listener for a local address and port: one for just that address, else one for all of
     * IPv4 if it is such an address, else one for any.
     *
     * @param flow the hash of the connection, by which a group shares: a member that closes leaves
     *     its flows to all others, and no other flow changes hands (rendezvous hashing)
     */
    @Nullable Listener find(long localHigh, long localLow, int port, int flow) {
        Listener found = null;
        int best = -1;
        for (Listener listener : listeners) {
            if (listener == null || listener.port != port) {
                continue;
            }
            int fit = listener.fit(localHigh, localLow);
            boolean isBetter =
                    fit > best
                            || (fit >= 0
                                    && fit == best
                                    && found != null
                                    && listener.weight(flow) > found.weight(flow));
            if (isBetter) {
                found = listener;
                best = fit;
            }
        }
        return found;
    }

    /** Whether as many connections as may do so wait for the application. */
    boolean isQueueFull(Listener listener) {
        return listener.unaccepted + user.untaken(listener.application) >= listener.backlog;
    }

    /** A connection joins its listener's accept queue, with the settings of the listener. */
    void onEstablished(Tcb tcb, Listener listener) {
        tcb.listener(listener.index);
        tcb.set(Flag.UNACCEPTED | Flag.PASSIVE | (listener.keepAlive ? Flag.KEEP_ALIVE : 0));
        settings.begin(tcb, listener.settings);
        listener.unaccepted++;
        peers.add(PeerTable.UNACCEPTED, tcb.remoteHigh(), tcb.remoteLow());
    }

    /** The listener here that is this one in another lane, or null when it is closed here. */
    @Nullable Listener same(Listener other) {
        for (Listener listener : listeners) {
            if (listener != null
                    && listener.member == other.member
                    && listener.isAt(other.localHigh, other.localLow, other.port)) {
                return listener;
            }
        }
        return null;
    }

    /** A connection that is not yet accepted goes to another lane. */
    void onLeft(Tcb tcb) {
        onAccepted(tcb);
        tcb.set(Flag.UNACCEPTED);
    }

    /** A connection that is not yet accepted came from another lane. */
    void onArrived(Tcb tcb, Listener listener) {
        tcb.listener(listener.index);
        if (tcb.has(Flag.UNACCEPTED)) {
            listener.unaccepted++;
            peers.add(PeerTable.UNACCEPTED, tcb.remoteHigh(), tcb.remoteLow());
        }
    }

    /** A connection opened by Fast Open has its ACK, or is over. */
    void onFastOpenOver(Tcb tcb) {
        Listener listener = listeners[tcb.listener()];
        if (listener != null && listener.fastOpenPending > 0) {
            listener.fastOpenPending--;
        }
    }

    /** The application was shown the connection (or will never be). */
    void onAccepted(Tcb tcb) {
        tcb.unset(Flag.UNACCEPTED);
        peers.remove(PeerTable.UNACCEPTED, tcb.remoteHigh(), tcb.remoteLow());
        Listener listener = listeners[tcb.listener()];
        if (listener != null && listener.unaccepted > 0) {
            listener.unaccepted--;
        }
    }
}
