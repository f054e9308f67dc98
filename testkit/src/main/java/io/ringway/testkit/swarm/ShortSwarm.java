package io.ringway.testkit.swarm;

import io.ringway.port.Port;
import io.ringway.wire.TcpHeader;

import java.lang.foreign.MemorySegment;

/**
 * TCP clients that come, ask an echo server once, check the reply, and close: connect, request,
 * close. {@link SwarmConfig#connections} is how many of them are there at a time, {@link
 * SwarmConfig#opensPerSecond} how many come in a second; without that one follows the other. A
 * reply's time counts from when its connection ought to have been opened.
 *
 * <p>Each place has ports of its own, one after the other, so a port comes again as late as can be.
 * We close first, so that no TIME-WAIT is left at the server; of what has ended nothing is kept,
 * and who asks about it is answered from his own segment. One thread drives it.
 */
public final class ShortSwarm implements Clients {
    private static final byte FREE = 0;
    private static final byte OPENING = 1;
    private static final byte ASKING = 2;
    private static final byte CLOSING = 3;
    private static final int MOST_TRIES = 10;
    private static final int LOOKED_AT = 64;
    private static final int ACK = TcpHeader.ACK;
    private static final int FIN = TcpHeader.FIN;
    private static final long ASK_NS = 100_000_000;
    private static final long SECOND_NS = 1_000_000_000;
    private static final long UNSET = Long.MIN_VALUE;

    private final SwarmConfig config;
    private final SwarmLink link;
    private final SwarmListener listener;
    private final MemorySegment memory;
    private final int places;
    private final int numbers;

    // By place.
    private final byte[] states;
    private final byte[] tries;
    private final int[] current;
    private final int[] sndNxt;
    private final int[] rcvNxt;
    private final int[] received;
    private final long[] dueNs;
    private final long[] sentNs;
    private final long[] keyNs;
    private final int[] free;

    private int freeCount;
    private int looked;
    private int open;
    private long opened;
    private long messages;
    private long resent;
    private long resets;
    private long wrong;
    private long failed;
    private boolean isClosing;
    private long nextOpenNs = UNSET;
    private long askedServerNs = Long.MIN_VALUE / 2;

    /** Opens queue 0 of {@code port}, which stays the caller's. */
    public ShortSwarm(SwarmConfig config, Port port, SwarmListener listener) {
        this.config = config;
        this.listener = listener;
        this.places = config.connections();
        // Whole rounds, so that a number tells its place.
        int all = config.addresses() * SwarmConfig.PORTS;
        this.numbers = all - all % places;
        this.link = new SwarmLink(config, SwarmConfig.PORTS, numbers, port);
        this.memory = link.memory();
        this.states = new byte[places];
        this.tries = new byte[places];
        this.current = new int[places];
        this.sndNxt = new int[places];
        this.rcvNxt = new int[places];
        this.received = new int[places];
        this.dueNs = new long[places];
        this.sentNs = new long[places];
        this.keyNs = new long[places];
        this.free = new int[places];
        for (int place = 0; place < places; place++) {
            current[place] = place;
            free[place] = places - 1 - place;
        }
        this.freeCount = places;
    }

    @Override
    public boolean isReachable() {
        return link.knowsServer();
    }

    @Override
    public long opened() {
        return opened;
    }

    @Override
    public int open() {
        return open;
    }

    @Override
    public long messages() {
        return messages;
    }

    @Override
    public long resent() {
        return resent;
    }

    @Override
    public long resets() {
        return resets;
    }

    @Override
    public long wrong() {
        return wrong;
    }

    @Override
    public long foreign() {
        return link.foreign();
    }

    /** Clients that were given up: nobody answered them. */
    public long failed() {
        return failed;
    }

    @Override
    public void closeAll() {
        isClosing = true;
    }

    @Override
    public boolean isClosed() {
        return isClosing && freeCount == places;
    }

    @Override
    public int doWork(long nowNs) {
        int work = receive(nowNs);
        if (link.knowsServer()) {
            work += open(nowNs) + repeatLate(nowNs);
        } else if (nowNs - askedServerNs >= ASK_NS) {
            askedServerNs = nowNs;
            link.askForServer();
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
        int place = of % places;
        if (states[place] == FREE || current[place] != of) {
            onLate(of);
        } else if ((link.flags & TcpHeader.RST) != 0) {
            onReset(place);
        } else if ((link.flags & TcpHeader.SYN) != 0) {
            onSynAck(place, nowNs);
        } else if (states[place] == OPENING) {
            if (link.ack != sndNxt[place]) {
                // It is about an earlier connection from here, which the server is to forget.
                link.send(of, link.ack, 0, TcpHeader.RST);
            }
        } else {
            onText(place, nowNs);
        }
    }

    private void onReset(int place) {
        // One that is about an earlier connection from here has other numbers.
        boolean isOurs =
                states[place] == OPENING
                        ? (link.flags & ACK) != 0 && link.ack == sndNxt[place]
                        : link.seq == rcvNxt[place];
        if (isOurs) {
            resets++;
            leave(place);
        }
    }

    /** Answers for a connection that is gone: what has been lost was our last acknowledgment. */
    private void onLate(int of) {
        int length = link.payloadLength + (link.flags & FIN);
        length += (link.flags & TcpHeader.SYN) != 0 ? 1 : 0;
        if (length > 0 && (link.flags & TcpHeader.RST) == 0) {
            link.send(of, link.ack, link.seq + length, ACK);
        }
    }

    private void onSynAck(int place, long nowNs) {
        if (states[place] != OPENING) {
            link.send(current[place], sndNxt[place], rcvNxt[place], ACK);
            return;
        }
        if (link.ack != sndNxt[place]) {
            // A doubled one of an earlier connection from here (RFC 9293 §3.10.7.3, first).
            link.send(current[place], link.ack, 0, TcpHeader.RST);
            return;
        }
        states[place] = ASKING;
        open++;
        opened++;
        rcvNxt[place] = link.seq + 1;
        received[place] = 0;
        keyNs[place] = nowNs;
        sndNxt[place] += config.octets();
        sent(place, nowNs);
        writeRequest(place);
    }

    private void onText(int place, long nowNs) {
        int length = link.payloadLength;
        boolean hasFin = (link.flags & FIN) != 0;
        if (length == 0 && !hasFin) {
            return;
        }
        if (link.seq != rcvNxt[place]) {
            link.send(current[place], sndNxt[place], rcvNxt[place], ACK);
            return;
        }
        if (length > 0 && !take(place, length, nowNs)) {
            return;
        }
        if (hasFin) {
            rcvNxt[place]++;
            boolean isWhole = states[place] == CLOSING || received[place] == config.octets();
            wrong += isWhole ? 0 : 1;
            int flags = states[place] == CLOSING ? ACK : ACK | FIN;
            link.send(current[place], sndNxt[place], rcvNxt[place], flags);
            leave(place);
        } else if (states[place] == ASKING && received[place] == config.octets()) {
            states[place] = CLOSING;
            link.send(current[place], sndNxt[place], rcvNxt[place], ACK | FIN);
            sndNxt[place]++;
            sent(place, nowNs);
        } else {
            link.send(current[place], sndNxt[place], rcvNxt[place], ACK);
        }
    }

    /** Takes a part of the reply; false when it is a wrong one. */
    private boolean take(int place, int length, long nowNs) {
        int before = received[place];
        if (states[place] != ASKING
                || before + length > config.octets()
                || !Message.isRight(
                        memory, link.payload, before, length, current[place], keyNs[place])) {
            wrong++;
            link.send(current[place], sndNxt[place], 0, TcpHeader.RST);
            leave(place);
            return false;
        }
        rcvNxt[place] += length;
        received[place] = before + length;
        if (before + length == config.octets()) {
            messages++;
            listener.onMessage(nowNs - dueNs[place]);
        }
        return true;
    }

    private void leave(int place) {
        open -= states[place] == OPENING ? 0 : 1;
        states[place] = FREE;
        int next = current[place] + places;
        current[place] = next >= numbers ? next - numbers : next;
        free[freeCount++] = place;
    }

    // --- opening, and what is late ---

    private int open(long nowNs) {
        long gapNs = config.opensPerSecond() == 0 ? 0 : SECOND_NS / config.opensPerSecond();
        if (nextOpenNs == UNSET || gapNs == 0) {
            nextOpenNs = nowNs;
        }
        int work = 0;
        while (!isClosing && freeCount > 0 && nextOpenNs <= nowNs && link.room() > 0) {
            int place = free[--freeCount];
            states[place] = OPENING;
            tries[place] = 0;
            dueNs[place] = nextOpenNs;
            nextOpenNs += gapNs;
            // Sequence numbers go on from the last connection with this number.
            int iss = (int) (nowNs >>> 8) + Numbers.iss(current[place]);
            link.send(current[place], iss, 0, TcpHeader.SYN);
            sndNxt[place] = iss + 1;
            sent(place, nowNs);
            work++;
        }
        return work;
    }

    private void sent(int place, long nowNs) {
        sentNs[place] = nowNs;
    }

    private int repeatLate(long nowNs) {
        int work = 0;
        for (int i = Math.min(places, LOOKED_AT); i > 0; i--) {
            looked = looked + 1 >= places ? 0 : looked + 1;
            if (states[looked] != FREE
                    && nowNs - sentNs[looked] >= config.timeoutNs()
                    && link.room() > 0) {
                repeat(looked, nowNs);
                work++;
            }
        }
        return work;
    }

    private void repeat(int place, long nowNs) {
        sent(place, nowNs);
        if (++tries[place] > MOST_TRIES) {
            failed++;
            link.send(current[place], sndNxt[place], 0, TcpHeader.RST);
            leave(place);
            return;
        }
        resent++;
        switch (states[place]) {
            case OPENING -> link.send(current[place], sndNxt[place] - 1, 0, TcpHeader.SYN);
            case ASKING -> writeRequest(place);
            default -> link.send(current[place], sndNxt[place] - 1, rcvNxt[place], ACK | FIN);
        }
    }

    private void writeRequest(int place) {
        int of = current[place];
        int octets = config.octets();
        long at =
                link.begin(of, sndNxt[place] - octets, rcvNxt[place], ACK | TcpHeader.PSH, octets);
        Message.write(memory, at, octets, of, keyNs[place]);
        link.end();
    }

    @Override
    public void close() {
        link.close();
    }
}
