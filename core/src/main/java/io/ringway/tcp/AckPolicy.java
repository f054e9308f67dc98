package io.ringway.tcp;

/**
 * When to acknowledge: every second full segment, at once when something is out of order, and
 * otherwise a little later, hoping for company (RFC 5681 §4.2, RFC 9293 §3.8.6.3).
 */
final class AckPolicy {
    /** Octets from which a segment may be a full one: what RFC 9293 §3.7.1 takes for granted. */
    static final int LARGE = 536;

    private final Connections connections;

    AckPolicy(Connections connections) {
        this.connections = connections;
    }

    /** Data came in order. */
    void onData(Tcb tcb, int octets) {
        int flags = tcb.flags();
        int mss = tcb.mss();
        if (tcb.quickAcks() > 0) {
            tcb.quickAcks(tcb.quickAcks() - 1);
            flags |= Flag.ACK_NOW;
        } else if (octets >= 2 * mss || (octets >= mss && (flags & Flag.ONE_SEGMENT_OWED) != 0)) {
            flags |= Flag.ACK_NOW;
        } else {
            flags |= Flag.ACK_DELAYED;
            if (octets >= mss) {
                flags |= Flag.ONE_SEGMENT_OWED;
            }
        }
        tcb.flags(flags);
        connections.markDirty(tcb);
    }

    /** The peer must hear at once: a segment out of order, a duplicate, a FIN, a probe. */
    void now(Tcb tcb) {
        tcb.set(Flag.ACK_NOW);
        connections.markDirty(tcb);
    }

    /** A segment with an ACK was written: nothing is owed any more. */
    static void onSent(Tcb tcb) {
        tcb.flags(tcb.flags() & ~(Flag.ACK_NOW | Flag.ACK_DELAYED | Flag.ONE_SEGMENT_OWED));
        tcb.lastAckSent(tcb.rcvNxt());
    }
}
