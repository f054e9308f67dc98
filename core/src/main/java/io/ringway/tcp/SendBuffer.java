package io.ringway.tcp;

import io.ringway.memory.FramePool;

/** How much a connection may hold for sending, and when its application is asked for more. */
final class SendBuffer {
    /** Octets that every connection may hold, however little its peer takes or the pool has. */
    private static final int LEAST = 64 * 1024;

    /** A connection holds no more than so many times what the pool still has for others. */
    private static final long POOL_SHARE = 4;

    /**
     * Octets that may be held beyond those under way. More would be cold in the cache by the time
     * they are sent; less than this the application fills up again within a cycle of the lane.
     */
    private static final int AHEAD = 1 << 20;

    private final TcpConfig config;
    private final TcpSettings settings;
    private final FramePool frames;
    private final Connections connections;

    SendBuffer(TcpConfig config, TcpSettings settings, FramePool frames, Connections connections) {
        this.config = config;
        this.settings = settings;
        this.frames = frames;
        this.connections = connections;
    }

    /** Octets that a connection without a flight may write. */
    int limitAtRest(Tcb tcb) {
        int own = settings.sendBufferBytes(tcb);
        int limit = Math.min(own == 0 ? LEAST : own, config.sendBufferBytes());
        int lowWater = settings.notSentLowWaterBytes(tcb);
        return lowWater == 0 ? limit : Math.min(limit, lowWater);
    }

    /** Octets that may be written now. */
    int room(Tcb tcb, Flight flight) {
        int room = limit(tcb, flight) - flight.queued();
        int lowWater = settings.notSentLowWaterBytes(tcb);
        if (lowWater != 0) {
            room = Math.min(room, lowWater - notSent(tcb, flight));
        }
        return Math.max(0, room);
    }

    /**
     * Octets that may be held: some windows full, so that those whose window is small leave the
     * frames to others, and what is queued early is not cut into small segments; and not much more
     * than what is under way.
     */
    private int limit(Tcb tcb, Flight flight) {
        int own = settings.sendBufferBytes(tcb);
        long windows = 4L * Math.min(flight.congestion.cwnd, tcb.sndWnd());
        int outstanding = tcb.sndNxt() - flight.headSeq;
        long most = Math.min(Math.min(windows, outstanding + AHEAD), config.sendBufferBytes());
        if (own != 0) {
            most = own;
        } else if (most > LEAST && flight.queued() >= LEAST) {
            most = Math.min(most, POOL_SHARE * poolOctets());
        }
        return (int) Math.max(Math.min(LEAST, own != 0 ? own : config.sendBufferBytes()), most);
    }

    private long poolOctets() {
        long small = (long) frames.freeSmallCount() - frames.smallCount() / 4;
        long large = (long) frames.freeLargeCount() - frames.largeCount() / 4;
        return Math.max(0, small) * SendQueue.SMALL_CAPACITY
                + Math.max(0, large) * FramePool.LARGE_SLOT;
    }

    private static int notSent(Tcb tcb, Flight flight) {
        return Math.max(0, flight.endSeq - tcb.sndNxt());
    }

    /**
     * Something was acknowledged or sent: an application that waits is asked for more when a
     * quarter of the room is free, before the queue runs dry, or half of what may be unsent.
     */
    void offer(Tcb tcb, Flight flight) {
        if (!tcb.has(Flag.WANTS_WRITE)) {
            return;
        }
        int limit = limit(tcb, flight);
        int lowWater = settings.notSentLowWaterBytes(tcb);
        if (flight.queued() <= limit - Math.min(limit, AHEAD) / 4
                && (lowWater == 0 || notSent(tcb, flight) <= lowWater / 2)) {
            tcb.unset(Flag.WANTS_WRITE);
            connections.notify(tcb, TcpUser.WRITABLE);
        }
    }
}
