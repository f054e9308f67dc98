package io.ringway.tcp;

import io.ringway.layer.IcmpError;
import io.ringway.layer.PacketInfo;
import io.ringway.layer.PacketSink;
import io.ringway.layer.Steering;
import io.ringway.layer.TransportProtocol;
import io.ringway.memory.Counters;
import io.ringway.memory.FramePool;

import java.lang.foreign.MemorySegment;
import java.util.function.IntConsumer;

/**
 * A lane's TCP: what the layers below and the user above call. It decides nothing itself; begin
 * reading with {@link SegmentArrives}.
 *
 * <p>Connections are named by the index of their TCB. One lane owns it all; verbs that can fail
 * return a negative {@link TcpError}.
 */
public final class Tcp implements TransportProtocol, AutoCloseable {
    private static final int PROTOCOL = 6;
    private static final int EXPIRE_LIMIT = 1024;

    private final TcpUser user;
    private final TcpParts parts;
    private final Connections connections;
    private final Opening opening;
    private final Stream stream;
    private final FlowMoves moves;
    private final Tcb tcb;
    private final Tcb dispatched;

    /**
     * Makes a TCP without connections.
     *
     * @param seed random; the secrets of sequence numbers, ports and hashes come from it. The same
     *     for all lanes of a stack, so that a cookie that one gave is good for another
     * @param steering what this lane knows of the others
     */
    public Tcp(
            TcpConfig config,
            FramePool frames,
            PacketSink sink,
            Counters counters,
            TcpUser user,
            long seed,
            Steering steering) {
        this.user = user;
        parts = new TcpParts(config, frames, sink, counters, user, seed);
        connections = parts.connections;
        opening = new Opening(config, sink, steering, parts);
        stream = new Stream(parts);
        moves = new FlowMoves(parts, frames, counters);
        tcb = connections.cursor();
        dispatched = connections.cursor();
    }

    // --- the lane's steps ---

    @Override
    public int protocol() {
        return PROTOCOL;
    }

    @Override
    public void onPacket(int frame, PacketInfo info, long nowNs) {
        parts.input.onPacket(frame, info, nowNs);
    }

    @Override
    public void onError(IcmpError error, long nowNs) {
        parts.errorArrives.onError(error, nowNs);
    }

    /** The timer step; returns how many timers were handled. */
    public int expire(long nowNs) {
        return parts.timerActions.expire(nowNs, EXPIRE_LIMIT)
                + parts.pacer.expire(nowNs)
                + parts.passiveOpen.expire(nowNs, EXPIRE_LIMIT)
                + parts.timeWaits.expire(nowNs, EXPIRE_LIMIT);
    }

    /**
     * The application step: tells the user of at most {@code limit} connections; returns how many.
     */
    public int dispatch(long nowNs, int limit) {
        int done = 0;
        while (done < limit && !connections.ready.isEmpty()) {
            int index = connections.ready.remove();
            dispatched.at(index).unset(Flag.READY);
            int events = dispatched.events();
            dispatched.events(0);
            if ((events & TcpUser.OPENED) != 0 && dispatched.has(Flag.UNACCEPTED)) {
                parts.listeners.onAccepted(dispatched);
            }
            user.onReady(index, dispatched.application(), events, nowNs);
            if ((events & TcpUser.CLOSED) != 0) {
                parts.ending.onDispatched(dispatched);
            }
            done++;
        }
        return done;
    }

    /** The output step: sends at most {@code limit} segments into the sink; returns how many. */
    public int poll(long nowNs, int limit) {
        return parts.output.poll(nowNs, limit);
    }

    /** When to call again: {@code nowNs} when work waits, {@link Long#MAX_VALUE} for never. */
    public long nextDeadlineNs(long nowNs) {
        if (parts.output.hasWork() || !connections.ready.isEmpty()) {
            return nowNs;
        }
        return Math.min(
                Math.min(parts.timers.nextDeadlineNs(nowNs), parts.pacer.nextDeadlineNs(nowNs)),
                Math.min(parts.passiveOpen.nextDeadlineNs(), parts.timeWaits.nextDeadlineNs()));
    }

    /** The hash by which a segment's connection is found; for the early loads of a burst. */
    public int hash(PacketInfo info, int localPort, int remotePort) {
        return connections.hash(info, localPort << 16 | remotePort);
    }

    /** Loads the part of the table where that connection is looked up; use what it returns. */
    public int touchTable(int hash) {
        return connections.touchTable(hash);
    }

    /** Loads the connection's record, whose part of the table is loaded; use what it returns. */
    public int touchRecord(int hash) {
        return connections.touchRecord(hash);
    }

    // --- verbs: opening ---

    /**
     * Opens a port for connections (RFC 9293 §3.10.1, passive).
     *
     * @param localHigh with {@code localLow} the local address; 0.0.0.0 is any of IPv4, :: any
     * @param application given back with every connection's events
     * @return the listener
     */
    public int listen(
            long localHigh, long localLow, int port, ListenOptions options, int application) {
        return opening.listen(localHigh, localLow, port, options, application);
    }

    /** Closes the port; its connections stay. */
    public void unlisten(int listener) {
        parts.passiveOpen.onUnlisten(listener);
        parts.listeners.remove(listener);
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
            ConnectionOptions options,
            long nowNs) {
        return opening.connect(
                localHigh,
                localLow,
                localPort,
                remoteHigh,
                remoteLow,
                remotePort,
                application,
                options,
                nowNs);
    }

    /**
     * Lets the SYN of a connection that was just opened carry what is written before the output
     * step (TCP Fast Open, RFC 7413), where the peer gave us a cookie; otherwise asks for one.
     */
    public void fastOpen(int index) {
        tcb.at(index);
        if (tcb.state() == TcpState.N_SYN_SENT) {
            connections.flight(tcb).isFastOpen = true;
        }
    }

    /** The Fast Open cookie that is a peer's now, by its address (RFC 7413 §4.1.2). */
    public long fastOpenCookie(long remoteHigh, long remoteLow, long nowNs) {
        return parts.fastOpenServer.cookie(remoteHigh, remoteLow, nowNs);
    }

    // --- verbs: a connection ---

    /** Whether {@code index} names a connection that exists. */
    public boolean exists(int index) {
        return connections.isAllocated(index);
    }

    /** Counts the uses of the number {@code index}, so that a stale handle is known. */
    public int generation(int index) {
        return connections.generation(index);
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

    /**
     * Where the first readable octets lie, in the pool's memory; only when {@link #readable} is not
     * 0.
     */
    public long viewOffset(int index) {
        return parts.receiver.viewOffset(tcb.at(index));
    }

    /** How many of them lie together. */
    public int viewLength(int index) {
        return parts.receiver.viewLength(tcb.at(index));
    }

    /** The application has read so many. */
    public void consume(int index, int octets, long nowNs) {
        stream.consume(tcb.at(index), octets);
    }

    /** Takes the frame with the first readable octets out; its hold passes to the caller. */
    public int take(int index) {
        return stream.take(tcb.at(index));
    }

    /** Octets that {@link #write} would take now; 0 also when this side is closed. */
    public int writable(int index) {
        return stream.writable(tcb.at(index));
    }

    /**
     * Queues octets for sending.
     *
     * @return how many were taken; when fewer than {@code length}, WRITABLE follows
     */
    public int write(int index, MemorySegment from, long offset, int length, long nowNs) {
        return stream.write(tcb.at(index), from, offset, length, nowNs);
    }

    /**
     * Opens room at the end of the send queue, to be written in place and then committed.
     *
     * @return where it begins in the pool's memory, or -1 when there is none (WRITABLE follows
     *     then)
     */
    public long reserve(int index, int atLeast, long nowNs) {
        return stream.reserve(tcb.at(index), atLeast, nowNs);
    }

    /** How many octets the room of the last {@link #reserve} has. */
    public int reservedLength(int index) {
        return stream.reservedLength(tcb.at(index));
    }

    /** Queues the first {@code octets} of the reserved room. */
    public void commit(int index, int octets) {
        stream.commit(tcb.at(index), octets);
    }

    /** Asks for WRITABLE once there is room, though no write was cut short. */
    public void wantWritable(int index) {
        tcb.at(index).set(Flag.WANTS_WRITE);
    }

    /** Sends a FIN behind what is queued; reading goes on (RFC 9293 §3.10.4, half-close). */
    public void shutdownOutput(int index, long nowNs) {
        stream.shutdownOutput(tcb.at(index), nowNs);
    }

    /**
     * Closes both sides: what is queued is still sent, nothing more is read. Data that is unread,
     * or that comes later, makes it a RST (RFC 9293 §3.6.1). CLOSED follows.
     */
    public void close(int index, long nowNs) {
        stream.close(tcb.at(index), nowNs);
    }

    /** Ends the connection at once with a RST; CLOSED follows. */
    public void abort(int index, CloseReason reason) {
        stream.abort(tcb.at(index), reason);
    }

    /** Switches Nagle's algorithm off, or on (RFC 9293 §3.7.4). */
    public void noDelay(int index, boolean isOn) {
        flag(index, Flag.NO_DELAY, isOn);
        connections.markDirty(tcb);
    }

    /**
     * Chooses the connection's congestion control; cwnd and ssthresh stay.
     *
     * @throws IllegalArgumentException when there is none of that name; says which there are
     */
    public void congestionControl(int index, String name, long nowNs) {
        int choice = parts.algorithms.choiceOf(name);
        connections.choose(tcb.at(index), choice, nowNs);
    }

    /** The name of the connection's congestion control. */
    public String congestionControl(int index) {
        return parts.algorithms.at(tcb.at(index).algorithm()).name();
    }

    /** Holds back what fills no segment, for 200 ms at most, or lets it go. */
    public void cork(int index, boolean isOn) {
        flag(index, Flag.CORKED, isOn);
        connections.markDirty(tcb);
    }

    /** Gives close so long to deliver; 0 for a RST at once, negative for as long as it takes. */
    public void linger(int index, long timeoutNs) {
        resetOnClose(index, timeoutNs == 0);
        parts.settings.linger(tcb, Math.max(0, timeoutNs));
    }

    /** How long the connection, once closed, waits for the peer's FIN. */
    public void finWait2(int index, long timeoutNs) {
        parts.settings.finWait2(tcb.at(index), timeoutNs);
    }

    /** Octets that the connection may hold for sending; 0 for as many as its window suggests. */
    public void sendBuffer(int index, int octets) {
        parts.settings.sendBuffer(tcb.at(index), octets);
    }

    /** Octets not sent below which the connection is writable; 0 for no such mark. */
    public void notSentLowWater(int index, int octets) {
        parts.settings.notSentLowWater(tcb.at(index), octets);
    }

    /** Octets that may wait unread from now on; the window grows no more by itself. */
    public void receiveBuffer(int index, int octets) {
        tcb.at(index).set(Flag.FIXED_WINDOW);
        tcb.receiveLimit(octets);
        if (tcb.state() >= TcpState.N_ESTABLISHED && parts.receiveWindow.isUpdateDue(tcb)) {
            parts.ackPolicy.now(tcb);
        }
    }

    /** Acknowledges everything at once from now on, or no longer; what is owed goes out now. */
    public void quickAck(int index, boolean isOn) {
        tcb.at(index).quickAcks(isOn ? AckPolicy.ALWAYS : 0);
        if (isOn && tcb.has(Flag.ACK_DELAYED)) {
            parts.ackPolicy.now(tcb);
        }
    }

    /** Makes {@link #close} a RST (a linger time of zero). */
    public void resetOnClose(int index, boolean isOn) {
        flag(index, Flag.LINGER_RESET, isOn);
    }

    private void flag(int index, int flag, boolean isOn) {
        tcb.at(index).flags(isOn ? tcb.flags() | flag : tcb.flags() & ~flag);
    }

    /** Switches keep-alive probes off, or on with the configuration's times (RFC 9293 §3.8.4). */
    public void keepAlive(int index, boolean isOn, long nowNs) {
        flag(index, Flag.KEEP_ALIVE, isOn);
        parts.timers.reschedule(tcb, nowNs);
    }

    /** Switches keep-alive probes on with times of its own. */
    public void keepAlive(int index, long idleNs, long intervalNs, int probes, long nowNs) {
        parts.settings.keepAlive(tcb.at(index), idleNs, intervalNs, probes);
        keepAlive(index, true, nowNs);
    }

    /** How long data may go without an ACK before the connection is given up (RFC 5482). */
    public void userTimeout(int index, long timeoutNs) {
        parts.settings.userTimeout(tcb.at(index), timeoutNs);
    }

    /** The Diffserv code point of the connection's packets, 0 to 63 (RFC 9293 §3.9.1.9). */
    public void diffserv(int index, int codePoint) {
        parts.settings.trafficClass(tcb.at(index), codePoint << 2);
    }

    /** What has been written is urgent (RFC 9293 §3.10.2). */
    public void markUrgent(int index) {
        parts.urgent.mark(tcb.at(index));
    }

    /** Octets up to the peer's last urgent one that are not read yet. */
    public int urgentUnread(int index) {
        return parts.urgent.unread(tcb.at(index));
    }

    /** How connections come from other lanes and go there. */
    public FlowMoves moves() {
        return moves;
    }

    // --- for people who look on ---

    /** What TCP knows of the connection now. Allocates. */
    public TcpInfo info(int index, long nowNs) {
        return parts.infos.of(tcb.at(index), nowNs);
    }

    public int connectionCount() {
        return connections.count();
    }

    public int halfOpenCount() {
        return parts.passiveOpen.halfOpenCount();
    }

    public int timeWaitCount() {
        return parts.timeWaits.count();
    }

    /** Connections that hold a send queue or out-of-order data. */
    public int busyCount() {
        return connections.flightsInUse();
    }

    /** Shows every connection's number. Control path: looks at every record. */
    public void forEachConnection(IntConsumer action) {
        connections.forEach(action);
    }

    /** Frees the memory. Abort the connections before, and send what they note. */
    @Override
    public void close() {
        forEachConnection(this::drop);
        parts.close();
    }

    private void drop(int index) {
        tcb.at(index);
        if (tcb.state() != TcpState.N_CLOSED) {
            parts.ending.finish(tcb, CloseReason.STACK_CLOSED);
        }
        parts.receiver.clear(tcb);
    }
}
