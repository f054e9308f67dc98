package io.ringway.tcp;

/** When a listener answers a SYN by a cookie instead of an entry (RFC 4987 §3.6). */
public enum SynCookieMode {
    /** Never: a SYN that finds no room is treated as {@link Overflow} says. */
    OFF,

    /**
     * While there is no room for half-open connections. Options that a cookie cannot carry are not
     * agreed on then, so it is better not to need them.
     */
    AUTO,

    /** For every SYN: no memory for half-open connections at all. */
    ALWAYS
}
