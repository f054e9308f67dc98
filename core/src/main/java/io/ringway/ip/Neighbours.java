package io.ringway.ip;

import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.memory.FrameCopies;
import io.ringway.memory.FramePool;
import io.ringway.wire.IpAddress;

import java.util.ArrayList;
import java.util.List;

/**
 * The state machine of neighbour unreachability detection (RFC 4861 §7.3 and appendix C), for ARP's
 * entries as well (RFC 1122 §2.3.2.1 asks for as much).
 *
 * <p>Packets wait in the entry while it is INCOMPLETE. What is to be asked goes out by {@link
 * NeighbourActions}; what waited and may leave now goes to the pending frames.
 */
final class Neighbours {
    static final long RETRANSMIT_NS = 1_000_000_000L;
    static final long DELAY_FIRST_PROBE_NS = 5_000_000_000L;
    static final int MAX_SOLICITATIONS = 3;

    private static final long NEVER = Long.MAX_VALUE;

    private final Counters counters;
    private final FramePool frames;
    private final NeighbourTable table;
    private final PendingFrames pending;
    private final NeighbourActions actions;
    private final SeededRandom random;
    private final int packetsPerNeighbour;
    private final long reachableNs;
    private final long staleNs;
    private final long[] deadlineNs;
    private final long[] confirmedNs;
    private final byte[] tries;

    /** No entry is due before this. */
    private long nextDeadlineNs = NEVER;

    Neighbours(
            IpConfig config,
            FramePool frames,
            Counters counters,
            NeighbourTable table,
            PendingFrames pending,
            NeighbourActions actions,
            SeededRandom random) {
        this.counters = counters;
        this.frames = frames;
        this.table = table;
        this.pending = pending;
        this.actions = actions;
        this.random = random;
        this.packetsPerNeighbour = config.packetsPerNeighbour();
        this.reachableNs = config.reachableNs();
        this.staleNs = config.staleNs();
        this.deadlineNs = new long[table.capacity()];
        this.confirmedNs = new long[table.capacity()];
        this.tries = new byte[table.capacity()];
    }

    /**
     * The entry of a neighbour that a packet is to go to; an INCOMPLETE one is opened when there is
     * none.
     */
    int slotFor(long high, long low, long nowNs) {
        int slot = table.find(high, low);
        if (slot == NeighbourTable.NONE) {
            slot = open(high, low, nowNs);
        }
        table.used(slot, nowNs);
        return slot;
    }

    private int open(long high, long low, long nowNs) {
        if (table.isFull()) {
            evict(nowNs);
        }
        int slot = table.add(high, low, nowNs);
        tries[slot] = 0;
        confirmedNs[slot] = Long.MIN_VALUE;
        deadlineNs[slot] = NEVER;
        return slot;
    }

    /**
     * Gives up the entry that is worth least: first by state, then by the time since a packet
     * looked it up.
     */
    private void evict(long nowNs) {
        int victim = 0;
        for (int slot = 1; slot < table.capacity(); slot++) {
            int worth = Integer.compare(worth(slot), worth(victim));
            if (worth < 0 || (worth == 0 && table.usedNs(slot) < table.usedNs(victim))) {
                victim = slot;
            }
        }
        counters.increment(Counter.NEIGHBOUR_EVICTED);
        dropWaiting(victim, nowNs);
        table.remove(victim);
    }

    private int worth(int slot) {
        return switch (table.state(slot)) {
            case STALE -> 0;
            case INCOMPLETE -> 1;
            case PROBE -> 2;
            case DELAY -> 3;
            case REACHABLE -> 4;
        };
    }

    /**
     * The link address to send to, after noting that something is sent (RFC 4861 §7.3.3: the first
     * packet to a stale neighbour starts DELAY), or {@link NeighbourTable#UNKNOWN}: then {@link
     * #enqueue}.
     */
    long linkForSending(int slot, long nowNs) {
        if (table.state(slot) == Neighbour.State.STALE) {
            become(slot, Neighbour.State.DELAY, table.mac(slot), nowNs);
        }
        return table.mac(slot);
    }

    /**
     * Lets a packet wait; the oldest goes when too many do (RFC 4861 §7.2.2), and the first one
     * makes us ask.
     */
    void enqueue(int slot, int frame, long nowNs) {
        assert table.state(slot) == Neighbour.State.INCOMPLETE : table.state(slot);
        if (table.waitingCount(slot) == packetsPerNeighbour) {
            counters.increment(Counter.NEIGHBOUR_QUEUE_FULL);
            frames.release(table.dequeue(slot));
        }
        // TCP links what it holds for a retransmission, so what waits here must be ours alone.
        int waiting = FrameCopies.exclusive(frames, frame);
        if (waiting == FramePool.NONE) {
            counters.increment(Counter.IP_NO_FRAME);
        } else {
            table.enqueue(slot, waiting);
        }
        if (tries[slot] == 0) {
            solicit(slot, nowNs);
        }
    }

    private void solicit(int slot, long nowNs) {
        tries[slot]++;
        schedule(slot, nowNs + RETRANSMIT_NS);
        int waiting = table.waitingCount(slot) == 0 ? FramePool.NONE : table.firstWaiting(slot);
        actions.solicit(table.high(slot), table.low(slot), table.mac(slot), waiting, nowNs);
    }

    private void schedule(int slot, long at) {
        deadlineNs[slot] = at;
        nextDeadlineNs = Math.min(nextDeadlineNs, at);
    }

    private void become(int slot, Neighbour.State state, long mac, long nowNs) {
        table.set(slot, state, mac);
        tries[slot] = 0;
        switch (state) {
            case INCOMPLETE -> throw new AssertionError("an entry that was resolved stays so");
            case REACHABLE -> {
                confirmedNs[slot] = nowNs;
                schedule(slot, nowNs + randomReachableNs());
            }
            case STALE -> schedule(slot, nowNs + staleNs);
            case DELAY -> schedule(slot, nowNs + DELAY_FIRST_PROBE_NS);
            case PROBE -> solicit(slot, nowNs);
        }
    }

    /**
     * Between half and one and a half times the configured time, so that hosts do not fall in step
     * (§6.3.2).
     */
    private long randomReachableNs() {
        return reachableNs / 2 + random.below(reachableNs + 1);
    }

    /**
     * A neighbour told us its link address without being asked: by a request of its own (RFC 826,
     * RFC 4861 §7.2.3).
     */
    void onRequest(long high, long low, long mac, long nowNs) {
        int slot = table.find(high, low);
        if (slot == NeighbourTable.NONE) {
            slot = open(high, low, nowNs);
        }
        if (table.mac(slot) != mac) {
            become(slot, Neighbour.State.STALE, mac, nowNs);
            releaseWaiting(slot);
        }
    }

    /**
     * A neighbour advertised its link address, by NA (RFC 4861 §7.2.5) or ARP. One that we have no
     * entry for is ignored: nobody can fill the table, or poison it, by advertisements.
     *
     * @param mac the address advertised, or {@link NeighbourTable#UNKNOWN} when the message has
     *     none
     * @param isSolicited whether it answers a question of ours
     * @param isOverride whether it may replace the address that we have
     */
    void onAdvertisement(
            long high, long low, long mac, boolean isSolicited, boolean isOverride, long nowNs) {
        int slot = table.find(high, low);
        if (slot == NeighbourTable.NONE) {
            return;
        }
        long known = table.mac(slot);
        if (known == NeighbourTable.UNKNOWN) {
            if (mac != NeighbourTable.UNKNOWN) {
                become(
                        slot,
                        isSolicited ? Neighbour.State.REACHABLE : Neighbour.State.STALE,
                        mac,
                        nowNs);
                releaseWaiting(slot);
            }
            return;
        }
        boolean differs = mac != NeighbourTable.UNKNOWN && mac != known;
        if (differs && !isOverride) {
            if (table.state(slot) == Neighbour.State.REACHABLE) {
                become(slot, Neighbour.State.STALE, known, nowNs);
            }
        } else if (isSolicited) {
            become(slot, Neighbour.State.REACHABLE, differs ? mac : known, nowNs);
        } else if (differs) {
            become(slot, Neighbour.State.STALE, mac, nowNs);
        }
    }

    /**
     * Whether we have asked this neighbour and wait for its answer: what makes an ARP reply a
     * solicited one.
     */
    boolean isAsking(long high, long low) {
        int slot = table.find(high, low);
        return slot != NeighbourTable.NONE
                && tries[slot] > 0
                && (table.state(slot) == Neighbour.State.INCOMPLETE
                        || table.state(slot) == Neighbour.State.PROBE);
    }

    private void releaseWaiting(int slot) {
        for (int frame = table.dequeue(slot);
                frame != FramePool.NONE;
                frame = table.dequeue(slot)) {
            pending.addPacket(frame);
        }
    }

    /**
     * Notes that the peer behind this hint answers (RFC 4861 §7.3.1). One store; the timer looks at
     * it later.
     */
    void confirm(int hint, long nowNs) {
        int slot = table.slotOf(hint);
        if (slot != NeighbourTable.NONE) {
            confirmSlot(slot, nowNs);
        }
    }

    /** Notes that the peer behind this hint does not answer: the next packet to it asks. */
    void doubt(int hint, long nowNs) {
        int slot = table.slotOf(hint);
        if (slot != NeighbourTable.NONE && table.state(slot) == Neighbour.State.REACHABLE) {
            become(slot, Neighbour.State.STALE, table.mac(slot), nowNs);
        }
    }

    void confirmSlot(int slot, long nowNs) {
        confirmedNs[slot] = nowNs;
        if (table.state(slot) == Neighbour.State.STALE) {
            become(slot, Neighbour.State.REACHABLE, table.mac(slot), nowNs);
        }
    }

    long nextDeadlineNs() {
        return nextDeadlineNs;
    }

    /** Does what is due, and returns how many entries it was due for. */
    int expire(long nowNs) {
        if (nowNs < nextDeadlineNs) {
            return 0;
        }
        int work = 0;
        nextDeadlineNs = NEVER;
        for (int slot = 0; slot < table.capacity(); slot++) {
            if (!table.isInUse(slot)) {
                continue;
            }
            if (deadlineNs[slot] <= nowNs) {
                work++;
                onTimer(slot, nowNs);
            }
            if (table.isInUse(slot)) {
                nextDeadlineNs = Math.min(nextDeadlineNs, deadlineNs[slot]);
            }
        }
        return work;
    }

    private void onTimer(int slot, long nowNs) {
        switch (table.state(slot)) {
            case REACHABLE -> {
                long until = confirmedNs[slot] + reachableNs;
                if (until > nowNs) {
                    schedule(slot, until);
                } else {
                    become(slot, Neighbour.State.STALE, table.mac(slot), nowNs);
                }
            }
            case STALE -> table.remove(slot);
            case DELAY -> {
                boolean isConfirmed = confirmedNs[slot] >= deadlineNs[slot] - DELAY_FIRST_PROBE_NS;
                become(
                        slot,
                        isConfirmed ? Neighbour.State.REACHABLE : Neighbour.State.PROBE,
                        table.mac(slot),
                        nowNs);
            }
            case PROBE -> {
                if (confirmedNs[slot] >= deadlineNs[slot] - RETRANSMIT_NS) {
                    become(slot, Neighbour.State.REACHABLE, table.mac(slot), nowNs);
                } else {
                    askAgain(slot, nowNs);
                }
            }
            case INCOMPLETE -> askAgain(slot, nowNs);
        }
    }

    private void askAgain(int slot, long nowNs) {
        if (tries[slot] < MAX_SOLICITATIONS) {
            solicit(slot, nowNs);
        } else {
            dropWaiting(slot, nowNs);
            table.remove(slot);
        }
    }

    private void dropWaiting(int slot, long nowNs) {
        for (int frame = table.dequeue(slot);
                frame != FramePool.NONE;
                frame = table.dequeue(slot)) {
            counters.increment(Counter.NEIGHBOUR_UNREACHABLE);
            actions.onUnreachable(frame, nowNs);
        }
    }

    /** Every entry, for display. */
    List<Neighbour> list() {
        List<Neighbour> all = new ArrayList<>();
        for (int slot = 0; slot < table.capacity(); slot++) {
            if (table.isInUse(slot)) {
                IpAddress address = new IpAddress(table.high(slot), table.low(slot));
                all.add(new Neighbour(address, table.mac(slot), table.state(slot)));
            }
        }
        return all;
    }
}
