package io.ringway.ip;

/** How we make sure that nobody else has our addresses (RFC 4862 §5.4, RFC 5227). */
public enum DuplicateDetection {
    /**
     * Nothing is asked and nothing announced: the link is silent until there is something to send.
     */
    OFF,

    /**
     * Addresses are used while they are checked: IPv6 as RFC 4429 says; IPv4 ones are announced and
     * defended, but not probed first.
     */
    OPTIMISTIC,

    /**
     * Addresses are used once they have passed: after about two seconds (IPv6), or seven (IPv4).
     */
    STRICT
}
