package io.ringway.tcp;

/** What an acknowledgement number is to a connection; see {@link Acceptability#ofAck}. */
enum AckKind {
    /**
     * So far behind that no segment of this connection can have carried it: a challenge ACK (RFC
     * 5961 §5.2).
     */
    INVALID,
    /** Of something that was acknowledged before: an old segment. */
    OLD,
    /** Again what was acknowledged last. */
    DUPLICATE,
    /** Of something new. */
    NEW,
    /** Of something that was not sent yet: a challenge ACK. */
    FUTURE
}
