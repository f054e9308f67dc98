package io.ringway.tcp;

/**
 * Spreads what a connection sends over the round trip: each segment or super-frame has an earliest
 * departure, which follows from the one before it and the rate that the algorithm asks for. Nothing
 * waits in a queue for its time: the connection itself waits, in a wheel of its own that is finer
 * than the one of the {@link Timers}, and is asked again when its time has come.
 *
 * <p>No thread; the lane's timer step brings up what is due. A connection that is not paced costs
 * one branch.
 */
final class Pacer implements TimerWheel.Expiry, AutoCloseable {
    /** The wheel's ticks are 2^13 ns, about 8 µs, on a circle of nearly ten hours. */
    static final int TICK_SHIFT = 13;

    /** No gap is longer, however low the rate: an estimate that is far off must be able to heal. */
    static final long MOST_GAP_NS = 10_000_000_000L;

    /** More time than this is not made up for when a departure was missed. */
    private static final long MOST_LATE_NS = 5_000_000L;

    /** What is sent at once is a thousandth of a second's worth: a millisecond. */
    static final int UNITS_A_SECOND = 1000;

    /** When to look again whether the port has sent what waits there. */
    private static final long PORT_RETRY_NS = 50_000;

    /** Less than one super-frame is not worth to be held back. */
    private static final int LEAST_BELOW = 1 << 16;

    private static final double SECOND_NS = 1e9;
    private static final int EXPIRE_LIMIT = 1024;

    private final Connections connections;
    private final SendQueue sendQueue;
    private final int belowOctets;
    private final TimerWheel wheel;
    private final Tcb tcb;
    private long nowNs;

    Pacer(CongestionConfig config, Connections connections, SendQueue sendQueue) {
        this.connections = connections;
        this.sendQueue = sendQueue;
        this.belowOctets = config.belowOctets();
        this.tcb = connections.cursor();
        this.wheel = new TimerWheel(0, TimerWheel.INITIAL, connections.guard);
    }

    /** Whether an algorithm's connections are paced. */
    private static boolean paces(Pacing pacing, CongestionControl algorithm) {
        return pacing == Pacing.ON || (pacing == Pacing.AUTO && algorithm.needsPacing());
    }

    /** Settles a Flight that begins to send, or whose connection has chosen another algorithm. */
    static void start(Flight flight, Pacing pacing) {
        boolean isPaced = paces(pacing, flight.algorithm);
        flight.isPaced = isPaced;
        flight.congestion.isPaced = isPaced;
        flight.burstOctets = Integer.MAX_VALUE;
        if (isPaced) {
            onAck(flight);
        }
    }

    /** The algorithm has taken in an ACK: its rate may be another. */
    static void onAck(Flight flight) {
        CongestionState state = flight.congestion;
        long rate;
        if (flight.isPaced) {
            rate = flight.algorithm.pacingRate(state);
            flight.pacingRate = rate;
        } else if (flight.nextFrame >= 0 && state.srttNs > 0) {
            rate = (long) (1.2 * SECOND_NS * state.cwnd / state.srttNs);
        } else {
            return;
        }
        flight.burstOctets =
                rate <= 0
                        ? Integer.MAX_VALUE
                        : (int) Math.clamp(rate / UNITS_A_SECOND, 2L * state.mss, 1 << 30);
    }

    /**
     * Whether the connection has to wait before it sends more, and then is asked again: for its
     * departure when it is paced, or for the port to send what waits there.
     */
    boolean mustWait(Flight flight, int sndNxt, long nowNs) {
        if (flight.isPaced && flight.departNs > nowNs && flight.pacingRate > 0) {
            flight.isHeld = true;
            wake(flight, flight.departNs);
            return true;
        }
        if (flight.belowFrame >= 0 && sendQueue.below(flight, sndNxt) >= belowLimit(flight)) {
            wake(flight, nowNs + PORT_RETRY_NS);
            return true;
        }
        return false;
    }

    /**
     * Octets that may wait at the port: a millisecond's worth, so that the queue is here, where
     * what is urgent can still overtake it (what "TCP small queues" does in Linux).
     */
    int belowLimit(Flight flight) {
        return Math.min(belowOctets, Math.max(flight.burstOctets, LEAST_BELOW));
    }

    /**
     * A paced connection has sent {@code octets}. The lane's thread may come back to it late, for
     * it has others to serve, and sleeps, and shares its core. Time that is lost so is made up for
     * by sending the sooner what follows, in a burst of a quarter of a round trip at most: an
     * algorithm that measures what it delivers would take a pace that is missed for the path's.
     */
    static void onSent(Flight flight, int octets, long nowNs) {
        long rate = flight.pacingRate;
        if (rate <= 0) {
            return;
        }
        long gapNs = gapNs(octets, rate);
        // Who was not held back but had nothing to send makes up for half a gap at most.
        long mostNs = gapNs / 2;
        if (flight.isHeld) {
            mostNs = Math.max(mostNs, Math.min(MOST_LATE_NS, flight.congestion.srttNs / 4));
        }
        flight.departNs = nowNs + gapNs - Math.clamp(nowNs - flight.departNs, 0, mostNs);
        flight.isHeld &= flight.departNs <= nowNs;
    }

    /** How long octets take at a rate in octets a second, in nanoseconds. */
    static long gapNs(int octets, long rate) {
        return Math.min(MOST_GAP_NS, octets * 1_000_000_000L / rate);
    }

    /** Sees to it that the connection is asked again at {@code atNs}. */
    private void wake(Flight flight, long atNs) {
        if (!flight.isInPacer) {
            flight.isInPacer = true;
            flight.wakeNs = atNs;
            wheel.arm(flight.index, tickAfter(atNs));
        } else if (atNs < flight.wakeNs) {
            flight.wakeNs = atNs;
            wheel.disarm(flight.index);
            wheel.arm(flight.index, tickAfter(atNs));
        }
    }

    /** The connection leaves the lane: nobody is to ask it here again. */
    void forget(Flight flight) {
        if (flight.isInPacer) {
            flight.isInPacer = false;
            wheel.disarm(flight.index);
        }
    }

    private static int tick(long nowNs) {
        return (int) (nowNs >> TICK_SHIFT);
    }

    private static int tickAfter(long atNs) {
        return (int) ((atNs + (1L << TICK_SHIFT) - 1) >> TICK_SHIFT);
    }

    /** The timer step: marks those whose time has come; returns how many. */
    int expire(long now) {
        nowNs = now;
        return wheel.expire(tick(now), EXPIRE_LIMIT, this);
    }

    @Override
    public void onExpired(int entry) {
        Flight flight = connections.flightAt(entry);
        if (flight.wakeNs > nowNs) {
            wheel.arm(entry, tickAfter(flight.wakeNs));
            return;
        }
        flight.isInPacer = false;
        if (flight.tcb >= 0) {
            connections.markDirty(tcb.at(flight.tcb));
        }
    }

    /** When somebody's time comes; never later than it does. */
    long nextDeadlineNs(long nowNs) {
        if (wheel.isEmpty()) {
            return Long.MAX_VALUE;
        }
        int now = tick(nowNs);
        int next = wheel.nextTick(now);
        return next == now ? nowNs : ((nowNs >> TICK_SHIFT) + (next - now)) << TICK_SHIFT;
    }

    @Override
    public void close() {
        wheel.close();
    }
}
