package io.ringway.testkit;

import io.ringway.wire.TcpHeader;

/**
 * The peer of a scripted connection: fills in what the test does not say, and keeps count of what
 * the stack sent.
 */
final class ScriptedPeer {
    private static final int PORT = 40_000;
    private static final int ISS = 1_000_000;
    private static final long MILLI = 1_000_000;

    private final TcpHarnessBuilder settings;
    private final PeerFrames frames;
    private final VirtualClock clock;

    private int stackIss;
    private boolean isStackIssKnown;
    private int stackPort = TcpHarness.PORT;
    private int port = PORT;
    // The number behind the last one that the peer has sent, and behind the last that it has seen
    // in order.
    private long next = 1;
    private long seen;
    private boolean isUsingTimestamps;
    private int lastTimestamp;

    ScriptedPeer(TcpHarnessBuilder settings, PeerFrames frames, VirtualClock clock) {
        this.settings = settings;
        this.frames = frames;
        this.clock = clock;
    }

    /** The stack opens the connection, from a port that its SYN tells. */
    void listen() {
        port = TcpHarness.PORT;
        stackPort = 0;
    }

    /** The SYN of the peer with the options of the settings. */
    SegmentSpec syn() {
        SegmentSpec syn = SegmentSpec.syn();
        if (settings.peerMss >= 0) {
            syn.mss(settings.peerMss);
        }
        if (settings.peerWindowScale >= 0) {
            syn.windowScale(settings.peerWindowScale);
        }
        if (settings.isPeerSack) {
            syn.sackPermitted();
        }
        if (settings.isPeerTimestamps) {
            syn.timestamps();
        }
        return syn;
    }

    /** Fills the segment in, and makes a frame of it. */
    byte[] send(SegmentSpec spec) {
        boolean isSyn = (spec.flags & TcpHeader.SYN) != 0;
        boolean isFin = (spec.flags & TcpHeader.FIN) != 0;
        boolean isAcking = (spec.flags & TcpHeader.ACK) != 0;
        if (spec.seq == SegmentSpec.UNSET) {
            spec.seq = next;
        }
        if (spec.ack == SegmentSpec.UNSET && isAcking) {
            spec.ack = seen;
        }
        if (spec.payload == null && spec.length > 0) {
            spec.payload = Pattern.range(spec.seq + (isSyn ? 1 : 0), spec.length);
        }
        fillTimestamps(spec, isSyn);
        next = Math.max(next, spec.seq + spec.length + (isSyn ? 1 : 0) + (isFin ? 1 : 0));
        int window = spec.window >= 0 ? spec.window : settings.peerWindow;
        int ack = isAcking ? stackIss + (int) spec.ack : 0;
        return frames.segment(
                spec, port << 16 | stackPort, ISS + (int) spec.seq, ack, window, stackIss);
    }

    private void fillTimestamps(SegmentSpec spec, boolean isSyn) {
        if (isUsingTimestamps && !isSyn && !spec.isWithoutTimestamps) {
            spec.hasTimestamps = true;
        }
        if (spec.hasTimestamps && spec.timestampValue == SegmentSpec.UNSET) {
            spec.timestampValue = timestamp();
            spec.timestampEcho = lastTimestamp;
        }
    }

    /** What the peer's timestamp clock says now: milliseconds. */
    long timestamp() {
        return clock.nanoTime() / MILLI;
    }

    /** Takes a segment of the stack. */
    SentSegment receive(FrameReader.Segment segment, long nowNs) {
        TcpHeader header = new TcpHeader().wrap(segment.memory(), segment.offset());
        if (header.isSyn() && !isStackIssKnown) {
            stackIss = header.sequence();
            isStackIssKnown = true;
            stackPort = header.sourcePort();
        }
        SentSegment parsed =
                SentSegment.parse(
                        segment.memory(), segment.offset(), segment.length(), nowNs, stackIss, ISS);
        if (parsed.hasTimestamps()) {
            lastTimestamp = parsed.timestampValue();
            isUsingTimestamps |= settings.isPeerTimestamps;
        }
        if (!parsed.has(TcpHeader.RST) && parsed.seq() <= seen) {
            seen = Math.max(seen, parsed.end());
        }
        return parsed;
    }
}
