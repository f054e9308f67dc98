package io.ringway.tcp;

/**
 * When each connection wants to be looked at. The wheel holds one entry a connection, filed under
 * its earliest deadline at the time; a deadline that moves back costs nothing, because the entry
 * files itself anew when it comes up.
 */
final class Timers implements AutoCloseable {
    /** How long a connection waits for a frame when the pool was empty. */
    private static final int RETRY_TICKS = 5;

    /** Entries of a wheel that stays in the cache with its TCBs. */
    private static final int CACHED_ENTRIES = 8192;

    private final TcpConfig config;
    private final long rtoMarginNs;
    private final TcpSettings settings;
    private final TimerWheel wheel;
    private final Connections connections;
    private boolean isStarted;

    Timers(TcpConfig config, TcpSettings settings, Connections connections) {
        this.config = config;
        this.rtoMarginNs = config.ways().rtoMarginNs();
        this.settings = settings;
        this.connections = connections;
        this.wheel = new TimerWheel(0, TimerWheel.INITIAL, connections.guard);
    }

    /** Sees to it that the connection comes up at {@code tick} at the latest. */
    void schedule(Tcb tcb, int tick) {
        if (tcb.has(Flag.ARMED)) {
            if (tick - tcb.timerTick() >= 0) {
                return;
            }
            wheel.disarm(tcb.index());
        }
        tcb.set(Flag.ARMED);
        tcb.timerTick(tick);
        wheel.arm(tcb.index(), tick);
    }

    /**
     * The retransmission timer (or persist, or SYN timer) of the connection is to expire at {@code
     * atNs}.
     */
    void scheduleRetransmit(Tcb tcb, Flight flight, long atNs) {
        flight.retransmitAtNs = atNs;
        schedule(tcb, Ticks.ceiling(atNs));
    }

    /** The RTO doubled {@code backoff} times, and its margin, up to its limit (RFC 6298 §5.5). */
    long backedOff(long rtoNs, int backoff) {
        return Math.min((rtoNs << Math.min(backoff, 16)) + rtoMarginNs, config.maxRtoNs());
    }

    /** An ACK may wait for company from now on, unless it waits already (RFC 9293 §3.8.6.3). */
    void scheduleAck(Tcb tcb, long nowNs) {
        int now = Ticks.of(nowNs);
        int latest = now + (int) (config.delayedAckNs() / Ticks.NS);
        boolean isWaiting = tcb.ackTick() - now > 0 && tcb.ackTick() - latest < 0;
        if (!isWaiting) {
            tcb.ackTick(latest);
        }
        schedule(tcb, tcb.ackTick());
    }

    /** What is corked goes out at {@code atNs} at the latest. */
    void scheduleCork(Tcb tcb, Flight flight, long atNs) {
        flight.corkAtNs = atNs;
        schedule(tcb, Ticks.ceiling(atNs));
    }

    /** A frame was wanting: try again soon. */
    void scheduleRetry(Tcb tcb, long nowNs) {
        tcb.set(Flag.RETRY_OUTPUT);
        schedule(tcb, Ticks.of(nowNs) + RETRY_TICKS);
    }

    /** Files the connection under its earliest deadline, if it has any. */
    void reschedule(Tcb tcb, long nowNs) {
        int now = Ticks.of(nowNs);
        int earliest = Integer.MAX_VALUE;
        if (tcb.flight() >= 0) {
            Flight flight = connections.flight(tcb);
            long atNs = Math.min(flight.retransmitAtNs, flight.corkAtNs);
            if (atNs == Flight.NEVER && flight.keepUntilNs != 0) {
                atNs = flight.keepUntilNs;
            }
            if (atNs != Flight.NEVER) {
                earliest = Ticks.ceiling(atNs) - now;
            }
        }
        if (tcb.has(Flag.ACK_DELAYED)) {
            earliest = Math.min(earliest, tcb.ackTick() - now);
        }
        if (tcb.has(Flag.RETRY_OUTPUT)) {
            earliest = Math.min(earliest, RETRY_TICKS);
        }
        if (tcb.has(Flag.KEEP_ALIVE) && tcb.state() >= TcpState.N_ESTABLISHED) {
            earliest = Math.min(earliest, keepAliveTick(tcb) - now);
        }
        if (isWaitingForFin(tcb)) {
            earliest = Math.min(earliest, finWaitTick(tcb) - now);
        }
        if (settings.isLingering(tcb)) {
            earliest = Math.min(earliest, settings.lingerTick(tcb) - now);
        }
        if (earliest != Integer.MAX_VALUE) {
            schedule(tcb, now + Math.max(1, earliest));
        }
    }

    /** When keep-alive asks next, or gives up (RFC 9293 §3.8.4). */
    int keepAliveTick(Tcb tcb) {
        long idle =
                settings.keepAliveIdleNs(tcb) + tcb.probes() * settings.keepAliveIntervalNs(tcb);
        return tcb.activityTick() + (int) Math.min(1 << 30, idle / Ticks.NS);
    }

    /** Whether the application is gone and only the peer's FIN is waited for. */
    static boolean isWaitingForFin(Tcb tcb) {
        return tcb.state() == TcpState.N_FIN_WAIT_2 && tcb.has(Flag.DETACHED);
    }

    int finWaitTick(Tcb tcb) {
        return tcb.activityTick() + (int) Math.min(1 << 30, settings.finWait2Ns(tcb) / Ticks.NS);
    }

    /**
     * The connection came to rest. A small wheel keeps the entry, since the next segment wants it
     * again; in a large one it would come up when its TCB is long out of the cache, which costs
     * more than to take it out now, beside the entries of the same burst.
     */
    void rest(Tcb tcb) {
        if (wheel.count() > CACHED_ENTRIES
                && !tcb.has(Flag.KEEP_ALIVE | Flag.ACK_DELAYED | Flag.RETRY_OUTPUT)
                && tcb.state() == TcpState.N_ESTABLISHED) {
            cancel(tcb);
        }
    }

    void cancel(Tcb tcb) {
        if (tcb.has(Flag.ARMED)) {
            tcb.unset(Flag.ARMED);
            wheel.disarm(tcb.index());
        }
    }

    /** Brings up what is due. */
    int expire(long nowNs, int limit, TimerWheel.Expiry expiry) {
        isStarted = true;
        return wheel.expire(Ticks.of(nowNs), limit, expiry);
    }

    /** When something may be due; never later than it is. */
    long nextDeadlineNs(long nowNs) {
        if (wheel.isEmpty()) {
            return Long.MAX_VALUE;
        }
        if (!isStarted) {
            return nowNs;
        }
        return Ticks.timeOf(wheel.nextTick(Ticks.of(nowNs)), nowNs);
    }

    @Override
    public void close() {
        wheel.close();
    }
}
