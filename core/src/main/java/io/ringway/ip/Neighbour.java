package io.ringway.ip;

import io.ringway.wire.IpAddress;

/**
 * One entry of the neighbour table, for display.
 *
 * @param mac the link address, or -1 while it is not known
 */
public record Neighbour(IpAddress address, long mac, State state) {
    /** The states of RFC 4861 §7.3.2; ARP's entries go through the same. */
    public enum State {
        INCOMPLETE,
        REACHABLE,
        STALE,
        DELAY,
        PROBE
    }
}
