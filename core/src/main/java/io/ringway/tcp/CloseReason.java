package io.ringway.tcp;

/** Why a connection is over. */
public enum CloseReason {
    /** Both sides closed in good order. */
    CLOSED,
    /** The peer sent a RST. */
    RESET_BY_PEER,
    /** The peer refused the connection: a RST to our SYN. */
    REFUSED,
    /**
     * The peer did not answer for as long as it was allowed to (R2 of RFC 1122 §4.2.3.5, user
     * time-out of RFC 5482).
     */
    TIMED_OUT,
    /** The peer did not answer keep-alive probes. */
    KEEPALIVE_TIMED_OUT,
    /**
     * ICMP says that the peer cannot be reached, and the connection was not established yet (RFC
     * 1122 §4.2.3.9).
     */
    UNREACHABLE,
    /**
     * Data came after this side had closed, or lay unread when it did: the peer got a RST (RFC 9293
     * §3.6.1).
     */
    CLOSED_WITH_DATA,
    /** This side aborted. */
    ABORTED,
    /** The application's handler threw. */
    HANDLER_FAILED,
    /** The stack ran out of frames, TCBs or ports. */
    NO_RESOURCES,
    /** The stack was closed. */
    STACK_CLOSED;

    private static final CloseReason[] BY_NUMBER = values();

    static CloseReason of(int number) {
        return BY_NUMBER[number];
    }
}
