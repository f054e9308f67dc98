package io.ringway.tcp;

/** The bits of a TCB's flags. */
final class Flag {
    /** Has something to send, and stands in the queue for it. */
    static final int DIRTY = 1 << 0;

    /** Has news for the application, and stands in the queue for it. */
    static final int READY = 1 << 1;

    /** The addresses are in an address record. */
    static final int IPV6 = 1 << 2;

    /** Both sides use time stamps (RFC 7323). */
    static final int TIMESTAMPS = 1 << 3;

    /** Both sides use SACK (RFC 2018). */
    static final int SACK = 1 << 4;

    /** An ACK is owed at once. */
    static final int ACK_NOW = 1 << 5;

    /** An ACK is owed by {@link Tcb#ackTick}. */
    static final int ACK_DELAYED = 1 << 6;

    /** Nagle's algorithm is off. */
    static final int NO_DELAY = 1 << 7;

    /** Keep-alive probes are on (RFC 9293 §3.8.4). */
    static final int KEEP_ALIVE = 1 << 8;

    /** The application has nothing more to send: a FIN follows the last octet. */
    static final int SHUT = 1 << 9;

    /** The FIN has been sent at least once. */
    static final int FIN_SENT = 1 << 10;

    /** The peer's FIN is in order and counted in RCV.NXT. */
    static final int FIN_RECEIVED = 1 << 11;

    /** The application is no longer interested: no more events. */
    static final int DETACHED = 1 << 12;

    /** A write was cut short: the application is told when there is room. */
    static final int WANTS_WRITE = 1 << 13;

    /** Has settings of its own beside the configuration's. */
    static final int HAS_SETTINGS = 1 << 14;

    /** Accepted by a listener. */
    static final int PASSIVE = 1 << 15;

    /** Counts in its listener's accept queue until the application was told. */
    static final int UNACCEPTED = 1 << 16;

    /** Could not get a frame; the timer tries again. */
    static final int RETRY_OUTPUT = 1 << 17;

    /** A keep-alive probe is to be sent. */
    static final int PROBE_KEEP_ALIVE = 1 << 18;

    /** Closing aborts (linger of zero). */
    static final int LINGER_RESET = 1 << 19;

    /** Can be found in the connection table. */
    static final int TABLED = 1 << 20;

    /** One full segment has come since the last ACK was sent. */
    static final int ONE_SEGMENT_OWED = 1 << 21;

    /** A zero-window probe is to be sent. */
    static final int WINDOW_PROBE = 1 << 22;

    /** The timer wheel holds it. */
    static final int ARMED = 1 << 23;

    /** Over and dispatched: the record is freed when it leaves the queue it still stands in. */
    static final int ZOMBIE = 1 << 24;

    /** Over in good order, but the application has octets to read first. */
    static final int END_HELD = 1 << 25;

    /** Both sides use congestion marks (RFC 3168 §6.1.1). */
    static final int ECN = 1 << 26;

    /**
     * A marked packet came: our ACKs carry ECE until the peer says CWR (RFC 3168 §6.1.3); for DCTCP
     * the last packet was marked (DCTCP.CE of RFC 8257 §3.2).
     */
    static final int ECE_OWED = 1 << 27;

    /** The window was reduced because of marks: the next new data carries CWR (§6.1.2). */
    static final int CWR_DUE = 1 << 28;

    /** The path was seen to reorder segments (RFC 8985 §6.2 step 3). */
    static final int REORDERING = 1 << 30;

    /** The receive window does not grow beyond what was set. */
    static final int FIXED_WINDOW = 1 << 29;

    /** What fills no segment waits for more. */
    static final int CORKED = 1 << 31;

    private Flag() {}
}
