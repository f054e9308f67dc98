package io.ringway.testkit;

import static io.ringway.testkit.SegmentSpec.ack;
import static io.ringway.testkit.SegmentSpec.segment;

import io.ringway.port.PortCapabilities;

import org.junit.jupiter.api.Test;

/** When ACKs go out: RFC 9293 §3.8.6.3, RFC 5681 §4.2, and the stretch of RFC 2525 §2.13. */
class TcpAckPolicyTest {
    private static final int MSS = TcpHarness.MSS;
    private static final long NEXT = 9;

    private static TcpHarness settled(TcpHarnessBuilder builder) {
        TcpHarness tcp = builder.established();
        for (int i = 0; i < 8; i++) {
            tcp.receive(segment().length(1)).expect(ack(2 + i));
        }
        return tcp;
    }

    // RFC 9293 §3.8.6.3 (SHLD-18): what is a full segment to the peer, whose path may be narrower.
    @Test
    void everySecondSegmentOfANarrowPathIsAcknowledged() {
        try (var tcp = settled(TcpHarness.with())) {
            tcp.receive(segment().length(536)).expectNothing();
            tcp.receive(segment().length(536)).expect(ack(NEXT + 1072));
            tcp.receive(segment().length(1220)).expectNothing();
            tcp.receive(segment().length(1220)).expect(ack(NEXT + 1072 + 2440));
        }
    }

    // RFC 5681 §4.2: or 2 RMSS octets, in however small segments.
    @Test
    void twoSegmentsWorthOfSmallOnesIsAcknowledged() {
        try (var tcp = settled(TcpHarness.with())) {
            for (int i = 0; i < 29; i++) {
                tcp.receive(segment().length(100)).expectNothing();
            }
            tcp.receive(segment().length(100)).expect(ack(NEXT + 3000));
        }
    }

    // RFC 2525 §2.13: a peer that counts ACKs and not octets would not get out of slow start.
    @Test
    void atTheBeginningAnAckCoversTwoSegments() {
        var settings = TcpHarness.with().capabilities(PortCapabilities.FULL);
        try (var tcp = settings.established()) {
            tcp.receive(segment().length(10 * MSS));
            for (int i = 1; i <= 5; i++) {
                tcp.expect(ack(1 + 2L * i * MSS));
            }
            tcp.expectNothing();
        }
    }

    @Test
    void laterASuperFrameHasOneAck() {
        try (var tcp = settled(TcpHarness.with().capabilities(PortCapabilities.FULL))) {
            tcp.receive(segment().length(10 * MSS)).expect(ack(NEXT + 10 * MSS)).expectNothing();
            tcp.receive(segment().length(40 * MSS)).expect(ack(NEXT + 50 * MSS)).expectNothing();
        }
    }

    // RFC 5681 §4.1: a sender begins slowly after a pause.
    @Test
    void afterAPauseAcksAreQuickAgain() {
        try (var tcp = settled(TcpHarness.with())) {
            tcp.receive(segment().length(MSS)).expectNothing();
            tcp.receive(segment().length(MSS)).expect(ack(NEXT + 2 * MSS));
            tcp.advance(5000);
            tcp.receive(segment().length(MSS)).expect(ack(NEXT + 3 * MSS));
            tcp.receive(segment().length(MSS)).expect(ack(NEXT + 4 * MSS));
        }
    }

    @Test
    void quickAcksLastUntilTheyAreSwitchedOff() {
        try (var tcp = settled(TcpHarness.with())) {
            tcp.run(() -> tcp.connection().quickAck(true));
            for (int i = 1; i <= 50; i++) {
                tcp.receive(segment().length(10)).expect(ack(NEXT + 10L * i));
            }
            tcp.run(() -> tcp.connection().quickAck(false));
            tcp.receive(segment().length(10)).expectAfter(40, ack(NEXT + 510));
        }
    }
}
