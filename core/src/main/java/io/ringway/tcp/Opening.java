package io.ringway.tcp;

import io.ringway.layer.PacketInfo;
import io.ringway.layer.PacketSink;
import io.ringway.layer.Steering;
import io.ringway.wire.IpAddress;
import io.ringway.wire.IpProtocol;

/** The OPEN call, passive and active (RFC 9293 §3.10.1). */
final class Opening {
    private final TcpConfig config;
    private final PacketSink sink;
    private final Steering steering;
    private final Connections connections;
    private final Listeners listeners;
    private final PortAllocator ports;
    private final PortAllocator.InUse inUse = this::isUnfit;
    private final InitialSequence initialSequence;
    private final Negotiation negotiation;
    private final PathMtu pathMtu;
    private final TcpSettings settings;
    private final Timers timers;
    private final TimeWaits timeWaits;
    private final PacketInfo key = new PacketInfo();
    private final Tcb tcb;

    Opening(TcpConfig config, PacketSink sink, Steering steering, TcpParts parts) {
        this.config = config;
        this.sink = sink;
        this.steering = steering;
        this.connections = parts.connections;
        this.listeners = parts.listeners;
        this.ports = parts.ports;
        this.initialSequence = parts.initialSequence;
        this.negotiation = parts.negotiation;
        this.pathMtu = parts.pathMtu;
        this.settings = parts.settings;
        this.timers = parts.timers;
        this.timeWaits = parts.timeWaits;
        this.tcb = connections.cursor();
    }

    /** See {@link Tcp#listen}. */
    int listen(long localHigh, long localLow, int port, ListenOptions options, int application) {
        if (!IpAddress.isUnspecified(localHigh, localLow) && !sink.isLocal(localHigh, localLow)) {
            return TcpError.NOT_LOCAL;
        }
        int limit =
                options.receiveBufferBytes() == 0
                        ? config.receiveBufferBytes()
                        : options.receiveBufferBytes();
        Listeners.Listener listener =
                listeners.add(localHigh, localLow, port, options, application, limit);
        return listener == null ? TcpError.PORT_IN_USE : listener.index;
    }

    /** See {@link Tcp#connect}. */
    int connect(
            long localHigh,
            long localLow,
            int localPort,
            long remoteHigh,
            long remoteLow,
            int remotePort,
            int application,
            ConnectionOptions options,
            long nowNs) {
        // RFC 9293 §3.9.2.3 (MUST-46).
        if (sink.isGroup(remoteHigh, remoteLow)) {
            return TcpError.NOT_A_HOST;
        }
        key.sourceHigh = localHigh;
        key.sourceLow = localLow;
        key.destinationHigh = remoteHigh;
        key.destinationLow = remoteLow;
        if ((localHigh | localLow) == 0) {
            if (!sink.chooseSource(key)) {
                return TcpError.NO_ROUTE;
            }
        } else if (!sink.isLocal(localHigh, localLow)) {
            return TcpError.NOT_LOCAL;
        }
        // From here on the key is that of packets which come back.
        long fromHigh = key.sourceHigh;
        long fromLow = key.sourceLow;
        int port = localPort;
        if (port == 0) {
            port = ports.choose(fromHigh, fromLow, remoteHigh, remoteLow, remotePort, inUse);
            if (port == PortAllocator.NONE) {
                return TcpError.NO_PORT;
            }
        } else if (isInUse(fromHigh, fromLow, port, remoteHigh, remoteLow, remotePort)) {
            return TcpError.ALREADY_CONNECTED;
        }
        keyOf(fromHigh, fromLow, remoteHigh, remoteLow);
        if (!connections.create(tcb, key, port, remotePort)) {
            return TcpError.NO_TCB;
        }
        return begin(remotePort, port, application, options, nowNs);
    }

    private int begin(
            int remotePort, int localPort, int application, ConnectionOptions options, long nowNs) {
        int iss =
                initialSequence.next(
                        key.destinationHigh,
                        key.destinationLow,
                        localPort,
                        key.sourceHigh,
                        key.sourceLow,
                        remotePort,
                        nowNs);
        tcb.state(TcpState.N_SYN_SENT);
        tcb.application(application);
        tcb.sndUna(iss);
        tcb.sndNxt(iss + 1);
        negotiation.limitWindow(tcb, config.receiveBufferBytes());
        tcb.scales(0, Math.max(0, negotiation.scaleFor(config.receiveBufferBytes())));
        tcb.tsOffset(
                initialSequence.timestampOffset(
                        key.destinationHigh,
                        key.destinationLow,
                        localPort,
                        key.sourceHigh,
                        key.sourceLow,
                        remotePort));
        tcb.mss(pathMtu.usual(negotiation.path(tcb), config.timestamps()));
        negotiation.start(tcb);
        Flight flight = connections.borrow(tcb, nowNs, 0);
        if (flight == null) {
            connections.unlink(tcb);
            connections.free(tcb);
            return TcpError.NO_TCB;
        }
        settings.begin(tcb, settings.shared(options));
        if (options.keepAlive()) {
            tcb.set(Flag.KEEP_ALIVE);
        }
        flight.isSynDue = true;
        timers.scheduleRetransmit(tcb, flight, nowNs + config.initialRtoNs());
        connections.markDirty(tcb);
        return tcb.index();
    }

    private void keyOf(long localHigh, long localLow, long remoteHigh, long remoteLow) {
        key.sourceHigh = remoteHigh;
        key.sourceLow = remoteLow;
        key.destinationHigh = localHigh;
        key.destinationLow = localLow;
    }

    /** Whether a port is in use, or its replies would come to another lane. */
    private boolean isUnfit(
            long localHigh,
            long localLow,
            int localPort,
            long remoteHigh,
            long remoteLow,
            int remotePort) {
        return !steering.isHome(
                        IpProtocol.TCP,
                        localHigh,
                        localLow,
                        localPort,
                        remoteHigh,
                        remoteLow,
                        remotePort)
                // A connection to ourselves from a port that listens could meet itself.
                || listeners.isListening(localHigh, localLow, localPort)
                || isInUse(localHigh, localLow, localPort, remoteHigh, remoteLow, remotePort);
    }

    private boolean isInUse(
            long localHigh,
            long localLow,
            int localPort,
            long remoteHigh,
            long remoteLow,
            int remotePort) {
        keyOf(localHigh, localLow, remoteHigh, remoteLow);
        int packed = localPort << 16 | remotePort;
        int hash = connections.hash(key, packed);
        return connections.find(tcb, key, packed, hash)
                || timeWaits.isWaiting(key, remotePort, localPort, hash);
    }
}
