package io.ringway.tcp;

/** When a connection finds out by probes what its path takes (RFC 4821, RFC 8899). */
public enum MtuProbing {
    /** Never: only ICMP messages tell, and where they are filtered full segments vanish. */
    OFF,

    /** When full segments vanish, and to find out whether a narrow path has become wider. */
    ON_BLACK_HOLE,

    /** From the start: segments are small until a probe has shown that larger ones arrive. */
    ALWAYS
}
