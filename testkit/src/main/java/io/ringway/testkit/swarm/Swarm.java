package io.ringway.testkit.swarm;

import io.ringway.port.Port;
import io.ringway.wire.TcpHeader;

import java.lang.foreign.MemorySegment;

/**
 * Millions of TCP clients on a port. They open, exchange messages with an echo server and check
 * every octet that comes back, and close. It is no stack: an idle connection is two sequence
 * numbers and a state, nine octets, and what a client does follows from the segment that arrives.
 * What gets lost is sent again after {@link SwarmConfig#timeoutNs}, without congestion control, so
 * it is for links of one's own.
 *
 * <p>It never acknowledges late and never asks for a window beyond 65,535. One thread drives it, by
 * {@link #doWork}.
 */
public final class Swarm implements AutoCloseable {
    private static final byte FRESH = 0;
    private static final byte OPENING = 1;
    private static final byte OPEN = 2;
    private static final byte CLOSING = 3;
    private static final byte CLOSED = 4;
    private static final int TRIES = 8;
    private static final int TURNS = 1024;
    private static final int MOST_SWEPT = 1024;
    private static final long ASK_NS = 100_000_000;
    private static final int ACK = TcpHeader.ACK;
    private static final long GOLDEN = 0x9e37_79b9_7f4a_7c15L;

    private final SwarmConfig config;
    private final SwarmLink link;
    private final SwarmListener listener;
    private final MemorySegment memory;
    private final Numbers numbers;
    private final byte[] states;
    private final ActiveSlots slots;
    private final Pending pending;
    private long thinkNs;
    private int messagesEach;
    private int asked;
    private int open;
    private int ended;
    private long messages;
    private long resent;
    private long resets;
    private long wrong;
    private boolean isClosing;
    private boolean isSweeping;
    private Sweep sweep = new Sweep(1, 0);
    private int sweepWanted;
    private int closeAt;
    private int sweepDone;
    private int awaited;
    private long draws;
    private int cursor;
    private long nextMessageNs;
    private long nextOpenNs;
    private long askedServerNs = Long.MIN_VALUE / 2;

    /** Opens queue 0 of {@code port}, which stays the caller's. */
    public Swarm(SwarmConfig config, Port port, SwarmListener listener) {
        this.config = config;
        this.link = new SwarmLink(config, port);
        this.listener = listener;
        this.memory = link.memory();
        this.numbers = new Numbers(config.connections());
        this.states = new byte[config.connections()];
        this.slots = new ActiveSlots(config.active());
        this.pending = new Pending(config.mostOpening());
        this.thinkNs = config.thinkNs();
        this.messagesEach = config.messagesEach();
    }

    /** Connections that are established now. */
    public int open() {
        return open;
    }

    /** Connections that were open and are closed, in whatever way. */
    public int ended() {
        return ended;
    }

    /** Replies that came back whole and right. */
    public long messages() {
        return messages;
    }

    /** Segments sent again because nobody answered. */
    public long resent() {
        return resent;
    }

    /** Connections that the server reset. */
    public long resets() {
        return resets;
    }

    /** Segments with octets that nobody asked for, or other than those that were sent. */
    public long wrong() {
        return wrong;
    }

    /** Frames for nobody in the swarm, or with a wrong checksum. */
    public long foreign() {
        return link.foreign();
    }

    /** Whether all connections were opened. */
    public boolean isOpened() {
        return asked == config.connections() && (isClosing || pending.count() == 0);
    }

    /** Whether {@link #closeAll} has come to its end. */
    public boolean isClosed() {
        return isClosing && isOpened() && open == 0 && pending.count() == 0;
    }

    /** Connections of the last {@link #sweep} that have answered. */
    public int swept() {
        return sweepDone;
    }

    /** Whether the last {@link #sweep} is through, with all answers that there will be. */
    public boolean isSwept() {
        return isSweeping && sweepWanted == 0 && sweep.isOver() && awaited == 0;
    }

    /**
     * Lets what is under way come to its end, and then sends one message on each of {@code count}
     * connections, spread over all of them, none twice, as fast as replies come. Once all are open.
     */
    public void sweep(int count) {
        isSweeping = true;
        sweepWanted = Math.min(count, config.connections());
        sweepDone = 0;
    }

    private void beginSweep() {
        for (int slot = 0; slot < slots.count(); slot++) {
            slots.leave(slot);
        }
        sweep = new Sweep(config.connections(), sweepWanted);
        sweepWanted = 0;
        thinkNs = 0;
        messagesEach = 1;
    }

    /** Ends the messages and closes every connection. */
    public void closeAll() {
        isClosing = true;
        asked = config.connections();
        closeAt = 0;
        awaited = 0;
        for (int slot = 0; slot < slots.count(); slot++) {
            slots.leave(slot);
        }
    }

    /**
     * One turn: what has arrived, what is to be opened or closed, messages, what is late.
     *
     * @return how much was done; 0 when there was nothing to do
     */
    public int doWork(long nowNs) {
        int work = receive(nowNs);
        if (!link.knowsServer()) {
            if (nowNs - askedServerNs >= ASK_NS) {
                askedServerNs = nowNs;
                link.askForServer();
            }
            return work + link.transmit(nowNs);
        }
        if (isClosing) {
            work += close(nowNs);
        } else {
            work += open(nowNs) + talk(nowNs);
        }
        return work + link.transmit(nowNs);
    }

    // --- arriving ---

    private int receive(long nowNs) {
        int count = link.receive(nowNs);
        for (int i = 0; i < count; i++) {
            if (link.read(i)) {
                onSegment(nowNs);
            }
            link.release(i);
        }
        return count;
    }

    private void onSegment(long nowNs) {
        int of = link.connection;
        int state = states[of];
        if ((link.flags & TcpHeader.RST) != 0) {
            onReset(of, state);
        } else if ((link.flags & TcpHeader.SYN) != 0) {
            onSynAck(of, state);
        } else if (state == OPEN || state == CLOSING || state == CLOSED) {
            onText(of, state, nowNs);
        }
    }

    private void onReset(int of, int state) {
        if (state == FRESH || state == CLOSED) {
            return;
        }
        resets++;
        end(of, state);
    }

    private void onSynAck(int of, int state) {
        if (state == OPENING) {
            if (link.ack != numbers.sndNxt(of)) {
                wrong++;
                return;
            }
            numbers.set(of, link.ack, link.seq + 1);
            states[of] = OPEN;
            open++;
        }
        if (state != FRESH && state != CLOSED) {
            // Ours was lost, when it comes once more.
            send(of, ACK);
        }
    }

    private void onText(int of, int state, long nowNs) {
        int length = link.payloadLength;
        boolean hasFin = (link.flags & TcpHeader.FIN) != 0;
        if (length == 0 && !hasFin) {
            return;
        }
        int old = numbers.rcvNxt(of) - link.seq;
        if (old != 0 || state == CLOSED) {
            // Before what is expected it is known already; behind it something was lost.
            send(of, ACK);
            return;
        }
        boolean isDone = length > 0 && onReply(of, length, nowNs);
        if (hasFin) {
            onFin(of, state);
        } else if (!isDone || !continues(of, nowNs)) {
            send(of, ACK);
        }
    }

    private boolean onReply(int of, int length, long nowNs) {
        numbers.set(of, numbers.sndNxt(of), numbers.rcvNxt(of) + length);
        int slot = slots.of(of);
        if (slot == ActiveSlots.NONE || slots.received[slot] == ActiveSlots.NONE) {
            wrong += isClosing ? 0 : 1;
            return false;
        }
        int before = slots.received[slot];
        if (before + length > config.octets()
                || !Message.isRight(memory, link.payload, before, length, of, slots.sentNs[slot])) {
            wrong++;
            return false;
        }
        slots.received[slot] = before + length;
        if (before + length < config.octets()) {
            return false;
        }
        slots.received[slot] = ActiveSlots.NONE;
        awaited--;
        messages++;
        sweepDone += isSweeping && sweepWanted == 0 ? 1 : 0;
        listener.onMessage(nowNs - slots.sentNs[slot]);
        return true;
    }

    /** Goes on at once where nobody thinks; the request acknowledges the reply then. */
    private boolean continues(int of, long nowNs) {
        int slot = slots.of(of);
        if (thinkNs != 0 || isSweeping || --slots.messagesLeft[slot] <= 0) {
            return false;
        }
        request(slot, nowNs);
        return true;
    }

    private void onFin(int of, int state) {
        numbers.set(of, numbers.sndNxt(of), numbers.rcvNxt(of) + 1);
        boolean isFirst = state == OPEN;
        send(of, isFirst ? ACK | TcpHeader.FIN : ACK);
        end(of, state);
    }

    private void end(int of, int state) {
        open -= state == OPENING ? 0 : 1;
        ended++;
        states[of] = CLOSED;
        int slot = slots.of(of);
        if (slot != ActiveSlots.NONE) {
            awaited -= slots.received[slot] == ActiveSlots.NONE ? 0 : 1;
            slots.leave(slot);
        }
    }

    // --- opening and closing ---

    private int open(long nowNs) {
        int work = 0;
        while (pending.count() > 0 && states[pending.first()] != OPENING) {
            pending.removeFirst();
        }
        work += repeatLate(nowNs);
        long gapNs = config.opensPerSecond() == 0 ? 0 : 1_000_000_000L / config.opensPerSecond();
        // After a pause the pace is kept, and what was missed is not made up for.
        nextOpenNs = Math.max(nextOpenNs, nowNs - 10_000_000);
        while (asked < config.connections()
                && pending.count() < config.mostOpening()
                && link.room() > 0
                && nextOpenNs <= nowNs) {
            int of = asked++;
            numbers.set(of, Numbers.iss(of), 0);
            states[of] = OPENING;
            send(of, TcpHeader.SYN);
            numbers.set(of, Numbers.iss(of) + 1, 0);
            pending.add(of, nowNs);
            nextOpenNs += gapNs;
            work++;
        }
        return work;
    }

    private int close(long nowNs) {
        int work = 0;
        while (pending.count() > 0
                && states[pending.first()] != CLOSING
                && states[pending.first()] != OPENING) {
            pending.removeFirst();
        }
        work += repeatLate(nowNs);
        while (closeAt < config.connections()
                && pending.count() < config.mostOpening()
                && link.room() > 0) {
            int of = closeAt++;
            if (states[of] == OPENING) {
                send(of, TcpHeader.RST);
                end(of, OPENING);
            }
            if (states[of] != OPEN) {
                continue;
            }
            send(of, ACK | TcpHeader.FIN);
            numbers.set(of, numbers.sndNxt(of) + 1, numbers.rcvNxt(of));
            states[of] = CLOSING;
            pending.add(of, nowNs);
            work++;
        }
        return work;
    }

    private int repeatLate(long nowNs) {
        int work = 0;
        while (pending.count() > 0
                && nowNs - pending.firstSentNs() >= config.timeoutNs()
                && link.room() > 0) {
            int of = pending.first();
            pending.removeFirst();
            int state = states[of];
            if (state != OPENING && state != CLOSING) {
                continue;
            }
            int flags = state == OPENING ? TcpHeader.SYN : ACK | TcpHeader.FIN;
            write(of, numbers.sndNxt(of) - 1, flags);
            pending.add(of, nowNs);
            resent++;
            work++;
        }
        return work;
    }

    // --- messages ---

    private int talk(long nowNs) {
        if (slots.count() == 0 || open == 0) {
            return 0;
        }
        // Of those that are open, the same share is active from the beginning on.
        int count = Math.max(1, (int) ((long) open * slots.count() / config.connections()));
        long gapNs = thinkNs / count;
        nextMessageNs = Math.max(nextMessageNs, nowNs - 10_000_000);
        if (sweepWanted > 0 && awaited == 0) {
            beginSweep();
        }
        int work = 0;
        int most = Math.min(count, TURNS);
        for (int i = 0; i < most && nextMessageNs <= nowNs && link.room() > 0; i++) {
            work += turn(cursor, nowNs);
            cursor = cursor + 1 >= count ? 0 : cursor + 1;
            nextMessageNs += gapNs;
        }
        return work;
    }

    /** The turn of a place: asks, or asks again what was not answered in time. */
    private int turn(int slot, long nowNs) {
        if (slots.received[slot] != ActiveSlots.NONE) {
            if (nowNs - slots.resentNs[slot] < config.timeoutNs()) {
                return 0;
            }
            slots.resentNs[slot] = nowNs;
            writeRequest(slot);
            resent++;
            return 1;
        }
        if (sweepWanted > 0 || (isSweeping && awaited >= MOST_SWEPT)) {
            return 0;
        }
        if (slots.connection[slot] == ActiveSlots.NONE || --slots.messagesLeft[slot] <= 0) {
            slots.leave(slot);
            int next = next();
            if (next == ActiveSlots.NONE) {
                return 0;
            }
            slots.take(slot, next, messagesEach);
        }
        request(slot, nowNs);
        return 1;
    }

    private int next() {
        if (isSweeping) {
            return sweepNext();
        }
        // Evenly over those that were asked to open, and never in their order.
        for (int i = 0; i < TRIES; i++) {
            long spread = (++draws * GOLDEN) >>> 33;
            int of = (int) ((spread * asked) >>> 31);
            if (states[of] == OPEN && slots.of(of) == ActiveSlots.NONE) {
                return of;
            }
        }
        return ActiveSlots.NONE;
    }

    private int sweepNext() {
        while (!sweep.isOver()) {
            int of = sweep.next();
            if (states[of] == OPEN && slots.of(of) == ActiveSlots.NONE) {
                return of;
            }
        }
        return ActiveSlots.NONE;
    }

    private void request(int slot, long nowNs) {
        int of = slots.connection[slot];
        slots.sentNs[slot] = nowNs;
        slots.resentNs[slot] = nowNs;
        slots.received[slot] = 0;
        awaited++;
        numbers.set(of, numbers.sndNxt(of) + config.octets(), numbers.rcvNxt(of));
        writeRequest(slot);
    }

    private void writeRequest(int slot) {
        int of = slots.connection[slot];
        int seq = numbers.sndNxt(of) - config.octets();
        // A part of the reply may be here already.
        long at = link.begin(of, seq, numbers.rcvNxt(of), ACK | TcpHeader.PSH, config.octets());
        Message.write(memory, at, config.octets(), of, slots.sentNs[slot]);
        link.end();
    }

    // --- segments and numbers ---

    private void send(int of, int flags) {
        write(of, numbers.sndNxt(of), flags);
    }

    private void write(int of, int seq, int flags) {
        if (link.room() > 0) {
            link.begin(of, seq, (flags & ACK) == 0 ? 0 : numbers.rcvNxt(of), flags, 0);
            link.end();
        }
    }

    @Override
    public void close() {
        link.close();
    }
}
