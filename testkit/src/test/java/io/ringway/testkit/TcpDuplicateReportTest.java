package io.ringway.testkit;

import static io.ringway.testkit.SegmentSpec.ack;
import static io.ringway.testkit.SegmentSpec.segment;

import org.junit.jupiter.api.Test;

/** D-SACK: what came twice is reported in the first block, once (RFC 2883). */
class TcpDuplicateReportTest {
    private static TcpHarness established() {
        return TcpHarness.with().sack().established();
    }

    // RFC 2883 §4.1.1.
    @Test
    void rfc2883_4_1_aSegmentThatCameTwiceIsReported() {
        try (var tcp = established()) {
            tcp.receive(segment().seq(1).length(500)).skip();
            tcp.receive(segment().seq(1).length(500)).expect(ack(501).sack(1, 501));
            tcp.receive(segment().seq(501).length(500)).skip();
            tcp.receive(segment().seq(501).length(500)).expect(ack(1001).sack(501, 1001));
        }
    }

    // RFC 2883 §4.1.2: the block of what is out of order follows.
    @Test
    void rfc2883_4_1_whatIsOutOfOrderIsReportedBehindIt() {
        try (var tcp = established()) {
            tcp.receive(segment().seq(1001).length(500)).expect(ack(1).sack(1001, 1501));
            tcp.receive(segment().seq(1001).length(500))
                    .expect(ack(1).sack(1001, 1501, 1001, 1501));
            tcp.receive(segment().seq(1).length(1000)).skip();
        }
    }

    // RFC 2883 §4.2: of a segment that is partly new, the part that is not.
    @Test
    void rfc2883_4_2_aPartThatCameTwiceIsReported() {
        try (var tcp = established()) {
            tcp.receive(segment().seq(1).length(500)).skip();
            tcp.advance(1000).skip();
            tcp.receive(segment().seq(201).length(1000)).expect(ack(1201).sack(201, 501));
        }
    }

    // RFC 2883 §4.3: what lay out of order and comes again in front of new data, the first of it.
    @Test
    void rfc2883_4_3_whatLayOutOfOrderAndComesAgainIsReported() {
        try (var tcp = established()) {
            tcp.receive(segment().seq(501).length(100)).expect(ack(1).sack(501, 601));
            tcp.receive(segment().seq(801).length(100)).expect(ack(1).sack(801, 901, 501, 601));
            tcp.receive(segment().seq(2001).length(100))
                    .expect(ack(1).sack(2001, 2101, 801, 901, 501, 601));
            tcp.receive(segment().seq(1).length(1000)).expect(ack(1001).sack(501, 601, 2001, 2101));
            tcp.receive(segment().seq(1001).length(1050)).expect(ack(2101).sack(2001, 2051));
        }
    }

    // RFC 2883 §4.3: the same where there is still a hole; the whole run follows.
    @Test
    void rfc2883_4_3_aPartAboveTheAckIsReportedBeforeItsRun() {
        try (var tcp = established()) {
            tcp.receive(segment().seq(501).length(100)).expect(ack(1).sack(501, 601));
            tcp.receive(segment().seq(401).length(300)).expect(ack(1).sack(501, 601, 401, 701));
            tcp.receive(segment().seq(651).length(100)).expect(ack(1).sack(651, 701, 401, 751));
        }
    }

    @Test
    void aPeerWithoutSackIsToldNothing() {
        try (var tcp = TcpHarness.with().established()) {
            tcp.receive(segment().seq(1).length(500)).skip();
            tcp.receive(segment().seq(1).length(500)).expect(ack(501));
        }
    }
}
