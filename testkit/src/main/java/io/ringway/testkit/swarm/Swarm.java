package io.ringway.testkit.swarm;

import io.ringway.port.Port;
import io.ringway.wire.TcpHeader;

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
public final class Swarm implements Clients {
    private static final byte FRESH = 0;
    private static final byte OPENING = 1;

    /** The state of an established connection. */
    static final byte OPEN = 2;

    private static final byte CLOSING = 3;
    private static final byte CLOSED = 4;
    private static final int ISS_STEP = 100_000;
    private static final long SECOND_NS = 1_000_000_000;
    private static final long ASK_NS = 100_000_000;
    private static final int ACK = TcpHeader.ACK;

    private final SwarmConfig config;
    private final SwarmLink link;
    private final Numbers numbers;
    private final byte[] states;
    private final Pending pending;

    // Closed ones that are to be opened again.
    private final Pending gone;

    private final Requests requests;
    private int asked;
    private int open;
    private int ended;
    private long opened;
    private long resent;
    private long resets;
    private boolean isClosing;
    private int closeAt;
    private boolean isTurning;
    private boolean wasOpened;
    private long nextOpenNs;
    private long nextCloseNs;
    private long askedServerNs = Long.MIN_VALUE / 2;

    /** Opens queue 0 of {@code port}, which stays the caller's. */
    public Swarm(SwarmConfig config, Port port, SwarmListener listener) {
        this.config = config;
        this.link = new SwarmLink(config, config.portsEach(), config.connections(), port);
        this.numbers = new Numbers(config.connections());
        this.states = new byte[config.connections()];
        this.pending = new Pending(config.mostOpening());
        this.gone = new Pending(config.mostOpening());
        this.isTurning = config.turnoverPerSecond() > 0;
        this.requests = new Requests(config, link, numbers, states, listener);
    }

    @Override
    public int open() {
        return open;
    }

    @Override
    public boolean isReachable() {
        return link.knowsServer();
    }

    @Override
    public long opened() {
        return opened;
    }

    /** Connections that were open and are closed, in whatever way. */
    public int ended() {
        return ended;
    }

    @Override
    public long messages() {
        return requests.messages();
    }

    @Override
    public long resent() {
        return resent + requests.resent();
    }

    @Override
    public long resets() {
        return resets;
    }

    @Override
    public long wrong() {
        return requests.wrong();
    }

    @Override
    public long foreign() {
        return link.foreign();
    }

    /**
     * Whether all connections were opened; while there is turnover, some of them have closed since.
     */
    public boolean isOpened() {
        return (isTurning && wasOpened) || isAllOpened();
    }

    private boolean isAllOpened() {
        return asked == config.connections()
                && (isClosing || (pending.count() == 0 && gone.count() == 0));
    }

    @Override
    public boolean isClosed() {
        return isClosing && isAllOpened() && open == 0 && pending.count() == 0;
    }

    /** Ends {@link SwarmConfig#turnoverPerSecond}: what is closed opens again, and then stays. */
    public void endTurnover() {
        isTurning = false;
    }

    /** Connections of the last {@link #sweep} that have answered. */
    public int swept() {
        return requests.swept();
    }

    /** Whether the last {@link #sweep} is through, with all answers that there will be. */
    public boolean isSwept() {
        return requests.isSwept();
    }

    /**
     * Lets what is under way come to its end, and then sends one message on each of {@code count}
     * connections, spread over all of them, none twice, as fast as replies come. Once all are open;
     * none is closed any more.
     */
    public void sweep(int count) {
        isTurning = false;
        requests.sweep(count);
    }

    @Override
    public void closeAll() {
        isClosing = true;
        asked = config.connections();
        closeAt = 0;
        requests.end();
    }

    @Override
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
            work += turnOver(nowNs) + open(nowNs);
            wasOpened |= isAllOpened();
            work += requests.poll(open, asked, !wasOpened, nowNs);
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
        } else if (state == OPENING) {
            if (link.ack != numbers.sndNxt(of)) {
                // It is about an earlier connection from here, which the server is to forget.
                link.send(of, link.ack, 0, TcpHeader.RST);
            }
        } else if (state == OPEN || state == CLOSING || state == CLOSED) {
            onText(of, state, nowNs);
        }
    }

    private void onReset(int of, int state) {
        if (state == FRESH || state == CLOSED) {
            return;
        }
        // One that is about an earlier connection from here has other numbers.
        boolean isOurs =
                state == OPENING
                        ? (link.flags & ACK) != 0 && link.ack == numbers.sndNxt(of)
                        : link.seq == numbers.rcvNxt(of);
        if (!isOurs) {
            return;
        }
        resets++;
        end(of, state);
    }

    private void onSynAck(int of, int state) {
        if (state == OPENING) {
            if (link.ack != numbers.sndNxt(of)) {
                // A doubled one of an earlier connection from here (RFC 9293 §3.10.7.3, first).
                link.send(of, link.ack, 0, TcpHeader.RST);
                return;
            }
            numbers.set(of, link.ack, link.seq + 1);
            states[of] = OPEN;
            open++;
            opened++;
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
        boolean isAcknowledged = false;
        if (length > 0) {
            numbers.set(of, numbers.sndNxt(of), numbers.rcvNxt(of) + length);
            isAcknowledged = requests.onText(of, length, nowNs);
        }
        if (hasFin) {
            onFin(of, state);
        } else if (!isAcknowledged) {
            send(of, ACK);
        }
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
        requests.forget(of);
        if (config.turnoverPerSecond() > 0 && !isClosing && gone.hasRoom()) {
            gone.add(of, 0);
        }
    }

    // --- opening and closing ---

    private int open(long nowNs) {
        int work = 0;
        settle();
        work += repeatLate(nowNs);
        long gapNs = config.opensPerSecond() == 0 ? 0 : SECOND_NS / config.opensPerSecond();
        // The pace is kept from the first open on, and after a pause what was missed is not made up
        // for.
        nextOpenNs = Math.max(nextOpenNs, nowNs - 10_000_000);
        while ((asked < config.connections() || gone.count() > 0)
                && pending.count() < config.mostOpening()
                && link.room() > 0
                && nextOpenNs <= nowNs) {
            if (asked < config.connections()) {
                open(asked, Numbers.iss(asked), nowNs);
                asked++;
            } else {
                int of = gone.first();
                gone.removeFirst();
                open(of, numbers.sndNxt(of) + ISS_STEP, nowNs);
            }
            nextOpenNs += gapNs;
            work++;
        }
        return work;
    }

    private void open(int of, int iss, long nowNs) {
        numbers.set(of, iss, 0);
        states[of] = OPENING;
        send(of, TcpHeader.SYN);
        numbers.set(of, iss + 1, 0);
        pending.add(of, nowNs);
    }

    /** Closes some that are at rest, so that they open again. */
    private int turnOver(long nowNs) {
        if (!isTurning || !wasOpened) {
            nextCloseNs = nowNs;
            return 0;
        }
        int work = 0;
        long gapNs = SECOND_NS / config.turnoverPerSecond();
        nextCloseNs = Math.max(nextCloseNs, nowNs - 10_000_000);
        while (nextCloseNs <= nowNs
                && gone.hasRoom()
                && pending.count() < config.mostOpening()
                && link.room() > 0) {
            nextCloseNs += gapNs;
            int of = requests.anyAtRest(asked);
            if (of != ActiveSlots.NONE) {
                close(of, nowNs);
                work++;
            }
        }
        return work;
    }

    /** Forgets those that are open, or closed, by now. */
    private void settle() {
        while (pending.count() > 0
                && states[pending.first()] != CLOSING
                && states[pending.first()] != OPENING) {
            pending.removeFirst();
        }
    }

    private int close(long nowNs) {
        int work = 0;
        settle();
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
            close(of, nowNs);
            work++;
        }
        return work;
    }

    private void close(int of, long nowNs) {
        send(of, ACK | TcpHeader.FIN);
        numbers.set(of, numbers.sndNxt(of) + 1, numbers.rcvNxt(of));
        states[of] = CLOSING;
        pending.add(of, nowNs);
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

    // --- segments and numbers ---

    private void send(int of, int flags) {
        write(of, numbers.sndNxt(of), flags);
    }

    private void write(int of, int seq, int flags) {
        link.send(of, seq, (flags & ACK) == 0 ? 0 : numbers.rcvNxt(of), flags);
    }

    @Override
    public void close() {
        link.close();
    }
}
