package io.ringway.tcp;

/**
 * What we let the peer send (RFC 9293 §3.8.6): never shrinks, and moves in worthwhile steps only,
 * so that no silly window is offered (§3.8.6.2.2).
 */
final class ReceiveWindow {
    private static final int MAX_FIELD = 0xffff;

    private final Connections connections;

    ReceiveWindow(Connections connections) {
        this.connections = connections;
    }

    /** Octets that the peer may still send, as it was told. */
    static int advertised(Tcb tcb) {
        return tcb.rcvAdv() - tcb.rcvNxt();
    }

    /**
     * Decides the window of the segment that is being written, and holds the right edge that it
     * gives.
     *
     * @return the window field, scaled
     */
    int next(Tcb tcb) {
        int scale = tcb.receiveScale();
        int current = Math.max(0, advertised(tcb));
        int window = current;
        int wanted = Math.max(0, free(tcb));
        if (wanted - current >= step(tcb)) {
            window = wanted >>> scale << scale;
        }
        window = Math.max(window, current);
        // Rounded up when the edge is held, because the field has no smaller unit and the edge must
        // not move left.
        int field = Math.min(MAX_FIELD, (window + (1 << scale) - 1) >>> scale);
        int granted = field << scale;
        if (granted > current) {
            tcb.rcvAdv(tcb.rcvNxt() + granted);
        }
        return field;
    }

    /**
     * Whether the application took enough that the peer should hear of it though no ACK is owed.
     */
    boolean isUpdateDue(Tcb tcb) {
        int gain = free(tcb) - Math.max(0, advertised(tcb));
        return gain >= Math.max(step(tcb), tcb.receiveLimit() / 4)
                || (advertised(tcb) < tcb.mss() && gain >= step(tcb));
    }

    private static int step(Tcb tcb) {
        return Math.min(tcb.receiveLimit() / 2, tcb.mss());
    }

    private int free(Tcb tcb) {
        int outOfOrder = tcb.flight() < 0 ? 0 : connections.flight(tcb).outOfOrderOctets;
        // Without scaling the field says 65,535 at most, however much room there is.
        int most = Math.min(tcb.receiveLimit(), MAX_FIELD << tcb.receiveScale());
        return Math.min(most, tcb.receiveLimit() - tcb.receiveQueued() - outOfOrder);
    }
}
