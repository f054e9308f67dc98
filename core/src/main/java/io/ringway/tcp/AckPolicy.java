package io.ringway.tcp;

/**
 * When to acknowledge: every second segment that may be a full one, at once when something is out
 * of order, and otherwise a little later, hoping for company (RFC 5681 §4.2, RFC 9293 §3.8.6.3).
 */
final class AckPolicy {
    /** Octets from which a segment may be a full one: what RFC 9293 §3.7.1 takes for granted. */
    static final int LARGE = 536;

    /** A number of quick ACKs that is never used up: the application wants no delay. */
    static final int ALWAYS = 0x7f;

    /** Beside their number: RCV.NXT jumped over what was there already. */
    private static final int FILLED = 0x80;

    private static final int STRETCH = 64 * 1024;

    private final Connections connections;

    AckPolicy(Connections connections) {
        this.connections = connections;
    }

    /**
     * Data came in order.
     *
     * @param octets of data
     * @param rcvNxt RCV.NXT, with the data counted in
     * @return what it owes the peer: flags to be set
     */
    static int onData(Tcb tcb, int flags, int octets, int rcvNxt) {
        int quickAcks = tcb.quickAcks() & ALWAYS;
        if (quickAcks > 0) {
            if ((flags & Flag.ACK_NOW) == 0 && quickAcks != ALWAYS) {
                tcb.quickAcks(quickAcks - 1);
            }
            return Flag.ACK_NOW;
        }
        int mss = tcb.mss();
        if (octets < LARGE && octets < mss) {
            boolean isMuch = rcvNxt - tcb.lastAckSent() >= 2 * mss;
            return isMuch ? Flag.ACK_NOW : Flag.ACK_DELAYED;
        }
        if ((flags & Flag.ONE_SEGMENT_OWED) != 0 || octets >= 2 * mss) {
            return Flag.ACK_NOW;
        }
        return Flag.ACK_DELAYED | Flag.ONE_SEGMENT_OWED;
    }

    /**
     * Data comes again after a pause, so the peer has begun its slow start anew (RFC 5681 §4.1):
     * the next ACKs go out at once.
     */
    static void onRestart(Tcb tcb) {
        tcb.quickAcks(Math.max(tcb.quickAcks() & ALWAYS, Negotiation.QUICK_ACKS));
    }

    /** A gap was filled (RFC 5681 §4.2): an ACK at once, and only one, though it may cover much. */
    void onFilled(Tcb tcb) {
        tcb.quickAcks(tcb.quickAcks() | FILLED);
        now(tcb);
    }

    /**
     * Octets that the next ACK without data may cover. One for every burst or super-frame is enough
     * for a peer that counts octets, but one that adds a segment to cwnd for each ACK (RFC 5681
     * §3.1) would starve: so at the start of a connection an ACK covers two segments, as RFC 9293
     * §3.8.6.3 asks, and later not more than a super-frame.
     */
    static int takeMost(Tcb tcb) {
        int quickAcks = tcb.quickAcks();
        if ((quickAcks & FILLED) != 0) {
            tcb.quickAcks(quickAcks & ALWAYS);
            return Integer.MAX_VALUE;
        }
        return Math.max(2 * tcb.mss(), quickAcks > 0 ? 0 : STRETCH);
    }

    /** The peer must hear at once: a segment out of order, a duplicate, a FIN, a probe. */
    void now(Tcb tcb) {
        tcb.set(Flag.ACK_NOW);
        connections.markDirty(tcb);
    }

    /**
     * A segment with an ACK was written: nothing is owed any more.
     *
     * @param flags the connection's flags
     * @param rcvNxt what it acknowledges
     */
    static void onSent(Tcb tcb, int flags, int rcvNxt) {
        int owed = Flag.ACK_NOW | Flag.ACK_DELAYED | Flag.ONE_SEGMENT_OWED;
        if ((flags & owed) != 0) {
            tcb.flags(flags & ~owed);
        }
        tcb.lastAckSent(rcvNxt);
    }
}
