package io.ringway.tcp;

/** Whether connections use Explicit Congestion Notification (RFC 3168). */
public enum Ecn {
    /** Never: neither asked for nor accepted. */
    OFF,
    /** Accepted when the peer asks for it, and not asked for. */
    PASSIVE,
    /** Asked for, and accepted when the peer asks. */
    ON
}
