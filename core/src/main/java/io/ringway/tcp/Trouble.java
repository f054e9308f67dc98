package io.ringway.tcp;

import org.jspecify.annotations.Nullable;

/**
 * What makes a connection slow or silent without ending it: a soft error (RFC 9293 §3.9.1.8). Good
 * to know, and never certain: anybody can send ICMP.
 */
public enum Trouble {
    /**
     * What was sent last has been sent again several times and there is no answer (R1 of RFC 9293
     * §3.8.3). It goes on until the user time-out.
     */
    UNANSWERED,

    /** A router says that the network or the host cannot be reached, or must not be. */
    UNREACHABLE,

    /**
     * Somebody has dropped a packet of ours, and says so: it was on its way for too long, some of
     * its fragments did not come, or its header was not understood.
     */
    DROPPED;

    private static final Trouble[] ALL = values();

    /** The bit among {@link TcpUser}'s events. */
    int event() {
        return TcpUser.FIRST_TROUBLE << ordinal();
    }

    /** The first of those whose bits are set; null when none is. */
    public static @Nullable Trouble first(int events) {
        for (Trouble trouble : ALL) {
            if ((events & trouble.event()) != 0) {
                return trouble;
            }
        }
        return null;
    }
}
