package io.ringway.tcp;

import io.ringway.layer.PacketInfo;
import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.tcp.Listeners.Listener;

/**
 * The passive open without state (RFC 4987 §3.6): a SYN is answered with a cookie, and whoever
 * brings it back has a connection.
 *
 * <p>No ACK is taken for a cookie unless the listener has sent one lately ({@link
 * Listener#mayHaveCookies}), so that nobody gets to guess while there is nothing to be found.
 */
final class CookieHandshakes implements AutoCloseable {
    private static final int MAX_SAMPLE_TICKS = 1000;

    private final TcpConfig config;
    private final Counters counters;
    private final Negotiation negotiation;
    private final InitialSequence initialSequence;
    private final SynCookies cookies;
    private final Accepting accepting;
    private final CookieAnswers answers;

    CookieHandshakes(
            TcpConfig config,
            Counters counters,
            Negotiation negotiation,
            InitialSequence initialSequence,
            SynCookies cookies,
            Accepting accepting) {
        this.config = config;
        this.counters = counters;
        this.negotiation = negotiation;
        this.initialSequence = initialSequence;
        this.cookies = cookies;
        this.accepting = accepting;
        this.answers = new CookieAnswers(config.maxPendingReplies());
    }

    /** Answers a SYN, and keeps nothing of it. */
    void offer(Listener listener, Segment segment, long nowNs) {
        if (answers.isFull()) {
            counters.increment(Counter.TCP_SYN_QUEUE_FULL);
            return;
        }
        SynEntry half = describe(answers.add(), listener, segment);
        if (!half.hasTimestamps()) {
            half.withoutOptions();
        }
        half.iss(cookies.make(half, nowNs));
        listener.onCookie(nowNs);
        counters.increment(Counter.TCP_COOKIES_SENT);
    }

    /** What a SYN offers and we agree to, good until the next call; nothing is kept of it. */
    SynEntry describe(Listener listener, Segment segment) {
        return describe(answers.scratch(), listener, segment);
    }

    private SynEntry describe(SynEntry half, Listener listener, Segment segment) {
        begin(half, listener, segment);
        negotiation.onSyn(half, listener, segment);
        if (half.hasTimestamps()) {
            half.timestampOffset(timestampOffset(segment));
        }
        return half.irs(segment.seq);
    }

    private static void begin(SynEntry half, Listener listener, Segment segment) {
        PacketInfo info = segment.info;
        int ports = FlowHash.ports(segment.sourcePort, segment.destinationPort);
        half.reset(
                info.sourceHigh,
                info.sourceLow,
                info.destinationHigh,
                info.destinationLow,
                ports,
                0);
        half.listener(listener.index);
    }

    private int timestampOffset(Segment segment) {
        PacketInfo info = segment.info;
        return initialSequence.timestampOffset(
                info.destinationHigh,
                info.destinationLow,
                segment.destinationPort,
                info.sourceHigh,
                info.sourceLow,
                segment.sourcePort);
    }

    /**
     * Takes an ACK for no connection: perhaps it brings a cookie back.
     *
     * @return false when it does not
     */
    boolean onAck(Listener listener, Segment segment, long nowNs) {
        if (!listener.mayHaveCookies(nowNs)) {
            return false;
        }
        SynEntry half = answers.scratch();
        begin(half, listener, segment);
        half.iss(segment.ack - 1).irs(segment.seq - 1);
        boolean hasTimestamps = config.timestamps() && segment.hasTimestamps;
        int options =
                hasTimestamps ? SynCookies.optionsOf(segment.timestampEcho) : SynCookies.NO_OPTIONS;
        int mss = cookies.check(half, options, nowNs);
        if (mss == SynCookies.INVALID) {
            counters.increment(Counter.TCP_COOKIES_REJECTED);
            return false;
        }
        half.mss(mss);
        long sampleNs = -1;
        if (hasTimestamps) {
            restore(half, options, listener, segment);
            sampleNs = sampleOf(half, segment, nowNs);
        }
        if (accepting.establish(half, listener, segment, sampleNs, false, nowNs)) {
            counters.increment(Counter.TCP_COOKIES_ACCEPTED);
        }
        return true;
    }

    /**
     * Whether the segment may be the second or a later one of a peer that has a cookie, the first
     * being lost: then it does not tell the number of the SYN, by which a cookie is known. It is
     * not answered with a RST, which would end what is good; the first octets will come again.
     */
    boolean mayFollow(Listener listener, Segment segment, long nowNs) {
        return segment.payloadLength > 0 && listener.mayHaveCookies(nowNs);
    }

    private void restore(SynEntry half, int options, Listener listener, Segment segment) {
        half.timestamps(segment.timestampValue).timestampOffset(timestampOffset(segment));
        if (SynCookies.isSackPermitted(options)) {
            half.sackPermitted();
        }
        if (SynCookies.isEcn(options)) {
            half.ecn();
        }
        int scale = negotiation.scaleFor(listener.receiveLimit);
        if (scale >= 0 && SynCookies.isScaled(options)) {
            half.windowScale(SynCookies.shift(options), scale);
        }
    }

    /**
     * The round trip by the echo: too long by at most 64 ms, because the options took the place of
     * its lowest bits; none when it is so long that a segment must have been lost.
     */
    private static long sampleOf(SynEntry half, Segment segment, long nowNs) {
        int ticks = Ticks.of(nowNs) - (segment.timestampEcho - half.timestampOffset());
        return ticks < 0 || ticks > MAX_SAMPLE_TICKS ? -1 : Math.max(1, ticks) * Ticks.NS;
    }

    boolean hasAnswers() {
        return !answers.isEmpty();
    }

    /** Takes the SYN-ACK out that has waited longest. */
    SynEntry removeAnswer() {
        return answers.remove();
    }

    @Override
    public void close() {
        answers.close();
    }
}
