package io.ringway.tcp;

/** What a listener does with a handshake for which it has no room. */
public enum Overflow {
    /**
     * Says nothing. The peer sends again, and by then there may be room: the usual behaviour of
     * other stacks too.
     */
    DROP,

    /** Answers with a RST, so that the peer fails at once and may try elsewhere. */
    RESET
}
