package io.ringway;

import org.jspecify.annotations.Nullable;

/**
 * A {@link UdpChannel}'s receive rings in all lanes, and how the reader takes from them: in turn, a
 * few datagrams each; or so that each source keeps its order. One reader at a time, but for what is
 * said to be for any thread.
 */
final class UdpInbox {
    /** Datagrams taken from one lane before the next one's turn. */
    private static final int TURN = 16;

    private final UdpArrivals[] arrivals;
    private final boolean isOrdered;
    private int next;

    UdpInbox(Stack stack, UdpChannel channel, UdpOptions options) {
        this.isOrdered = options.keepsSourceOrder();
        this.arrivals = new UdpArrivals[stack.laneCount()];
        for (int i = 0; i < arrivals.length; i++) {
            arrivals[i] = new UdpArrivals(stack.lane(i), channel, options.receiveOctets());
        }
    }

    /** What comes to a lane. */
    UdpArrivals of(Lane lane) {
        return arrivals[lane.index()];
    }

    /** Whether there is nothing to take, about. Any thread. */
    boolean isEmpty() {
        for (UdpArrivals from : arrivals) {
            if (!from.isEmpty()) {
                return false;
            }
        }
        return true;
    }

    /** Whether a lane is closed, from which nothing will come. Any thread. */
    boolean isLaneClosed() {
        for (UdpArrivals from : arrivals) {
            if (from.lane().isClosed()) {
                return true;
            }
        }
        return false;
    }

    /** Takes what there is and finds room. */
    void take(UdpBatch into) {
        if (isOrdered) {
            takeInOrder(into);
        } else {
            takeInTurn(into);
        }
    }

    private void takeInTurn(UdpBatch into) {
        for (int idle = 0; into.room() > 0 && idle < arrivals.length; ) {
            UdpArrivals from = arrivals[next];
            next = next + 1 == arrivals.length ? 0 : next + 1;
            idle = from.take(into, TURN) == 0 ? idle + 1 : 0;
        }
    }

    private void takeInOrder(UdpBatch into) {
        while (into.room() > 0) {
            UdpArrivals from = oldest();
            if (from == null) {
                return;
            }
            from.take(into);
            next = next + 1 == arrivals.length ? 0 : next + 1;
        }
    }

    /**
     * The lane whose first datagram came first, by a clock that a bucket carries along when it
     * moves (Lamport's): what came to the old lane before has a lower one than what comes to the
     * new one after. A datagram that is seen here has all of the same source before it in its lane
     * or, visible too, in another; so the others are looked at after it was.
     */
    private @Nullable UdpArrivals oldest() {
        UdpArrivals before = null;
        UdpArrivals oldest = older(null);
        while (oldest != null && !oldest.equals(before)) {
            before = oldest;
            oldest = older(oldest);
        }
        return oldest;
    }

    private @Nullable UdpArrivals older(@Nullable UdpArrivals than) {
        UdpArrivals oldest = than;
        for (int i = 0; i < arrivals.length; i++) {
            UdpArrivals from = arrivals[(next + i) % arrivals.length];
            if (from.hasNext() && (oldest == null || from.clock() < oldest.clock())) {
                oldest = from;
            }
        }
        return oldest;
    }

    /** Makes each lane tell the channel when there is something. Any thread. */
    void askLanes() {
        for (UdpArrivals from : arrivals) {
            from.ask();
        }
    }
}
