package io.ringway.tcp;

import io.ringway.layer.IcmpError;
import io.ringway.layer.PacketInfo;
import io.ringway.layer.PacketSink;
import io.ringway.layer.TransportProtocol;
import io.ringway.memory.Counters;
import io.ringway.memory.FramePool;
import java.lang.foreign.MemorySegment;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A lane's TCP: what the layers below and the user above call. It puts the parts together and does nothing else that is
 * worth reading; begin with {@link SegmentArrives}.
 *
 * <p>Connections are named by the index of their TCB. One lane owns it all; verbs that can fail return a negative {@link
 * TcpError}.
 */
public final class Tcp implements TransportProtocol, AutoCloseable {
    private static final int PROTOCOL = 6;
    private static final int EXPIRE_LIMIT = 1024;

    private final TcpConfig config;
    private final PacketSink sink;
    private final TcpUser user;
    private final Connections connections;
    private final Listeners listeners = new Listeners();
    private final SendQueue sendQueue;
    private final Receiver receiver;
    private final ReceiveWindow receiveWindow;
    private final AckPolicy ackPolicy;
    private final TcpSettings settings;
    private final Timers timers;
    private final Negotiation negotiation;
    private final InitialSequence initialSequence;
    private final PortAllocator ports;
    private final SynCache synCache;
    private final TimeWaitTable timeWaitTable;
    private final TimeWaits timeWaits;
    private final PassiveOpen passiveOpen;
    private final Sender sender;
    private final Ending ending;
    private final TcpInput input;
    private final TcpOutput output;
    private final TimerActions timerActions;
    private final PathMtu pathMtu;
    private final Tcb tcb;
    private final Tcb dispatched;
    private final PacketInfo key = new PacketInfo();

    /**
     * Makes a TCP without connections.
     *
     * @param seed random; the secrets of sequence numbers, ports and hashes come from it
     */
    public Tcp(
            TcpConfig config,
            FramePool frames,
            PacketSink sink,
            Counters counters,
            TcpUser user,
            long seed) {
        this.config = config;
        this.sink = sink;
        this.user = user;
        FlowHash flowHash = new FlowHash(secret(seed, 1), secret(seed, 2));
        connections = new Connections(config, counters, flowHash);
        tcb = connections.cursor();
        dispatched = connections.cursor();
        sendQueue = new SendQueue(frames);
        Reassembly reassembly = new Reassembly(frames);
        receiveWindow = new ReceiveWindow(connections);
        ackPolicy = new AckPolicy(connections);
        receiver = new Receiver(config, frames, counters, connections, reassembly, ackPolicy);
        settings = new TcpSettings(config);
        timers = new Timers(config, settings, connections);
        SegmentWriter writer =
                new SegmentWriter(frames, sink, counters, receiveWindow, reassembly, connections);
        Replies replies = new Replies(config, writer, counters);
        synCache =
                new SynCache(config.maxHalfOpen(), config.synAckRetries(), config.initialRtoNs());
        timeWaitTable = new TimeWaitTable(config.maxTimeWait(), config.timeWaitNs());
        timeWaits = new TimeWaits(config, timeWaitTable, connections, counters, replies);
        negotiation = new Negotiation(config, sink, connections);
        initialSequence = new InitialSequence(secret(seed, 3));
        ports =
                new PortAllocator(
                        PortAllocator.DEFAULT_FIRST,
                        PortAllocator.DEFAULT_LAST,
                        secret(seed, 4));
        RateLimit challengeLimit =
                new RateLimit(config.challengeAcksPerSecond(), secret(seed, 5));
        RateLimit resetLimit =
                new RateLimit(config.resetsPerSecond(), secret(seed, 6));
        passiveOpen =
                new PassiveOpen(
                        config,
                        counters,
                        connections,
                        listeners,
                        synCache,
                        negotiation,
                        initialSequence,
                        writer,
                        replies,
                        challengeLimit);
        CongestionControl algorithm = CongestionControls.byName(config.congestionControl());
        Recovery recovery = new Recovery(algorithm, counters);
        sender =
                new Sender(
                        frames, sink, counters, connections, sendQueue, recovery, writer, timers);
        ending =
                new Ending(
                        counters,
                        connections,
                        listeners,
                        sendQueue,
                        reassembly,
                        receiver,
                        timers,
                        settings,
                        timeWaits,
                        replies);
        ChallengeAcks challengeAcks = new ChallengeAcks(counters, ackPolicy, challengeLimit);
        AckArrives ackArrives =
                new AckArrives(
                        config,
                        counters,
                        connections,
                        sendQueue,
                        recovery,
                        algorithm,
                        timers,
                        challengeAcks);
        SegmentArrives segmentArrives =
                new SegmentArrives(
                        counters,
                        connections,
                        receiver,
                        ackPolicy,
                        challengeAcks,
                        new TimestampCheck(),
                        ackArrives,
                        ending,
                        timers,
                        replies);
        SynSentArrives synSentArrives =
                new SynSentArrives(
                        config,
                        counters,
                        connections,
                        negotiation,
                        ackPolicy,
                        ending,
                        timers,
                        replies);
        input =
                new TcpInput(
                        frames,
                        counters,
                        connections,
                        segmentArrives,
                        synSentArrives,
                        passiveOpen,
                        timeWaits,
                        resetLimit,
                        replies);
        SynSender synSender = new SynSender(config, connections, negotiation, writer, timers);
        output =
                new TcpOutput(
                        config,
                        sink,
                        connections,
                        sender,
                        synSender,
                        passiveOpen,
                        replies,
                        timers);
        timerActions =
                new TimerActions(
                        config, settings, counters, connections, recovery, timers, ending);
        pathMtu = new PathMtu(sink, counters, connections, negotiation, ending);
    }

    /** A secret of its own for each use, none of which tells another. */
    private static long secret(long seed, int use) {
        return Mix.mix64(seed + use * Mix.GOLDEN);
    }

    // --- the lane's steps ---

    @Override
    public int protocol() {
        return PROTOCOL;
    }

    @Override
    public void onPacket(int frame, PacketInfo info, long nowNs) {
        input.onPacket(frame, info, nowNs);
    }

    @Override
    public void onError(IcmpError error, long nowNs) {
        pathMtu.onError(error, nowNs);
    }

    /** The timer step; returns how many timers were handled. */
    public int expire(long nowNs) {
        return timerActions.expire(nowNs, EXPIRE_LIMIT)
                + passiveOpen.expire(nowNs, EXPIRE_LIMIT)
                + timeWaits.expire(nowNs, EXPIRE_LIMIT);
    }

    /** The application step: tells the user of at most {@code limit} connections; returns how many. */
    public int dispatch(long nowNs, int limit) {
        int done = 0;
        while (done < limit && !connections.ready.isEmpty()) {
            int index = connections.ready.remove();
            dispatched.at(index).unset(Flag.READY);
            int events = dispatched.events();
            dispatched.events(0);
            if ((events & TcpUser.OPENED) != 0 && dispatched.has(Flag.UNACCEPTED)) {
                listeners.onAccepted(dispatched);
            }
            user.onReady(index, dispatched.application(), events, nowNs);
            if ((events & TcpUser.CLOSED) != 0) {
                ending.onDispatched(dispatched);
            }
            done++;
        }
        return done;
    }

    /** The output step: sends at most {@code limit} segments into the sink; returns how many. */
    public int poll(long nowNs, int limit) {
        return output.poll(nowNs, limit);
    }

    /** When it wants to be called again: {@code nowNs} when work waits, {@link Long#MAX_VALUE} for never. */
    public long nextDeadlineNs(long nowNs) {
        if (output.hasWork() || !connections.ready.isEmpty()) {
            return nowNs;
        }
        return Math.min(
                timers.nextDeadlineNs(nowNs),
                Math.min(passiveOpen.nextDeadlineNs(), timeWaits.nextDeadlineNs()));
    }

    /** An early load for the segment of the burst with these addresses and ports; use what it returns. */
    public int touch(PacketInfo info, int localPort, int remotePort) {
        return connections.touch(connections.hash(info, localPort << 16 | remotePort));
    }

    // --- verbs: opening ---

    /**
     * Opens a port for connections (RFC 9293 §3.10.1, passive).
     *
     * @param localHigh with {@code localLow} the local address; both 0 for any
     * @param application given back with every connection's events
     * @return the listener
     */
    public int listen(
            long localHigh, long localLow, int port, ListenOptions options, int application) {
        if ((localHigh | localLow) != 0 && !sink.isLocal(localHigh, localLow)) {
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

    /** Closes the port; its connections stay. */
    public void unlisten(int listener) {
        passiveOpen.onUnlisten(listener);
        listeners.remove(listener);
    }

    /**
     * Opens a connection (RFC 9293 §3.10.1, active); OPENED follows, or CLOSED.
     *
     * @param localHigh with {@code localLow} the local address; both 0 to have it chosen
     * @param localPort 0 to have it chosen
     * @return the connection
     */
    public int connect(
            long localHigh,
            long localLow,
            int localPort,
            long remoteHigh,
            long remoteLow,
            int remotePort,
            int application,
            long nowNs) {
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
            port =
                    ports.choose(
                            fromHigh, fromLow, remoteHigh, remoteLow, remotePort, this::isInUse);
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
        return begin(remotePort, port, application, nowNs);
    }

    private int begin(int remotePort, int localPort, int application, long nowNs) {
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
        tcb.receiveLimit(config.receiveBufferBytes());
        tcb.scales(0, Math.max(0, negotiation.scaleFor(config.receiveBufferBytes())));
        tcb.tsOffset(
                initialSequence.timestampOffset(
                        key.destinationHigh,
                        key.destinationLow,
                        localPort,
                        key.sourceHigh,
                        key.sourceLow,
                        remotePort));
        tcb.mss(negotiation.effectiveMss(0, negotiation.path(tcb), config.timestamps()));
        negotiation.start(tcb);
        Flight flight = connections.borrow(tcb, nowNs, 0);
        if (flight == null) {
            connections.unlink(tcb);
            connections.free(tcb);
            return TcpError.NO_TCB;
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

    // --- verbs: a connection ---

    /** Whether {@code index} names a connection that exists. */
    public boolean exists(int index) {
        return connections.isAllocated(index);
    }

    /** Counts the uses of the number {@code index}, so that a stale handle is known. */
    public int generation(int index) {
        return tcb.at(index).generation();
    }

    public TcpState state(int index) {
        return TcpState.of(tcb.at(index).state());
    }

    /** Why the connection is over; meaningful once CLOSED was told. */
    public CloseReason closeReason(int index) {
        return CloseReason.of(tcb.at(index).closeReason());
    }

    public int application(int index) {
        return tcb.at(index).application();
    }

    public long localHigh(int index) {
        return tcb.at(index).localHigh();
    }

    public long localLow(int index) {
        return tcb.at(index).localLow();
    }

    public long remoteHigh(int index) {
        return tcb.at(index).remoteHigh();
    }

    public long remoteLow(int index) {
        return tcb.at(index).remoteLow();
    }

    public int localPort(int index) {
        return tcb.at(index).localPort();
    }

    public int remotePort(int index) {
        return tcb.at(index).remotePort();
    }

    /** Octets in order that were not consumed. */
    public int readable(int index) {
        return tcb.at(index).receiveQueued();
    }

    /** Whether the peer has closed its side and all it sent is consumed. */
    public boolean isEndOfStream(int index) {
        tcb.at(index);
        return tcb.receiveQueued() == 0
                && (tcb.has(Flag.FIN_RECEIVED) || tcb.state() == TcpState.N_CLOSED);
    }

    /** Where the first readable octets lie, in the pool's memory; only when {@link #readable} is not 0. */
    public long viewOffset(int index) {
        return receiver.viewOffset(tcb.at(index));
    }

    /** How many of them lie together. */
    public int viewLength(int index) {
        return receiver.viewLength(tcb.at(index));
    }

    /** The application has read so many. */
    public void consume(int index, int octets, long nowNs) {
        receiver.consume(tcb.at(index), octets);
        int state = tcb.state();
        if (state == TcpState.N_CLOSED) {
            ending.onConsumed(tcb);
        } else if (state <= TcpState.N_FIN_WAIT_2
                && !tcb.has(Flag.FIN_RECEIVED)
                && receiveWindow.isUpdateDue(tcb)) {
            ackPolicy.now(tcb);
        }
    }

    private static boolean maySend(Tcb tcb) {
        int state = tcb.state();
        return state >= TcpState.N_SYN_SENT
                && (state <= TcpState.N_ESTABLISHED || state == TcpState.N_CLOSE_WAIT)
                && !tcb.has(Flag.SHUT);
    }

    /** Octets that {@link #write} would take now; 0 also when this side is closed. */
    public int writable(int index) {
        tcb.at(index);
        if (!maySend(tcb)) {
            return 0;
        }
        int queued = tcb.flight() < 0 ? 0 : connections.flight(tcb).queued();
        return Math.max(0, config.sendBufferBytes() - queued);
    }

    /**
     * Queues octets for sending.
     *
     * @return how many were taken; when fewer than {@code length}, WRITABLE follows
     */
    public int write(int index, MemorySegment from, long offset, int length, long nowNs) {
        int room = Math.min(length, writable(index));
        Flight flight = room > 0 ? borrowToWrite(nowNs) : null;
        int taken =
                flight == null
                        ? 0
                        : sendQueue.append(
                                flight,
                                from,
                                offset,
                                room,
                                sender.unit(tcb, flight),
                                tcb.sndNxt());
        if (taken > 0) {
            connections.markDirty(tcb);
        }
        if (taken < length) {
            wantWrite(flight, nowNs);
        }
        return taken;
    }

    private @Nullable Flight borrowToWrite(long nowNs) {
        return connections.borrow(tcb, nowNs, Ticks.of(nowNs) - tcb.activityTick());
    }

    private void wantWrite(@Nullable Flight flight, long nowNs) {
        tcb.set(Flag.WANTS_WRITE);
        if (flight == null || flight.queueHead == FramePool.NONE) {
            // Nothing is under way whose ACK would bring room: it was the pool that had none.
            timers.scheduleRetry(tcb, nowNs);
        }
    }

    /**
     * Opens room at the end of the send queue, to be written in place and then committed.
     *
     * @return where it begins in the pool's memory, or -1 when there is none (WRITABLE follows then)
     */
    public long reserve(int index, int atLeast, long nowNs) {
        int room = writable(index);
        Flight flight = room >= atLeast && room > 0 ? borrowToWrite(nowNs) : null;
        if (flight == null) {
            wantWrite(null, nowNs);
            return -1;
        }
        int sndNxt = tcb.sndNxt();
        if (sendQueue.tailRoom(flight, sndNxt) < Math.max(1, atLeast)
                && !sendQueue.grow(flight, Math.max(1, atLeast), sender.unit(tcb, flight))) {
            wantWrite(flight, nowNs);
            connections.restIfIdle(tcb, flight);
            return -1;
        }
        if (sendQueue.tailRoom(flight, sndNxt) < atLeast) {
            return -1;
        }
        return sendQueue.tailEnd(flight);
    }

    /** How many octets the room of the last {@link #reserve} has. */
    public int reservedLength(int index) {
        tcb.at(index);
        if (tcb.flight() < 0) {
            return 0;
        }
        return Math.min(
                sendQueue.tailRoom(connections.flight(tcb), tcb.sndNxt()), writable(index));
    }

    /** Queues the first {@code octets} of the reserved room. */
    public void commit(int index, int octets, long nowNs) {
        assert octets <= reservedLength(index) : octets;
        tcb.at(index);
        Flight flight = connections.flight(tcb);
        if (octets > 0) {
            sendQueue.extendTail(flight, octets);
            connections.markDirty(tcb);
        } else {
            sendQueue.dropEmptyTail(flight);
            connections.restIfIdle(tcb, flight);
        }
    }

    /** Asks for WRITABLE once there is room, though no write was cut short. */
    public void wantWritable(int index) {
        tcb.at(index).set(Flag.WANTS_WRITE);
    }

    /** Sends a FIN behind what is queued; reading goes on (RFC 9293 §3.10.4, half-close). */
    public void shutdownOutput(int index, long nowNs) {
        shut(tcb.at(index), nowNs);
    }

    private void shut(Tcb which, long nowNs) {
        if (!maySend(which)) {
            return;
        }
        if (connections.borrow(which, nowNs, 0) == null) {
            ending.abort(which, CloseReason.NO_RESOURCES);
            return;
        }
        which.set(Flag.SHUT);
        if (which.state() == TcpState.N_ESTABLISHED) {
            which.state(TcpState.N_FIN_WAIT_1);
        } else if (which.state() == TcpState.N_CLOSE_WAIT) {
            which.state(TcpState.N_LAST_ACK);
        }
        connections.markDirty(which);
    }

    /**
     * Closes both sides: what is queued is still sent, nothing more is read. Data that is unread, or that comes later,
     * makes it a RST (RFC 9293 §3.6.1). CLOSED follows.
     */
    public void close(int index, long nowNs) {
        tcb.at(index);
        if (tcb.state() == TcpState.N_CLOSED) {
            tcb.set(Flag.DETACHED);
            ending.onDetached(tcb);
            return;
        }
        if (tcb.has(Flag.DETACHED)) {
            return;
        }
        tcb.set(Flag.DETACHED);
        if (tcb.state() == TcpState.N_SYN_SENT) {
            ending.finish(tcb, CloseReason.ABORTED);
        } else if (tcb.has(Flag.LINGER_RESET)) {
            ending.abort(tcb, CloseReason.ABORTED);
        } else if (tcb.receiveQueued() > 0) {
            ending.abort(tcb, CloseReason.CLOSED_WITH_DATA);
        } else {
            shut(tcb, nowNs);
            if (Timers.isWaitingForFin(tcb)) {
                timers.schedule(tcb, timers.finWaitTick(tcb));
            }
        }
    }

    /** Ends the connection at once with a RST; CLOSED follows. */
    public void abort(int index, CloseReason reason) {
        tcb.at(index);
        if (tcb.state() == TcpState.N_CLOSED) {
            tcb.set(Flag.DETACHED);
            ending.onDetached(tcb);
        } else {
            ending.abort(tcb, reason);
        }
    }

    /** Switches Nagle's algorithm off, or on (RFC 9293 §3.7.4). */
    public void noDelay(int index, boolean isOn) {
        flag(index, Flag.NO_DELAY, isOn);
        connections.markDirty(tcb);
    }

    /** Makes {@link #close} a RST (a linger time of zero). */
    public void resetOnClose(int index, boolean isOn) {
        flag(index, Flag.LINGER_RESET, isOn);
    }

    private void flag(int index, int flag, boolean isOn) {
        if (isOn) {
            tcb.at(index).set(flag);
        } else {
            tcb.at(index).unset(flag);
        }
    }

    /** Switches keep-alive probes off, or on with the configuration's times (RFC 9293 §3.8.4). */
    public void keepAlive(int index, boolean isOn, long nowNs) {
        flag(index, Flag.KEEP_ALIVE, isOn);
        timers.reschedule(tcb, nowNs);
    }

    /** Switches keep-alive probes on with times of its own. */
    public void keepAlive(int index, long idleNs, long intervalNs, int probes, long nowNs) {
        settings.keepAlive(tcb.at(index), idleNs, intervalNs, probes);
        keepAlive(index, true, nowNs);
    }

    /** How long data may go without an ACK before the connection is given up (RFC 9293 §3.9.1, RFC 5482). */
    public void userTimeout(int index, long timeoutNs) {
        settings.userTimeout(tcb.at(index), timeoutNs);
    }

    // --- for people who look on ---

    public int connectionCount() {
        return connections.count();
    }

    public int halfOpenCount() {
        return passiveOpen.halfOpenCount();
    }

    public int timeWaitCount() {
        return timeWaits.count();
    }

    /** Connections that hold a send queue or out-of-order data. */
    public int busyCount() {
        return connections.flightsInUse();
    }

    /** Shows every connection's number. Control path: looks at every record. */
    public void forEachConnection(IntConsumer action) {
        for (int i = 0; i < connections.capacity(); i++) {
            if (connections.isAllocated(i)) {
                action.accept(i);
            }
        }
    }

    /** Frees the memory. The connections are to be aborted before, and what they note to be sent. */
    @Override
    public void close() {
        forEachConnection(this::drop);
        connections.close();
        timers.close();
        synCache.close();
        timeWaitTable.close();
    }

    private void drop(int index) {
        tcb.at(index);
        if (tcb.state() != TcpState.N_CLOSED) {
            ending.finish(tcb, CloseReason.STACK_CLOSED);
        }
        receiver.clear(tcb);
    }
}
