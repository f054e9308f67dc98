package io.ringway.tcp;

import io.ringway.memory.FramePool;
import io.ringway.wire.TcpOptions;

/**
 * The client's side of TCP Fast Open (RFC 7413 §4.1): the cookies that peers gave us, and the data
 * that goes into a SYN.
 *
 * <p>A cache of a fixed size; two peers that fall into one place drive each other out, which costs
 * a round trip. Where a SYN with the option was lost, or its data was not taken, the option is left
 * out for {@link #SUSPENSION_NS}, because some paths lose every one (§4.1.3.1). One thread owns it.
 */
final class FastOpenClient {
    static final long SUSPENSION_NS = 3600 * 1_000_000_000L;

    private static final int USUAL_MSS_IPV4 = 536;
    private static final int USUAL_MSS_IPV6 = 1220;

    private final SendQueue sendQueue;
    private final int mask;
    private final long[] high;
    private final long[] low;
    private final long[] cookieHigh;
    private final long[] cookieLow;
    private final int[] cookieLength;
    private final int[] mss;
    private final long[] suspendedUntilNs;

    /** Makes an empty cache for the cookies of about {@code peers} peers. */
    FastOpenClient(SendQueue sendQueue, int peers) {
        this.sendQueue = sendQueue;
        int length = Integer.highestOneBit(Math.max(1, peers - 1)) << 1;
        mask = length - 1;
        high = new long[length];
        low = new long[length];
        cookieHigh = new long[length];
        cookieLow = new long[length];
        cookieLength = new int[length];
        mss = new int[length];
        suspendedUntilNs = new long[length];
    }

    private int slot(long remoteHigh, long remoteLow) {
        return (int) Mix.mix64(remoteHigh * Mix.GOLDEN ^ remoteLow) & mask;
    }

    private boolean isFor(int slot, long remoteHigh, long remoteLow) {
        return high[slot] == remoteHigh && low[slot] == remoteLow;
    }

    /**
     * Adds to a SYN the option and the data that go with it.
     *
     * @return the frame with the data, for the writer, or NONE
     */
    int prepare(Tcb tcb, Flight flight, SynOptions options, long nowNs) {
        long remoteHigh = tcb.remoteHigh();
        long remoteLow = tcb.remoteLow();
        int slot = slot(remoteHigh, remoteLow);
        boolean isKnown = isFor(slot, remoteHigh, remoteLow);
        if (flight.backoff > 0) {
            // §4.1.3: sent again without the option and without data.
            take(slot, remoteHigh, remoteLow);
            suspendedUntilNs[slot] = nowNs + SUSPENSION_NS;
            flight.isFastOpen = false;
            return FramePool.NONE;
        }
        if (isKnown && nowNs - suspendedUntilNs[slot] < 0) {
            return FramePool.NONE;
        }
        options.cookieLength = isKnown ? cookieLength[slot] : 0;
        if (options.cookieLength == 0) {
            return FramePool.NONE;
        }
        options.cookieHigh = cookieHigh[slot];
        options.cookieLow = cookieLow[slot];
        if (options.length() > SynOptions.MAX_LENGTH) {
            options.cookieLength = SynOptions.NO_COOKIE;
            return FramePool.NONE;
        }
        return takeData(tcb, flight, Math.min(mss[slot], options.mss) - options.length());
    }

    private int takeData(Tcb tcb, Flight flight, int most) {
        int seq = tcb.sndNxt();
        int length = Math.min(most, flight.endSeq - seq);
        if (length <= 0) {
            return FramePool.NONE;
        }
        int frame = sendQueue.take(flight, sendQueue.frameOf(flight, seq), seq, length);
        if (frame != FramePool.NONE) {
            // A SYN before this one may have had more; its SYN-ACK may still come.
            flight.synOctets = Math.max(flight.synOctets, length);
        }
        return frame;
    }

    private void take(int slot, long remoteHigh, long remoteLow) {
        high[slot] = remoteHigh;
        low[slot] = remoteLow;
        cookieLength[slot] = 0;
    }

    /** The SYN-ACK to a SYN with the option came: its cookie and MSS are for the next time. */
    void onSynAck(Tcb tcb, Flight flight, Segment segment, long nowNs) {
        TcpOptions options = segment.options;
        long remoteHigh = tcb.remoteHigh();
        long remoteLow = tcb.remoteLow();
        int slot = slot(remoteHigh, remoteLow);
        if (!segment.hasOptions || options.fastOpenCookieLength() <= 0) {
            if (flight.synOctets > 0 && segment.ack == tcb.sndNxt()) {
                // §4.1.3.1: none of the data taken, and no other cookie to try is a negative
                // answer.
                suspendedUntilNs[slot] = nowNs + SUSPENSION_NS;
            }
            return;
        }
        take(slot, remoteHigh, remoteLow);
        cookieLength[slot] = options.fastOpenCookieLength();
        cookieHigh[slot] = options.fastOpenCookieHigh();
        cookieLow[slot] = options.fastOpenCookieLow();
        int usual = tcb.has(Flag.IPV6) ? USUAL_MSS_IPV6 : USUAL_MSS_IPV4;
        mss[slot] = options.hasMss() ? options.mss() : usual;
        suspendedUntilNs[slot] = nowNs;
    }

    /**
     * The SYN-ACK acknowledges {@code ack}, perhaps with some of the SYN's data: those octets count
     * as sent, and the rest is sent as if it never had been (§4.1.3).
     */
    void onAcknowledged(Tcb tcb, Flight flight, int ack) {
        tcb.sndNxt(ack);
        sendQueue.moveNext(flight, ack);
        sendQueue.acknowledge(flight, ack);
        flight.synOctets = 0;
    }
}
