package io.ringway.tcp;

import io.ringway.wire.IpAddress;

/**
 * Makes and checks SYN cookies (RFC 4987 §3.6): an initial sequence number from which the ACK of
 * the handshake gives everything back, so that nothing is kept in between.
 *
 * <pre>
 *  the sequence number            the low bits of our time stamp, where there is one
 *  +------------------+---+-+     +---+----+------+
 *  | code, 28 bits    |MSS|P|     |ECN|SACK|shift |
 *  +------------------+---+-+     +---+----+------+
 *                       3  1        1   1     4
 * </pre>
 *
 * <p>The code is a SipHash of the addresses, ports, the peer's sequence number, the options above
 * and the period of {@link #PERIOD_NS} in which it was made; P is that period's lowest bit. Since
 * the period is hashed under the key, every period has what amounts to a secret of its own, and a
 * cookie is good for the rest of its period and the next one. One guess in 2<sup>28</sup> is right.
 *
 * <p>Without time stamps only the MSS is carried, rounded down to one of eight; no window scale and
 * no SACK are agreed on then.
 *
 * <p>One thread owns it.
 */
final class SynCookies {
    /** A cookie is accepted for this long at least, and for less than twice that. */
    static final long PERIOD_NS = 32_000_000_000L;

    /** The longest that a cookie is accepted. */
    static final long LIFETIME_NS = 2 * PERIOD_NS;

    /** What {@link #check} says to a forged or outdated cookie. */
    static final int INVALID = -1;

    /** Stands for "no time stamps" in place of the options. */
    static final int NO_OPTIONS = -1;

    private static final int SCALE_BITS = 0xf;
    private static final int SACK_BIT = 1 << 4;
    private static final int ECN_BIT = 1 << 5;
    private static final int OPTION_BITS = 0x3f;

    /** Stands for "no window scaling": the largest shift that there is is 14. */
    private static final int NO_SCALE = 0xf;

    private static final int CODE_BITS = ~0xf;

    // The usual values of today's links and tunnels, and RFC 9293's defaults. The first stands for
    // the least that is believed of a peer.
    private static final int[] MSS = {0, 536, 1220, 1360, 1400, 1440, 1460, 8960};

    private final SipHash hash;
    private final int minMss;

    /** Makes it with a secret key derived from {@code seed}, which must be random. */
    SynCookies(long seed, int minMss) {
        this.hash = new SipHash(Mix.key(seed, 1), Mix.key(seed, 2));
        this.minMss = minMss;
    }

    /** The cookie for a half-open connection, its addresses and options filled in. */
    int make(SynEntry half, long nowNs) {
        long period = Math.floorDiv(nowNs, PERIOD_NS);
        int index = indexOf(half.mss() == 0 ? defaultMss(half) : half.mss());
        return code(half, period, index, options(half)) | (index << 1) | ((int) period & 1);
    }

    /**
     * Checks the cookie in {@code half}'s initial sequence number.
     *
     * @param options the bits that {@link #optionsOf} found, or {@link #NO_OPTIONS}
     * @return the peer's MSS, or {@link #INVALID}
     */
    int check(SynEntry half, int options, long nowNs) {
        int cookie = half.iss();
        long period = Math.floorDiv(nowNs, PERIOD_NS);
        period -= (period ^ cookie) & 1;
        int index = cookie >>> 1 & 7;
        if (code(half, period, index, options) != (cookie & CODE_BITS)) {
            return INVALID;
        }
        return index == 0 ? minMss : MSS[index];
    }

    private int code(SynEntry half, long period, int index, int options) {
        long ports = (long) half.remotePort() << 16 | half.localPort();
        long carried = (long) (options & 0xff) << 8 | index;
        return (int)
                        hash.start()
                                .add(half.remoteHigh())
                                .add(half.remoteLow())
                                .add(half.localHigh())
                                .add(half.localLow())
                                .add(carried << 32 | ports)
                                .add((long) half.irs() << 32 | (period & 0xffffffffL))
                                .finish()
                & CODE_BITS;
    }

    private static int defaultMss(SynEntry half) {
        return IpAddress.isIpv4(half.remoteHigh(), half.remoteLow()) ? 536 : 1220;
    }

    private static int indexOf(int mss) {
        int index = MSS.length - 1;
        while (MSS[index] > mss) {
            index--;
        }
        return index;
    }

    /** What our time stamp carries of what was agreed on, or {@link #NO_OPTIONS}. */
    static int options(SynEntry half) {
        if (!half.hasTimestamps()) {
            return NO_OPTIONS;
        }
        return (half.hasWindowScale() ? half.peerShift() : NO_SCALE)
                | (half.isSackPermitted() ? SACK_BIT : 0)
                | (half.isEcn() ? ECN_BIT : 0);
    }

    /** The options in a time stamp that the peer echoes. */
    static int optionsOf(int timestampEcho) {
        return timestampEcho & OPTION_BITS;
    }

    /** Whether both sides scale their windows. */
    static boolean isScaled(int options) {
        return (options & SCALE_BITS) != NO_SCALE;
    }

    /** By how much the peer's windows are shifted. */
    static int shift(int options) {
        return options & SCALE_BITS;
    }

    /** Whether both sides use congestion marks (RFC 3168). */
    static boolean isEcn(int options) {
        return (options & ECN_BIT) != 0;
    }

    static boolean isSackPermitted(int options) {
        return (options & SACK_BIT) != 0;
    }

    /**
     * The time stamp that carries {@code options} in its lowest bits: never later than {@code
     * timestamp}, so that what follows is not older (RFC 7323 §5.3), and at most 64 ms before.
     */
    static int timestamp(int timestamp, int options) {
        int carrying = (timestamp & ~OPTION_BITS) | options;
        return carrying - timestamp > 0 ? carrying - OPTION_BITS - 1 : carrying;
    }
}
