package io.ringway.tcp;

import io.ringway.memory.OwnerGuard;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Half-open connections: a SYN came, our SYN-ACK is out, and the ACK is awaited. They are small
 * entries of a fixed number, so that a flood of SYNs costs no TCB and no more memory than was set
 * aside.
 *
 * <p>An entry is found by the hash of its addresses and ports. Its SYN-ACK is sent again after the
 * first time-out, then after twice that, and so on; entries that wait equally long stand in one
 * queue, so the one that is due first is always at the head of one of few queues.
 *
 * <p>{@link #at} gives one shared cursor. One thread owns a cache.
 */
final class SynCache implements AutoCloseable {
    /** Stands for "no entry". */
    static final int NONE = -1;

    /** The most retransmissions that can be asked for: more would take longer than a day. */
    static final int MAXIMUM_RETRANSMITS = 16;

    /** Told what is due. */
    interface Expiry {
        /** The SYN-ACK of this entry is to be sent again. The entry may be removed here. */
        void onRetransmit(int entry);

        /** This entry's last time-out expired; it is removed after this call, not by it. */
        void onGaveUp(int entry);
    }

    private final int capacity;
    private final int maximumRetransmits;
    private final long firstTimeoutNs;
    private final long maximumTimeoutNs;
    private final PeerLimits peers;
    private final OwnerGuard guard;
    private final Arena arena;
    private final MemorySegment memory;
    private final SynEntry cursor = new SynEntry();
    private final SynEntry own = new SynEntry();
    private final int[] chains;
    private final int[] heads;
    private final int[] tails;
    private int[] countsByListener = new int[16];
    private int free;
    private int count;

    /**
     * Makes an empty cache.
     *
     * @param capacity entries, at least 1
     * @param maximumRetransmits how often a SYN-ACK is sent again, 0 to 16
     * @param firstTimeoutNs until it is sent again for the first time
     * @param maximumTimeoutNs to which the doubled time-outs grow at most (RFC 6298 §2.5)
     * @param peers told of every entry that comes and goes
     */
    SynCache(
            int capacity,
            int maximumRetransmits,
            long firstTimeoutNs,
            long maximumTimeoutNs,
            PeerLimits peers) {
        this(
                capacity,
                maximumRetransmits,
                firstTimeoutNs,
                maximumTimeoutNs,
                peers,
                new OwnerGuard());
    }

    /** The same for the lane that {@code guard} knows. */
    SynCache(
            int capacity,
            int maximumRetransmits,
            long firstTimeoutNs,
            long maximumTimeoutNs,
            PeerLimits peers,
            OwnerGuard guard) {
        if (capacity < 1 || capacity > 1 << 24) {
            throw new IllegalArgumentException(
                    "a syncache has 1 to " + (1 << 24) + " entries; given " + capacity);
        }
        if (maximumRetransmits < 0 || maximumRetransmits > MAXIMUM_RETRANSMITS) {
            throw new IllegalArgumentException(
                    "a SYN-ACK is sent again 0 to "
                            + MAXIMUM_RETRANSMITS
                            + " times; given "
                            + maximumRetransmits);
        }
        if (firstTimeoutNs < 1 || firstTimeoutNs > Long.MAX_VALUE >>> (MAXIMUM_RETRANSMITS + 2)) {
            throw new IllegalArgumentException(
                    "the first time-out of a SYN-ACK is positive and at most a day; given "
                            + firstTimeoutNs
                            + " ns");
        }
        this.guard = guard;
        this.capacity = capacity;
        this.maximumRetransmits = maximumRetransmits;
        this.firstTimeoutNs = Math.min(firstTimeoutNs, maximumTimeoutNs);
        this.maximumTimeoutNs = maximumTimeoutNs;
        this.peers = peers;
        arena = Arena.ofShared();
        memory = arena.allocate((long) capacity * SynEntry.LENGTH, 64);
        chains = new int[Math.max(2, Integer.highestOneBit(capacity - 1) << 1)];
        heads = new int[maximumRetransmits + 1];
        tails = new int[maximumRetransmits + 1];
        Arrays.fill(chains, NONE);
        Arrays.fill(heads, NONE);
        Arrays.fill(tails, NONE);
        free = NONE;
        for (int entry = capacity - 1; entry >= 0; entry--) {
            putFree(entry);
        }
    }

    /** The entry under a cursor that every call of this method moves. */
    SynEntry at(int entry) {
        assert entry >= 0 && entry < capacity : entry;
        return cursor.wrap(memory, (long) entry * SynEntry.LENGTH);
    }

    private SynEntry own(int entry) {
        assert guard.passes();
        return own.wrap(memory, (long) entry * SynEntry.LENGTH);
    }

    private void putFree(int entry) {
        own(entry).listener(NONE).next(free);
        free = entry;
    }

    int capacity() {
        return capacity;
    }

    int count() {
        return count;
    }

    /** Half-open connections of one listener, for its backlog. */
    int count(int listener) {
        return listener < countsByListener.length ? countsByListener[listener] : 0;
    }

    /** The entry for these addresses and ports, or {@link #NONE}. */
    int find(
            long remoteHigh,
            long remoteLow,
            long localHigh,
            long localLow,
            int remotePort,
            int localPort,
            int hash) {
        int ports = FlowHash.ports(remotePort, localPort);
        int entry = chains[hash & (chains.length - 1)];
        while (entry != NONE
                && !own(entry).isFor(remoteHigh, remoteLow, localHigh, localLow, ports)) {
            entry = own.chain();
        }
        return entry;
    }

    /**
     * Adds an entry that is not there yet, with no option and its first time-out running; fill in
     * the rest through {@link #at}.
     *
     * @return the entry, or {@link #NONE} when the cache is full
     */
    int insert(
            long remoteHigh,
            long remoteLow,
            long localHigh,
            long localLow,
            int remotePort,
            int localPort,
            int hash,
            int listener,
            long nowNs) {
        assert listener >= 0 : listener;
        int entry = free;
        if (entry == NONE) {
            return NONE;
        }
        free = own(entry).next();
        int ports = FlowHash.ports(remotePort, localPort);
        int chain = hash & (chains.length - 1);
        own.reset(remoteHigh, remoteLow, localHigh, localLow, ports, hash);
        own.listener(listener).insertedNs(nowNs).chain(chains[chain]);
        chains[chain] = entry;
        append(entry, 0, nowNs);
        count++;
        countFor(listener, 1);
        peers.add(PeerTable.HALF_OPEN, remoteHigh, remoteLow);
        return entry;
    }

    private void countFor(int listener, int change) {
        if (listener >= countsByListener.length) {
            int length = Math.max(listener + 1, countsByListener.length * 2);
            countsByListener = Arrays.copyOf(countsByListener, length);
        }
        countsByListener[listener] += change;
        assert countsByListener[listener] >= 0 : "count of listener " + listener;
    }

    private void append(int entry, int retransmits, long nowNs) {
        int last = tails[retransmits];
        own(entry)
                .retransmits(retransmits)
                .deadlineNs(nowNs + Math.min(firstTimeoutNs << retransmits, maximumTimeoutNs))
                .previous(last)
                .next(NONE);
        if (last == NONE) {
            heads[retransmits] = entry;
        } else {
            own(last).next(entry);
        }
        tails[retransmits] = entry;
    }

    private void unlink(int entry) {
        int retransmits = own(entry).retransmits();
        int next = own.next();
        int previous = own.previous();
        if (previous == NONE) {
            heads[retransmits] = next;
        } else {
            own(previous).next(next);
        }
        if (next == NONE) {
            tails[retransmits] = previous;
        } else {
            own(next).previous(previous);
        }
    }

    /** Removes an entry: it became a connection, or was reset. */
    void remove(int entry) {
        int listener = own(entry).listener();
        assert listener != NONE : "entry " + entry + " is free";
        peers.remove(PeerTable.HALF_OPEN, own.remoteHigh(), own.remoteLow());
        unlink(entry);
        unchain(entry);
        putFree(entry);
        count--;
        countFor(listener, -1);
    }

    private void unchain(int entry) {
        int chain = own(entry).hash() & (chains.length - 1);
        int after = own.chain();
        if (chains[chain] == entry) {
            chains[chain] = after;
            return;
        }
        int before = chains[chain];
        while (own(before).chain() != entry) {
            before = own.chain();
        }
        own.chain(after);
    }

    /** Removes all of a listener that closes. Looks at every entry: control path only. */
    void removeAll(int listener) {
        for (int entry = 0; entry < capacity; entry++) {
            if (own(entry).listener() == listener) {
                remove(entry);
            }
        }
    }

    /**
     * Handles what is due, at most {@code limit} entries.
     *
     * @return how many were handled
     */
    int expire(long nowNs, int limit, Expiry expiry) {
        int handled = 0;
        for (int retransmits = 0; retransmits <= maximumRetransmits; retransmits++) {
            while (handled < limit && isDue(heads[retransmits], nowNs)) {
                handled++;
                expireOne(heads[retransmits], retransmits, nowNs, expiry);
            }
        }
        return handled;
    }

    private boolean isDue(int entry, long nowNs) {
        return entry != NONE && own(entry).deadlineNs() - nowNs <= 0;
    }

    private void expireOne(int entry, int retransmits, long nowNs, Expiry expiry) {
        if (retransmits == maximumRetransmits) {
            expiry.onGaveUp(entry);
            remove(entry);
        } else {
            unlink(entry);
            append(entry, retransmits + 1, nowNs);
            expiry.onRetransmit(entry);
        }
    }

    /** When something is due next; {@link Long#MAX_VALUE} when the cache is empty. */
    long nextDeadlineNs() {
        long earliest = Long.MAX_VALUE;
        for (int head : heads) {
            if (head != NONE) {
                earliest = Math.min(earliest, own(head).deadlineNs());
            }
        }
        return earliest;
    }

    @Override
    public void close() {
        arena.close();
    }
}
