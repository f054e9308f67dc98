package io.ringway.tcp;

import io.ringway.layer.PacketInfo;
import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.memory.Direct;
import io.ringway.memory.FramePool;
import io.ringway.memory.IntQueue;
import io.ringway.tcp.Listeners.Listener;
import io.ringway.tcp.MovedFlows.Moved;

import java.util.ArrayList;
import java.util.List;

/**
 * Takes the connections of a bucket out of this lane, and those of another into it. In the midst of
 * a transfer, too: what was written and not acknowledged goes along, and so does what came and was
 * not read, in the frames in which it is.
 *
 * <p>The lane's. Both halves run in one go, because a segment that arrives in between would find
 * half of the connections.
 */
public final class FlowMoves {
    /** Says which flows are to go. */
    @FunctionalInterface
    public interface Leaving {
        /** Whether the flow with these addresses and ports goes. */
        boolean isLeaving(
                long localHigh,
                long localLow,
                int localPort,
                long remoteHigh,
                long remoteLow,
                int remotePort);
    }

    /** Who has something of a connection that TCP does not know. */
    public interface Companion {
        /**
         * A connection leaves; they arrive in the same order.
         *
         * @param tcb its number here, which is somebody else's from now on
         * @param application what TCP stores for the application
         * @param isShown whether the application was told of it
         */
        void onLeave(int tcb, int application, boolean isShown);

        /**
         * The {@code position}-th connection has arrived.
         *
         * @return what TCP is to store for the application here
         */
        int onArrive(int position, int tcb);

        /** The {@code position}-th connection found no room, and is lost. */
        void onLost(int position);
    }

    private static final int KEY_LONGS = 1;
    private static final int OF_A_LANE = Flag.DIRTY | Flag.READY | Flag.ARMED;

    private final TcpParts parts;
    private final Counters counters;
    private final Connections connections;
    private final MovedFrames movedFrames;
    private final PacketInfo key = new PacketInfo();
    private final Tcb tcb;

    FlowMoves(TcpParts parts, FramePool frames, Counters counters) {
        this.parts = parts;
        this.counters = counters;
        this.connections = parts.connections;
        this.movedFrames = new MovedFrames(frames, parts.reassembly);
        this.tcb = connections.cursor();
    }

    // --- leaving ---

    /**
     * Copies what the port holds as well of the flows that are to leave.
     *
     * @return how many connections are to leave, or -1 when there are too few frames for the copies
     *     now: try again later
     */
    public int prepare(Leaving leaving) {
        int[] count = {0};
        connections.forEach(index -> {
            if (count[0] >= 0 && mayLeave(index, leaving)) {
                boolean isReady =
                        tcb.flight() < 0 || parts.sendQueue.detach(connections.flight(tcb));
                count[0] = isReady ? count[0] + 1 : -1;
            }
        });
        return count[0];
    }

    private boolean mayLeave(int index, Leaving leaving) {
        tcb.at(index);
        return tcb.has(Flag.TABLED)
                && leaving.isLeaving(
                        tcb.localHigh(),
                        tcb.localLow(),
                        tcb.localPort(),
                        tcb.remoteHigh(),
                        tcb.remoteLow(),
                        tcb.remotePort());
    }

    /** Takes out the flows that are to leave, after {@link #prepare} in the same cycle. */
    public MovedFlows takeOut(Leaving leaving, Companion companion) {
        MovedFlows moved = new MovedFlows();
        List<Integer> gone = new ArrayList<>();
        connections.forEach(index -> {
            if (mayLeave(index, leaving)) {
                moved.connections.add(leave(companion));
                gone.add(index);
            }
        });
        removeGone(connections.dirty);
        removeGone(connections.unfinished);
        removeGone(connections.ready);
        for (int index : gone) {
            tcb.at(index).flags(tcb.flags() & ~OF_A_LANE);
            // IPv6 addresses are freed with the record.
            connections.free(tcb);
        }
        takeHalfOpen(moved, leaving);
        takeTimeWaits(moved, leaving);
        return moved;
    }

    private Moved leave(Companion companion) {
        Moved moved = new Moved();
        moved.remoteHigh = tcb.remoteHigh();
        moved.remoteLow = tcb.remoteLow();
        moved.localHigh = tcb.localHigh();
        moved.localLow = tcb.localLow();
        moved.ports = tcb.ports();
        boolean isShown = !tcb.has(Flag.PASSIVE) || !tcb.has(Flag.UNACCEPTED);
        companion.onLeave(tcb.index(), tcb.application(), isShown);
        parts.timers.cancel(tcb);
        if (tcb.has(Flag.PASSIVE)) {
            moved.listener = parts.listeners.get(tcb.listener());
        }
        if (tcb.has(Flag.UNACCEPTED)) {
            parts.listeners.onLeft(tcb);
        }
        moved.settings = parts.settings.ownOrNull(tcb);
        parts.settings.forget(tcb);
        moved.search = connections.searches.of(tcb.index());
        takeDuplicate(moved);
        parts.receiver.moved(tcb, true);
        moved.receiveHead = tcb.receiveHead();
        for (int i = KEY_LONGS; i < moved.record.length; i++) {
            moved.record[i] = Direct.native64(tcb.address, i * 8);
        }
        if (tcb.flight() >= 0) {
            Flight flight = connections.flight(tcb);
            boolean isHalf = tcb.state() == TcpState.N_SYN_RECEIVED;
            moved.isFastOpenPending = isHalf && flight.isFastOpen;
            if (moved.isFastOpenPending) {
                parts.listeners.onFastOpenOver(tcb);
            }
            parts.pacer.forget(flight);
            moved.flight = connections.part(tcb);
        }
        movedFrames.leave(moved);
        connections.unlink(tcb);
        tcb.flight(-1);
        tcb.receiveHead(-1);
        tcb.receiveTail(-1);
        return moved;
    }

    private void takeDuplicate(Moved moved) {
        int index = tcb.index();
        if (connections.duplicates.has(index)) {
            moved.hasDuplicate = true;
            moved.duplicateStart = connections.duplicates.start(index);
            moved.duplicateEnd = connections.duplicates.end(index);
            connections.duplicates.clear(index);
        }
    }

    /** Those that have left and are not closed stand in no table any more. */
    private void removeGone(IntQueue queue) {
        for (int left = queue.size(); left > 0; left--) {
            int index = queue.remove();
            tcb.at(index);
            if (tcb.has(Flag.TABLED) || tcb.state() == TcpState.N_CLOSED) {
                queue.add(index);
            }
        }
    }

    private void takeHalfOpen(MovedFlows moved, Leaving leaving) {
        SynCache cache = parts.synCache;
        if (cache.count() == 0) {
            return;
        }
        for (int entry = 0; entry < cache.capacity(); entry++) {
            SynEntry half = cache.at(entry);
            if (half.listener() != SynCache.NONE
                    && leaving.isLeaving(
                            half.localHigh(),
                            half.localLow(),
                            half.localPort(),
                            half.remoteHigh(),
                            half.remoteLow(),
                            half.remotePort())) {
                Listener listener = parts.listeners.get(half.listener());
                if (listener != null) {
                    moved.halfOpen.add(new MovedFlows.HalfOpen(half.copy(), listener));
                }
                cache.remove(entry);
            }
        }
    }

    private void takeTimeWaits(MovedFlows moved, Leaving leaving) {
        TimeWaitTable table = parts.timeWaitTable;
        for (int entry = table.first(); entry != TimeWaitTable.NONE; ) {
            int after = table.after(entry);
            TimeWaitEntry waiting = table.at(entry);
            if (leaving.isLeaving(
                    waiting.localHigh(),
                    waiting.localLow(),
                    waiting.localPort(),
                    waiting.remoteHigh(),
                    waiting.remoteLow(),
                    waiting.remotePort())) {
                moved.timeWaits.add(waiting.copy());
                table.remove(entry);
            }
            entry = after;
        }
    }

    // --- arriving ---

    /** How many connections more there is room for. */
    public int room() {
        return connections.maximum() - connections.count();
    }

    /** Takes in what another lane took out. */
    public void takeIn(MovedFlows moved, Companion companion, long nowNs) {
        for (int i = 0; i < moved.connections.size(); i++) {
            Moved connection = moved.connections.get(i);
            movedFrames.arrive(connection);
            setKey(
                    connection.remoteHigh,
                    connection.remoteLow,
                    connection.localHigh,
                    connection.localLow);
            int ports = connection.ports;
            if (connections.create(tcb, key, ports >>> 16, ports & 0xffff)) {
                arrive(connection, nowNs);
                tcb.application(companion.onArrive(i, tcb.index()));
            } else {
                lose(connection);
                companion.onLost(i);
            }
        }
        moved.halfOpen.forEach(half -> takeIn(half, nowNs));
        moved.timeWaits.forEach(waiting -> takeIn(waiting, nowNs));
    }

    private void setKey(long remoteHigh, long remoteLow, long localHigh, long localLow) {
        key.sourceHigh = remoteHigh;
        key.sourceLow = remoteLow;
        key.destinationHigh = localHigh;
        key.destinationLow = localLow;
    }

    private void arrive(Moved moved, long nowNs) {
        int ports = tcb.ports();
        for (int i = KEY_LONGS; i < moved.record.length; i++) {
            Direct.putNative64(tcb.address, i * 8, moved.record[i]);
        }
        assert ports == tcb.ports() : "the record begins with its ports behind the key";
        int flags = tcb.flags();
        tcb.flags((flags & ~(OF_A_LANE | Flag.HAS_SETTINGS)) | Flag.TABLED);
        tcb.hint(0);
        tcb.flight(-1);
        if (moved.flight != null) {
            connections.adopt(tcb, moved.flight);
        }
        parts.settings.begin(tcb, moved.settings);
        if (moved.search != null) {
            connections.searches.put(tcb.index(), moved.search);
        }
        if (moved.hasDuplicate) {
            connections.duplicates.note(tcb, moved.duplicateStart, moved.duplicateEnd);
        }
        parts.receiver.moved(tcb, false);
        joinListener(moved);
        if ((flags & Flag.READY) != 0) {
            connections.notify(tcb, 0);
        }
        if ((flags & Flag.DIRTY) != 0 || moved.flight != null) {
            connections.markDirty(tcb);
        }
        parts.timers.reschedule(tcb, nowNs);
    }

    private void joinListener(Moved moved) {
        Listener listener = moved.listener == null ? null : parts.listeners.same(moved.listener);
        if (listener == null) {
            // It was closed here: then nobody counts who was shown to the application.
            tcb.unset(Flag.UNACCEPTED);
            tcb.listener(0);
            return;
        }
        parts.listeners.onArrived(tcb, listener);
        if (moved.isFastOpenPending) {
            listener.fastOpenPending++;
        }
    }

    private void lose(Moved moved) {
        counters.increment(Counter.TCP_ABORTED);
        if (moved.flight != null) {
            parts.sendQueue.clear(moved.flight);
            parts.reassembly.clear(moved.flight);
        }
        parts.receiver.release(moved.receiveHead);
    }

    private void takeIn(MovedFlows.HalfOpen half, long nowNs) {
        SynEntry from = half.entry();
        Listener listener = parts.listeners.same(half.listener());
        if (listener == null) {
            return;
        }
        int entry =
                parts.synCache.insert(
                        from.remoteHigh(),
                        from.remoteLow(),
                        from.localHigh(),
                        from.localLow(),
                        from.remotePort(),
                        from.localPort(),
                        from.hash(),
                        listener.index,
                        nowNs);
        if (entry == SynCache.NONE) {
            counters.increment(Counter.TCP_SYN_QUEUE_FULL);
        } else {
            parts.synCache.at(entry).stateFrom(from);
            // Perhaps the answer had not left yet.
            parts.passiveOpen.sendAgain(entry);
        }
    }

    private void takeIn(TimeWaitEntry from, long nowNs) {
        int entry =
                parts.timeWaitTable.insert(
                        from.remoteHigh(),
                        from.remoteLow(),
                        from.localHigh(),
                        from.localLow(),
                        from.remotePort(),
                        from.localPort(),
                        from.hash(),
                        nowNs);
        parts.timeWaitTable.at(entry).stateFrom(from);
    }
}
