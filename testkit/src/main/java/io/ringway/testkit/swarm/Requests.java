package io.ringway.testkit.swarm;

import io.ringway.wire.TcpHeader;

import java.lang.foreign.MemorySegment;

/**
 * The requests on a swarm's active connections, and the check of their replies. A request has a
 * time at which it is due, and its round trip counts from there: where the one before was still
 * under way, or the swarm itself was late, that is part of it.
 */
final class Requests {
    private static final int TRIES = 8;
    private static final int TURNS = 1024;
    private static final int MOST_SWEPT = 1024;
    private static final int REQUEST = TcpHeader.ACK | TcpHeader.PSH;
    private static final long MOST_LATE_NS = 10_000_000;
    private static final long UNSET = Long.MIN_VALUE;
    private static final long GOLDEN = 0x9e37_79b9_7f4a_7c15L;

    private final int connections;
    private final int octets;
    private final long timeoutNs;
    private final SwarmLink link;
    private final MemorySegment memory;
    private final Numbers numbers;
    private final byte[] states;
    private final SwarmListener listener;
    private final ActiveSlots slots;
    private long thinkNs;
    private int messagesEach;
    private long messages;
    private long resent;
    private long wrong;
    private boolean isOver;
    private boolean isStrict;
    private boolean isSweeping;
    private Sweep sweep = new Sweep(1, 0);
    private int sweepWanted;
    private int sweepDone;
    private int awaited;
    private long draws;
    private int cursor;
    private long nextNs = UNSET;

    Requests(
            SwarmConfig config,
            SwarmLink link,
            Numbers numbers,
            byte[] states,
            SwarmListener listener) {
        this.connections = config.connections();
        this.octets = config.octets();
        this.timeoutNs = config.timeoutNs();
        this.link = link;
        this.memory = link.memory();
        this.numbers = numbers;
        this.states = states;
        this.listener = listener;
        this.slots = new ActiveSlots(config.active());
        this.thinkNs = config.thinkNs();
        this.messagesEach = config.messagesEach();
    }

    long messages() {
        return messages;
    }

    long resent() {
        return resent;
    }

    long wrong() {
        return wrong;
    }

    int swept() {
        return sweepDone;
    }

    boolean isSwept() {
        return isSweeping && sweepWanted == 0 && sweep.isOver() && awaited == 0;
    }

    /** What is under way comes to its end, and then {@code count} connections are asked once. */
    void sweep(int count) {
        isSweeping = true;
        sweepWanted = Math.min(count, connections);
        sweepDone = 0;
    }

    private void beginSweep() {
        for (int slot = 0; slot < slots.count(); slot++) {
            slots.leave(slot);
        }
        sweep = new Sweep(connections, sweepWanted);
        sweepWanted = 0;
        thinkNs = 0;
        messagesEach = 1;
    }

    /** Ends all of them. */
    void end() {
        isOver = true;
        awaited = 0;
        for (int slot = 0; slot < slots.count(); slot++) {
            slots.leave(slot);
        }
    }

    /** A connection has ended. */
    void forget(int of) {
        int slot = slots.of(of);
        if (slot != ActiveSlots.NONE) {
            awaited -= slots.received[slot] == ActiveSlots.NONE ? 0 : 1;
            slots.leave(slot);
        }
    }

    // --- asking ---

    /**
     * Sends what is due.
     *
     * @param open connections that are established
     * @param asked connections that were asked to open, from 0 on
     * @param isOpening whether they are being opened, as fast as it goes: then requests that come
     *     late are left out
     */
    int poll(int open, int asked, boolean isOpening, long nowNs) {
        if (slots.count() == 0 || open == 0) {
            nextNs = UNSET;
            return 0;
        }
        // Of those that are open, the same share is active from the beginning on.
        int count = Math.max(1, (int) ((long) open * slots.count() / connections));
        long gapNs = thinkNs / count;
        if (nextNs == UNSET || gapNs == 0) {
            nextNs = nowNs;
        }
        isStrict = !isOpening;
        if (isOpening) {
            nextNs = Math.max(nextNs, nowNs - MOST_LATE_NS);
        }
        if (sweepWanted > 0 && awaited == 0) {
            beginSweep();
        }
        int work = 0;
        int most = Math.min(count, TURNS);
        for (int i = 0; i < most && nextNs <= nowNs && link.room() > 0; i++) {
            work += turn(cursor, asked, nowNs);
            cursor = cursor + 1 >= count ? 0 : cursor + 1;
            nextNs += gapNs;
        }
        return work;
    }

    /** The turn of a place: asks, or asks again what was not answered in time. */
    private int turn(int slot, int asked, long nowNs) {
        if (slots.received[slot] != ActiveSlots.NONE) {
            return waitingTurn(slot, nowNs);
        }
        if (sweepWanted > 0 || (isSweeping && awaited >= MOST_SWEPT)) {
            return 0;
        }
        if ((slots.connection[slot] == ActiveSlots.NONE || --slots.messagesLeft[slot] <= 0)
                && !change(slot, asked)) {
            return 0;
        }
        request(slot, nextNs, nowNs);
        return 1;
    }

    /** Gives the place to another connection; false when it has none now. */
    private boolean change(int slot, int asked) {
        int next = next(asked);
        if (next != ActiveSlots.NONE) {
            slots.leave(slot);
            slots.take(slot, next, messagesEach);
            return true;
        }
        if (isSweeping) {
            slots.leave(slot);
            return false;
        }
        // Where nearly all are active, nobody waits to take its place.
        slots.messagesLeft[slot] = messagesEach;
        return slots.connection[slot] != ActiveSlots.NONE;
    }

    private int waitingTurn(int slot, long nowNs) {
        if (isStrict && thinkNs > 0 && slots.owed[slot]++ == 0) {
            slots.owedNs[slot] = nextNs;
        }
        if (nowNs - slots.resentNs[slot] < timeoutNs) {
            return 0;
        }
        slots.resentNs[slot] = nowNs;
        writeRequest(slot);
        resent++;
        return 1;
    }

    private int next(int asked) {
        return isSweeping ? sweepNext() : anyAtRest(asked);
    }

    /** An open connection on which nothing is asked, or {@link ActiveSlots#NONE}. */
    int anyAtRest(int asked) {
        // Evenly over those that were asked to open, and never in their order.
        for (int i = 0; i < TRIES; i++) {
            long spread = (++draws * GOLDEN) >>> 33;
            int of = (int) ((spread * asked) >>> 31);
            if (states[of] == Swarm.OPEN && slots.of(of) == ActiveSlots.NONE) {
                return of;
            }
        }
        return ActiveSlots.NONE;
    }

    private int sweepNext() {
        while (!sweep.isOver()) {
            int of = sweep.next();
            if (states[of] == Swarm.OPEN && slots.of(of) == ActiveSlots.NONE) {
                return of;
            }
        }
        return ActiveSlots.NONE;
    }

    private void request(int slot, long dueNs, long nowNs) {
        int of = slots.connection[slot];
        slots.dueNs[slot] = dueNs;
        slots.sentNs[slot] = nowNs;
        slots.resentNs[slot] = nowNs;
        slots.received[slot] = 0;
        awaited++;
        numbers.set(of, numbers.sndNxt(of) + octets, numbers.rcvNxt(of));
        writeRequest(slot);
    }

    private void writeRequest(int slot) {
        int of = slots.connection[slot];
        int seq = numbers.sndNxt(of) - octets;
        // A part of the reply may be here already.
        long at = link.begin(of, seq, numbers.rcvNxt(of), REQUEST, octets);
        Message.write(memory, at, octets, of, slots.sentNs[slot]);
        link.end();
    }

    // --- hearing ---

    /**
     * Takes octets of a reply, which are the next ones of their connection; {@code rcvNxt} is
     * behind them already.
     *
     * @return whether a further request, which acknowledges them, has been sent
     */
    boolean onText(int of, int length, long nowNs) {
        int slot = slots.of(of);
        if (slot == ActiveSlots.NONE || slots.received[slot] == ActiveSlots.NONE) {
            wrong += isOver ? 0 : 1;
            return false;
        }
        int before = slots.received[slot];
        if (before + length > octets
                || !Message.isRight(memory, link.payload, before, length, of, slots.sentNs[slot])) {
            wrong++;
            return false;
        }
        slots.received[slot] = before + length;
        if (before + length < octets) {
            return false;
        }
        slots.received[slot] = ActiveSlots.NONE;
        awaited--;
        messages++;
        sweepDone += isSweeping && sweepWanted == 0 ? 1 : 0;
        listener.onMessage(nowNs - slots.dueNs[slot]);
        return continues(slot, nowNs);
    }

    /** Goes on at once where nobody thinks, or a request has come due meanwhile. */
    private boolean continues(int slot, long nowNs) {
        boolean isOwed = slots.owed[slot] > 0;
        if (isSweeping || (thinkNs != 0 && !isOwed) || --slots.messagesLeft[slot] <= 0) {
            return false;
        }
        long dueNs = nowNs;
        if (isOwed) {
            dueNs = slots.owedNs[slot];
            slots.owed[slot]--;
            slots.owedNs[slot] += thinkNs;
        }
        request(slot, dueNs, nowNs);
        return true;
    }
}
